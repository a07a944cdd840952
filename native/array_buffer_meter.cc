#include "array_buffer_meter.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace heapprof {
namespace {

using Allocator = v8::ArrayBuffer::Allocator;

// The longest virtual table that we copy: that of Node's largest allocator class has fewer entries.
constexpr size_t kCopiedEntries = 24;

// The offset to top and the type information come before the address that objects hold (Itanium C++
// ABI, 2.5.2).
constexpr size_t kEntriesBefore = 2;

// A pointer to a virtual member function is 1 + the function's offset in the table (ibid., 2.3).
template <class Member>
size_t Slot(Member member) {
  struct {
    uintptr_t pointer;
    intptr_t adjustment;
  } parts;
  static_assert(sizeof member == sizeof parts);
  memcpy(&parts, &member, sizeof parts);
  return (parts.pointer - 1) / sizeof(void*);
}

}  // namespace

// A copy of the allocator's virtual table with our functions in it, and what they need. The
// allocator points at `entries + kEntriesBefore`, from where they find the rest.
struct ArrayBufferMeter::Table {
  void* entries[kCopiedEntries];
  void** original;
  size_t allocate_slot, allocate_uninitialized_slot, free_slot;
  // Signed: backing stores from before the start may be freed before ours is known.
  std::atomic<int64_t> bytes;
  std::function<void(size_t)> on_allocate;

  static Table* Of(Allocator* allocator) {
    void** pointer;
    memcpy(&pointer, static_cast<void*>(allocator), sizeof pointer);
    return reinterpret_cast<Table*>(pointer - kEntriesBefore);
  }

  // Called from any thread.
  static void* Allocate(Allocator* allocator, size_t size_bytes) {
    Table* table = Of(allocator);
    return table->Count(table->Call<void*>(table->allocate_slot, allocator, size_bytes),
                        size_bytes);
  }
  static void* AllocateUninitialized(Allocator* allocator, size_t size_bytes) {
    Table* table = Of(allocator);
    return table->Count(
        table->Call<void*>(table->allocate_uninitialized_slot, allocator, size_bytes), size_bytes);
  }
  static void Free(Allocator* allocator, void* data, size_t size_bytes) {
    Table* table = Of(allocator);
    table->bytes.fetch_sub(static_cast<int64_t>(size_bytes), std::memory_order_relaxed);
    table->Call<void>(table->free_slot, allocator, data, size_bytes);
  }

  template <class Result, class... Arguments>
  Result Call(size_t slot, Allocator* allocator, Arguments... arguments) {
    return reinterpret_cast<Result (*)(Allocator*, Arguments...)>(original[slot])(allocator,
                                                                                  arguments...);
  }

  void* Count(void* data, size_t size_bytes) {
    if (data) {
      bytes.fetch_add(static_cast<int64_t>(size_bytes), std::memory_order_relaxed);
      if (on_allocate) on_allocate(size_bytes);
    }
    return data;
  }
};

ArrayBufferMeter::ArrayBufferMeter(v8::Isolate* isolate, uint64_t bytes,
                                   std::function<void(size_t)> on_allocate)
    : allocator_(isolate->GetArrayBufferAllocator()), table_(new Table) {
  memcpy(&table_->original, static_cast<void*>(allocator_), sizeof table_->original);
  memcpy(table_->entries, table_->original - kEntriesBefore, sizeof table_->entries);
  table_->allocate_slot = Slot(&Allocator::Allocate);
  table_->allocate_uninitialized_slot = Slot(&Allocator::AllocateUninitialized);
  table_->free_slot = Slot(static_cast<void (Allocator::*)(void*, size_t)>(&Allocator::Free));
  void** ours = table_->entries + kEntriesBefore;
  ours[table_->allocate_slot] = reinterpret_cast<void*>(&Table::Allocate);
  ours[table_->allocate_uninitialized_slot] =
      reinterpret_cast<void*>(&Table::AllocateUninitialized);
  ours[table_->free_slot] = reinterpret_cast<void*>(&Table::Free);
  table_->bytes = static_cast<int64_t>(bytes);
  table_->on_allocate = std::move(on_allocate);
  memcpy(static_cast<void*>(allocator_), &ours, sizeof ours);
}

ArrayBufferMeter::~ArrayBufferMeter() {
  memcpy(static_cast<void*>(allocator_), &table_->original, sizeof table_->original);
  // The table stays: another thread may be in one of its functions at this moment, and it is small.
}

uint64_t ArrayBufferMeter::bytes() const {
  return static_cast<uint64_t>(std::max<int64_t>(0, table_->bytes.load(std::memory_order_relaxed)));
}

}  // namespace heapprof
