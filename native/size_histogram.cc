#include "size_histogram.h"

#include <algorithm>
#include <bit>

namespace heapprof {

size_t SizeHistogram::ClassOf(uint64_t size_bytes) {
  if (size_bytes >> kExactBits == 0) return size_bytes / kExactBytes;
  const unsigned bits = static_cast<unsigned>(std::bit_width(size_bytes)) - 1;
  const uint64_t part = (size_bytes >> (bits - kPartBits)) & ((1u << kPartBits) - 1);
  const size_t index = kExactClasses + ((bits - kExactBits) << kPartBits) + part;
  return std::min(index, kClasses - 1);
}

void SizeHistogram::Initialize() {
  for (size_t i = 0; i < kExactClasses; i++) classes[i].from_bytes = i * kExactBytes;
  for (size_t i = kExactClasses; i < kClasses; i++) {
    const size_t above = i - kExactClasses;
    const uint64_t power = uint64_t{1} << (kExactBits + (above >> kPartBits));
    classes[i].from_bytes = power + (power >> kPartBits) * (above & ((1u << kPartBits) - 1));
  }
}

}  // namespace heapprof
