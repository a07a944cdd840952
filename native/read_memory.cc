#include "read_memory.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

namespace heapprof {

// The kernel refuses to write from memory that is not there, where we would crash. A pipe works in
// every container; process_vm_readv(), made for this, is forbidden in some.
bool ReadMemory(const void* from, void* to, size_t size_bytes) {
  int ends[2];
  if (size_bytes > PIPE_BUF || pipe2(ends, O_CLOEXEC) != 0) return false;
  const auto size = static_cast<ssize_t>(size_bytes);
  const bool copied =
      write(ends[1], from, size_bytes) == size && read(ends[0], to, size_bytes) == size;
  close(ends[0]);
  close(ends[1]);
  return copied;
}

}  // namespace heapprof
