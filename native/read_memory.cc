#include "read_memory.h"

#ifdef __linux__
#include <sys/uio.h>
#include <unistd.h>
#endif

namespace heapprof {

bool ReadMemory(const void* from, void* to, size_t size_bytes) {
#ifdef __linux__
  const iovec local{to, size_bytes};
  const iovec remote{const_cast<void*>(from), size_bytes};
  return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(size_bytes);
#else
  (void)from, (void)to, (void)size_bytes;
  return false;
#endif
}

}  // namespace heapprof
