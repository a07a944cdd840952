#ifndef HEAPPROF_SIZE_HISTOGRAM_H_
#define HEAPPROF_SIZE_HISTOGRAM_H_

#include <cstddef>
#include <cstdint>

namespace heapprof {

// How many allocations there were of each class of sizes, and of how many bytes.
//
// Sizes below 2,048 have classes of 8 bytes. V8 aligns to that, so sizes of JavaScript objects are
// exact there. Above, each power of two has 8 classes. A class begins at every power of two, so
// that a size band that begins or ends there has whole classes.
//
// Plain memory without pointers: it may lie in a file that another process reads.
struct SizeHistogram {
  struct Class {
    uint64_t from_bytes;  // up to the next class, exclusive
    uint64_t count;
    uint64_t bytes;
  };

  static constexpr unsigned kExactBits = 11;  // sizes below 2^11 have classes of kExactBytes
  static constexpr unsigned kTopBits = 48;    // there are no larger sizes
  static constexpr uint64_t kExactBytes = 8;
  static constexpr unsigned kPartBits = 3;  // a power of two has 2^3 parts
  static constexpr size_t kExactClasses = (size_t{1} << kExactBits) / kExactBytes;
  static constexpr size_t kClasses = kExactClasses + ((kTopBits - kExactBits) << kPartBits);

  // Sets `from_bytes`; the rest must be zero.
  void Initialize();

  void Add(uint64_t size_bytes) {
    Class& c = classes[ClassOf(size_bytes)];
    c.count++;
    c.bytes += size_bytes;
  }

  static size_t ClassOf(uint64_t size_bytes);

  Class classes[kClasses];
};

}  // namespace heapprof

#endif  // HEAPPROF_SIZE_HISTOGRAM_H_
