#ifndef HEAPPROF_FLAT_MAP_H_
#define HEAPPROF_FLAT_MAP_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mix.h"

namespace heapprof {

// A hash table from numbers to numbers other than 0, in one piece of memory (open addressing,
// linear probing): several times faster than std::unordered_map where it is large.
class FlatMap {
 public:
  // The value of a key; 0 where there is none.
  uint64_t Find(uint64_t key) const { return slots_.empty() ? 0 : slots_[Probe(key)].value; }

  // `value` must not be 0.
  void Set(uint64_t key, uint64_t value) {
    // Two thirds full, a key is found in two looks on average, one that is not there missed in
    // five.
    if ((size_ + 1) * 3 > slots_.size() * 2) Grow();
    Slot& slot = slots_[Probe(key)];
    if (slot.value == 0) size_++;
    slot = {key, value};
  }

  size_t size() const { return size_; }

  // Also gives the memory back.
  void Clear() {
    slots_ = std::vector<Slot>();
    size_ = 0;
  }

 private:
  struct Slot {
    uint64_t key;
    uint64_t value;
  };

  static constexpr size_t kLeastSlots = 1024;

  // Where the key is, or would be.
  size_t Probe(uint64_t key) const {
    const size_t mask = slots_.size() - 1;
    size_t index = Mix(key) & mask;
    while (slots_[index].value != 0 && slots_[index].key != key) index = (index + 1) & mask;
    return index;
  }

  void Grow() {
    std::vector<Slot> old(slots_.empty() ? kLeastSlots : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.value != 0) slots_[Probe(slot.key)] = slot;
    }
  }

  std::vector<Slot> slots_;  // a power of two; empty where the value is 0
  size_t size_ = 0;
};

}  // namespace heapprof

#endif  // HEAPPROF_FLAT_MAP_H_
