#ifndef HEAPPROF_BLOCKED_SIGNALS_H_
#define HEAPPROF_BLOCKED_SIGNALS_H_

#include <pthread.h>
#include <signal.h>

namespace heapprof {

// Signals that are not delivered to the calling thread for the life of this object; they come
// afterwards. A thread that is started meanwhile inherits that.
class BlockedSignals {
 public:
  static BlockedSignals All() {
    sigset_t signals;
    sigfillset(&signals);
    return BlockedSignals(signals);
  }
  static BlockedSignals Only(int signal) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, signal);
    return BlockedSignals(signals);
  }
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;

 private:
  explicit BlockedSignals(const sigset_t& signals) {
    pthread_sigmask(SIG_BLOCK, &signals, &before_);
  }

  sigset_t before_;
};

}  // namespace heapprof

#endif  // HEAPPROF_BLOCKED_SIGNALS_H_
