#include "loop_waker.h"

namespace heapprof {

LoopWaker::LoopWaker(napi_env env, void (*on_wake)(), void (*on_close)())
    : on_wake_(on_wake), on_close_(on_close) {
  uv_loop_t* loop;
  napi_get_uv_event_loop(env, &loop);
  uv_async_init(loop, &async_,
                [](uv_async_t* async) { static_cast<LoopWaker*>(async->data)->on_wake_(); });
  async_.data = this;
  uv_unref(reinterpret_cast<uv_handle_t*>(&async_));
  napi_add_async_cleanup_hook(env, OnCleanup, this, &cleanup_);
}

void LoopWaker::OnCleanup(napi_async_cleanup_hook_handle, void* data) {
  auto* self = static_cast<LoopWaker*>(data);
  self->on_close_();
  // A handle is closed in a turn of the loop, for which the environment waits until its hook is
  // removed.
  uv_close(reinterpret_cast<uv_handle_t*>(&self->async_), [](uv_handle_t* handle) {
    auto* closed = static_cast<LoopWaker*>(handle->data);
    napi_remove_async_cleanup_hook(closed->cleanup_);
    delete closed;
  });
}

}  // namespace heapprof
