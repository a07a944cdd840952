#include "attached_threads.h"

#include <mutex>
#include <optional>
#include <set>

namespace heapprof {
namespace {

std::mutex mutex;  // guards the next
std::set<int> threads;

thread_local std::optional<int> this_thread;

}  // namespace

void AttachedThreads::Add(int thread_id) {
  const std::lock_guard lock(mutex);
  threads.insert(thread_id);
  this_thread = thread_id;
}

void AttachedThreads::RemoveThis() {
  if (!this_thread) return;
  const std::lock_guard lock(mutex);
  threads.erase(*this_thread);
  this_thread.reset();
}

void AttachedThreads::IfThere(int thread_id, const std::function<void()>& send) {
  const std::lock_guard lock(mutex);
  if (threads.count(thread_id) > 0) send();
}

}  // namespace heapprof
