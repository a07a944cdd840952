#ifndef HEAPPROF_SAMPLER_H_
#define HEAPPROF_SAMPLER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "random.h"

namespace heapprof {

struct SizeBand {
  uint64_t below_bytes;
  double probability;
};

// Decides which allocations are logged, such that an allocation of size s is logged with exactly
// the probability p(s) of its band (or 1 − exp(−s / interval)), independently of all others, while
// V8 calls us for as few as possible.
//
// V8 counts bytes in units of 8. It calls an allocation observer for the object in which a
// count-down, set by the observer after the previous call, runs out. Were the count-down a draw X
// from the geometric distribution with P(X > n units) = q^n, an object of a bytes would be hit with
// h(a) = 1 − q^(a/8), whatever came before; with q chosen so that h(s) ≥ p(s) everywhere, hits are
// thinned by p(s) / h(s). But h never reaches 1. Therefore the count-down is cut short: the next
// call comes at the latest for the object that ends `reach_` bytes or more after the begin of the
// last observed one, reach_ being the smallest size with p = 1, and every object of that size is
// seen. Such a forced call says nothing of X, so there the object is accepted with p(s) outright.
// Which of the two it is follows from the number of bytes since the last call alone, which V8 tells
// us; that matters, since V8 keeps one count-down per space and does not say which one has run out.
class Sampler {
 public:
  // `bands` rise by size; above the last the probability is 1.
  Sampler(const std::vector<SizeBand>& bands, uint64_t seed);
  // By bytes at a mean interval.
  Sampler(double interval_bytes, uint64_t seed);

  // The decision for an object of `size_bytes`, `bytes_since` bytes after the begin of the object
  // of the previous call.
  bool Accept(uint64_t bytes_since, uint64_t size_bytes);

  // The same for what is not allocated through V8's observers: every allocation is shown to us.
  bool AcceptOne(uint64_t size_bytes) { return random_.Uniform() <= Probability(size_bytes); }

  // The same for an object that was sampled by bytes, at this mean interval: it is accepted such
  // that in all it is logged with the lesser of the two probabilities.
  bool AcceptSampled(uint64_t size_bytes, double interval_bytes);

  // The largest mean interval at which sampling by bytes finds objects of each size with at least
  // the probability that they have here. With size bands it is never below `least_bytes`.
  double CoveringIntervalBytes(double least_bytes) const;

  // With which an allocation of this size is logged.
  double Probability(uint64_t size_bytes) const;

  // The count-down to the next call, in bytes after the end of the object of the last Accept().
  int64_t NextStepBytes();

 private:
  std::vector<SizeBand> bands_;
  double interval_bytes_ = 0;  // 0 with bands
  double mean_bytes_ = 0;      // of the geometric count-down; infinity where no hit is needed
  uint64_t reach_bytes_ = 0;
  uint64_t last_aligned_bytes_ = 0;
  Random random_;

  // p and p / h of small sizes, by size in units of 8 bytes.
  struct Thresholds {
    double forced;
    double hit;
  };
  Thresholds ThresholdsOf(uint64_t size_bytes) const;
  std::vector<Thresholds> small_;
};

}  // namespace heapprof

#endif  // HEAPPROF_SAMPLER_H_
