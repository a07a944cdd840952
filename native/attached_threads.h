#ifndef HEAPPROF_ATTACHED_THREADS_H_
#define HEAPPROF_ATTACHED_THREADS_H_

#include <functional>

namespace heapprof {

// The threads of a process that the main thread's inspector is attached to. Node aborts the process
// if a message to a thread, such as that it is to be detached from, meets the end of its
// environment: that must wait for the message.
class AttachedThreads {
 public:
  // The calling thread, by Node's number of it, has been attached to.
  static void Add(int thread_id);

  // The environment of the calling thread is going to end. Does no harm where it was not added.
  static void RemoveThis();

  // Calls `send` if the thread is there; it does not end meanwhile.
  static void IfThere(int thread_id, const std::function<void()>& send);
};

}  // namespace heapprof

#endif  // HEAPPROF_ATTACHED_THREADS_H_
