#include "thread_stack.h"

#include <pthread.h>

#include <cstddef>

namespace heapprof {

uintptr_t StackEnd() {
  thread_local const uintptr_t end = [] {
    pthread_attr_t attributes;
    void* begin = nullptr;
    size_t bytes = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
      pthread_attr_getstack(&attributes, &begin, &bytes);
      pthread_attr_destroy(&attributes);
    }
    return reinterpret_cast<uintptr_t>(begin) + bytes;
  }();
  return end;
}

}  // namespace heapprof
