#ifndef HEAPPROF_LOOP_WAKER_H_
#define HEAPPROF_LOOP_WAKER_H_

#include <node_api.h>
#include <uv.h>

namespace heapprof {

// Calls a function on the thread of an environment's event loop, on request from any thread. Does
// not keep the loop alive. Lives as long as the environment, and deletes itself with it.
class LoopWaker {
 public:
  // `on_wake` runs in the loop, outside of any JavaScript; `on_close` once, before the environment
  // ends.
  LoopWaker(napi_env env, void (*on_wake)(), void (*on_close)());

  void Wake() { uv_async_send(&async_); }

 private:
  ~LoopWaker() = default;
  static void OnCleanup(napi_async_cleanup_hook_handle handle, void* data);

  void (*const on_wake_)();
  void (*const on_close_)();
  uv_async_t async_;
  napi_async_cleanup_hook_handle cleanup_ = nullptr;
};

}  // namespace heapprof

#endif  // HEAPPROF_LOOP_WAKER_H_
