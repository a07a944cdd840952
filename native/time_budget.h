#ifndef HEAPPROF_TIME_BUDGET_H_
#define HEAPPROF_TIME_BUDGET_H_

#include <algorithm>
#include <cstdint>

namespace heapprof {

// Keeps work that can be put off to a share of the time. What is not spent is saved for a while;
// who spends more than there is waits until it has come in again.
class TimeBudget {
 public:
  // `share` of the time may be spent, and what comes in within `window_micros` is saved at most.
  TimeBudget(double share, uint64_t window_micros)
      : share_(share), most_micros_(share * static_cast<double>(window_micros)) {}

  // Whether there is something to spend. Times must not fall.
  bool HasSome(uint64_t now_micros) {
    const auto elapsed = static_cast<double>(now_micros - last_micros_);
    left_micros_ = std::min(most_micros_, left_micros_ + share_ * elapsed);
    last_micros_ = now_micros;
    return left_micros_ >= 0;
  }

  void Spend(uint64_t micros) { left_micros_ -= static_cast<double>(micros); }

 private:
  const double share_;
  const double most_micros_;
  double left_micros_ = 0;
  uint64_t last_micros_ = 0;
};

}  // namespace heapprof

#endif  // HEAPPROF_TIME_BUDGET_H_
