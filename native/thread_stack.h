#ifndef HEAPPROF_THREAD_STACK_H_
#define HEAPPROF_THREAD_STACK_H_

#include <cstdint>

// Of functions that read whatever is on the stack: AddressSanitizer forbids that.
#if defined(__SANITIZE_ADDRESS__)
#define HEAPPROF_READS_WHOLE_STACK __attribute__((no_sanitize_address))
#else
#define HEAPPROF_READS_WHOLE_STACK
#endif

namespace heapprof {

// The end of this thread's stack, its highest address; 0 if the system does not tell.
uintptr_t StackEnd();

}  // namespace heapprof

#endif  // HEAPPROF_THREAD_STACK_H_
