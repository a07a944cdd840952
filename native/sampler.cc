#include "sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace heapprof {
namespace {

constexpr uint64_t kUnitBytes = 8;  // V8's object alignment on 64-bit machines
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Further than any count-down goes: V8 keeps them in 32 bits at places.
constexpr int64_t kLongestStepBytes = int64_t{1} << 30;

// Sizes up to here have their thresholds in a table.
constexpr uint64_t kSmallBytes = 16'384;

// Below this mean distance, calls for hits alone come nearly as often as calls for every object,
// which need no drawing.
constexpr double kWorthwhileMeanBytes = 48;

// An object of so many mean intervals is missed once in a billion times.
constexpr double kCertainIntervals = 21;

double HitProbability(uint64_t aligned_bytes, double mean_bytes) {
  return -std::expm1(-static_cast<double>(aligned_bytes) / mean_bytes);
}

uint64_t Align(uint64_t size_bytes) { return (size_bytes + kUnitBytes - 1) & ~(kUnitBytes - 1); }

}  // namespace

Sampler::Sampler(const std::vector<SizeBand>& bands, uint64_t seed)
    : bands_(bands), mean_bytes_(kInfinity), random_(seed) {
  uint64_t from = 0;
  bool has_reach = false;
  for (const SizeBand& band : bands_) {
    const uint64_t smallest = std::max(kUnitBytes, Align(from));
    if (from < band.below_bytes) {
      if (band.probability >= 1) {
        if (!has_reach) reach_bytes_ = smallest;
        has_reach = true;
      } else if (band.probability > 0) {
        // h(smallest) = p; it is larger for all others of the band.
        mean_bytes_ =
            std::min(mean_bytes_, -static_cast<double>(smallest) / std::log1p(-band.probability));
      }
    }
    from = band.below_bytes;
  }
  if (!has_reach) reach_bytes_ = std::max(kUnitBytes, Align(from));
  if (mean_bytes_ < kWorthwhileMeanBytes) reach_bytes_ = kUnitBytes;

  small_.reserve(kSmallBytes / kUnitBytes);
  for (uint64_t size = 0; size < kSmallBytes; size += kUnitBytes)
    small_.push_back(ThresholdsOf(size));
}

Sampler::Sampler(double interval_bytes, uint64_t seed)
    : interval_bytes_(interval_bytes),
      mean_bytes_(interval_bytes),
      // An interval of a byte or so means every object.
      reach_bytes_(interval_bytes < 2 ? kUnitBytes : kLongestStepBytes),
      random_(seed) {}

double Sampler::Probability(uint64_t size_bytes) const {
  if (interval_bytes_ > 0) return -std::expm1(-static_cast<double>(size_bytes) / interval_bytes_);
  for (const SizeBand& band : bands_) {
    if (size_bytes < band.below_bytes) return band.probability;
  }
  return 1;
}

double Sampler::CoveringIntervalBytes(double least_bytes) const {
  if (interval_bytes_ > 0) return interval_bytes_;
  const double certain_bytes = static_cast<double>(reach_bytes_) / kCertainIntervals;
  const double bytes = std::min(mean_bytes_, certain_bytes);
  return std::clamp(bytes, least_bytes, static_cast<double>(kLongestStepBytes));
}

bool Sampler::AcceptSampled(uint64_t size_bytes, double interval_bytes) {
  const double hit = HitProbability(Align(size_bytes), interval_bytes);
  return random_.Uniform() * hit <= Probability(size_bytes);
}

Sampler::Thresholds Sampler::ThresholdsOf(uint64_t size_bytes) const {
  const double probability = Probability(size_bytes);
  const double hit = HitProbability(Align(size_bytes), mean_bytes_);
  return {probability, hit > 0 ? probability / hit : 0};
}

bool Sampler::Accept(uint64_t bytes_since, uint64_t size_bytes) {
  const uint64_t aligned = Align(size_bytes);
  last_aligned_bytes_ = aligned;
  const bool forced = bytes_since + aligned >= reach_bytes_;
  const bool in_table = size_bytes % kUnitBytes == 0 && size_bytes / kUnitBytes < small_.size();
  const Thresholds thresholds =
      in_table ? small_[size_bytes / kUnitBytes] : ThresholdsOf(size_bytes);
  const double threshold = forced ? thresholds.forced : thresholds.hit;
  if (threshold >= 1) return true;
  if (threshold <= 0) return false;
  return random_.Uniform() <= threshold;
}

int64_t Sampler::NextStepBytes() {
  const int64_t forced =
      static_cast<int64_t>(reach_bytes_) - static_cast<int64_t>(last_aligned_bytes_);
  last_aligned_bytes_ = 0;
  int64_t drawn = kLongestStepBytes;
  if (mean_bytes_ < kInfinity && forced > static_cast<int64_t>(kUnitBytes)) {
    const double units = std::ceil(random_.Exponential() * mean_bytes_ / kUnitBytes);
    drawn = static_cast<int64_t>(
                std::clamp(units, 1.0, static_cast<double>(kLongestStepBytes / kUnitBytes))) *
            static_cast<int64_t>(kUnitBytes);
  }
  return std::max(static_cast<int64_t>(kUnitBytes), std::min(drawn, forced));
}

}  // namespace heapprof
