// Draws from the exponential distribution and prints, as JSON, the mean of the numbers and of their
// squares, and how many lie in each of 16 intervals that all have the same probability, and of the
// last one in each of 16 parts likewise: `random_check SEED COUNT`.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "../random.h"

namespace {

constexpr int kIntervals = 16;

// The number of the interval of x among those that divide the tail from `begin` on; below 0 for
// what comes before.
int IntervalOf(double x, double begin) {
  if (x < begin) return -1;
  return static_cast<int>((1 - std::exp(-(x - begin))) * kIntervals);
}

void Print(const char* name, const long* counts) {
  std::printf("\"%s\":[", name);
  for (int i = 0; i < kIntervals; i++) std::printf("%s%ld", i > 0 ? "," : "", counts[i]);
  std::printf("]");
}

}  // namespace

int main(int, char** argv) {
  heapprof::Random random(std::strtoull(argv[1], nullptr, 10));
  const long count = std::strtol(argv[2], nullptr, 10);
  const double last = std::log(kIntervals);
  long intervals[kIntervals + 1] = {};
  long parts[kIntervals + 1] = {};
  double sum = 0;
  double squares = 0;
  for (long i = 0; i < count; i++) {
    const double x = random.Exponential();
    sum += x;
    squares += x * x;
    intervals[IntervalOf(x, 0)]++;
    if (const int part = IntervalOf(x, last); part >= 0) parts[part]++;
  }
  std::printf("{\"mean\":%.9f,\"meanSquare\":%.9f,", sum / count, squares / count);
  Print("intervals", intervals);
  std::printf(",");
  Print("lastInParts", parts);
  std::printf("}");
}
