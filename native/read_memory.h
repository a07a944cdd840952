#ifndef HEAPPROF_READ_MEMORY_H_
#define HEAPPROF_READ_MEMORY_H_

#include <cstddef>

namespace heapprof {

// Copies up to 4,096 bytes of memory of this process that may not be there; returns whether it was.
bool ReadMemory(const void* from, void* to, size_t size_bytes);

}  // namespace heapprof

#endif  // HEAPPROF_READ_MEMORY_H_
