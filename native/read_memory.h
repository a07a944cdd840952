#ifndef HEAPPROF_READ_MEMORY_H_
#define HEAPPROF_READ_MEMORY_H_

#include <cstddef>

namespace heapprof {

// Copies memory of this process that may not be there; returns whether it was. Always false where
// the system has no way to try.
bool ReadMemory(const void* from, void* to, size_t size_bytes);

}  // namespace heapprof

#endif  // HEAPPROF_READ_MEMORY_H_
