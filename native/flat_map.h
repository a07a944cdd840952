#ifndef HEAPPROF_FLAT_MAP_H_
#define HEAPPROF_FLAT_MAP_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>

#include "mix.h"

namespace heapprof {

// A hash table from numbers to numbers other than 0, in one piece of memory (open addressing,
// linear probing): several times faster than std::unordered_map where it is large.
//
// When it is full, it begins a larger table, into which every Set() moves a few slots of the old
// one: to move a million at once would hold up the program for some 10 ms.
class FlatMap {
 public:
  // The value of a key; 0 where there is none.
  uint64_t Find(uint64_t key) const {
    const uint64_t value = table_.Find(key);
    return value == 0 ? old_.Find(key) : value;
  }

  // `value` must not be 0.
  void Set(uint64_t key, uint64_t value) {
    // Two thirds full, a key is found in two looks on average, one that is not there missed in
    // five.
    if ((size_ + 1) * 3 > table_.slot_count() * 2) Grow();
    if (old_.slot_count() > 0) MoveSome();
    Slot& slot = table_.At(key);
    if (slot.value == 0 && old_.Find(key) == 0) size_++;
    slot = {key, value};
  }

  size_t size() const { return size_; }

  // Also gives the memory back.
  void Clear() { *this = FlatMap(); }

 private:
  struct Slot {
    uint64_t key;
    uint64_t value;
  };

  class Table {
   public:
    Table() = default;
    // A power of two. Memory that is zero, as the system gives it, is not written to before it is
    // used.
    explicit Table(size_t slot_count)
        : slots_(static_cast<Slot*>(std::calloc(slot_count, sizeof(Slot)))),
          slot_count_(slot_count) {
      if (!slots_) std::abort();  // as operator new does where there are no exceptions
    }

    size_t slot_count() const { return slot_count_; }
    const Slot& operator[](size_t index) const { return slots_.get()[index]; }

    uint64_t Find(uint64_t key) const { return slot_count_ == 0 ? 0 : At(key).value; }

    // Where the key is, or would be.
    Slot& At(uint64_t key) const {
      const size_t mask = slot_count_ - 1;
      size_t index = Mix(key) & mask;
      Slot* slots = slots_.get();
      while (slots[index].value != 0 && slots[index].key != key) index = (index + 1) & mask;
      return slots[index];
    }

   private:
    struct Free {
      void operator()(Slot* slots) const { std::free(slots); }
    };

    std::unique_ptr<Slot, Free> slots_;  // empty where the value is 0
    size_t slot_count_ = 0;
  };

  static constexpr size_t kLeastSlots = 1024;

  // A table of twice the size is two thirds full no sooner than after two thirds as many calls of
  // Set() as the old one has slots.
  static constexpr size_t kMovedAtOnce = 4;

  void Grow() {
    Table larger(table_.slot_count() == 0 ? kLeastSlots : table_.slot_count() * 2);
    old_ = std::exchange(table_, std::move(larger));
    moved_ = 0;
  }

  void MoveSome() {
    for (size_t i = 0; i < kMovedAtOnce && moved_ < old_.slot_count(); i++) {
      const Slot& from = old_[moved_++];
      if (from.value == 0) continue;
      // What has been set since is newer.
      if (Slot& to = table_.At(from.key); to.value == 0) to = from;
    }
    if (moved_ == old_.slot_count()) old_ = Table();
  }

  Table table_;
  Table old_;         // what is left of it to be moved is still looked for there
  size_t moved_ = 0;  // of its slots
  size_t size_ = 0;
};

}  // namespace heapprof

#endif  // HEAPPROF_FLAT_MAP_H_
