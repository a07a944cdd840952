#include "array_buffer_hook.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <thread>
#include <unordered_map>

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

// V8 before 13 has a virtual function Reallocate; 0 stands for none, where the destructor is.
template <class T>
size_t ReallocateSlot() {
  if constexpr (requires { &T::Reallocate; }) return Slot(&T::Reallocate);
  return 0;
}

// What an allocator calls of itself within a call of ours is not another allocation.
thread_local int depth = 0;

class Nested {
 public:
  Nested() { depth++; }
  ~Nested() { depth--; }
};

}  // namespace

// A copy of the allocator's virtual table with our functions in it, and what they need. The
// allocator points at `entries + kEntriesBefore`, from where they find the rest. It is never
// deleted; an allocator that comes to lie where an older one was gets the older one's table.
struct ArrayBufferHook::Table {
  void* entries[kCopiedEntries];
  void** original;
  // Signed: backing stores from before the start may be freed before ours is known.
  std::atomic<int64_t> bytes;
  std::thread::id owner;
  std::mutex mutex;  // guards the next on threads other than the owner
  ArrayBufferSink* sink = nullptr;

  static Table* Of(Allocator* allocator) {
    void** pointer;
    memcpy(&pointer, static_cast<void*>(allocator), sizeof pointer);
    return reinterpret_cast<Table*>(pointer - kEntriesBefore);
  }

  static Table* Install(Allocator* allocator) {
    static std::mutex tables_mutex;
    static auto* tables = new std::unordered_map<Allocator*, Table*>;
    const std::lock_guard lock(tables_mutex);
    Table*& table = (*tables)[allocator];
    if (!table) table = new Table;
    void** ours = table->entries + kEntriesBefore;
    void** present;
    memcpy(&present, static_cast<void*>(allocator), sizeof present);
    if (present == ours) return table;
    table->original = present;
    memcpy(table->entries, present - kEntriesBefore, sizeof table->entries);
    ours[Slot(&Allocator::Allocate)] = reinterpret_cast<void*>(&Allocate);
    ours[Slot(&Allocator::AllocateUninitialized)] = reinterpret_cast<void*>(&AllocateUninitialized);
    ours[FreeSlot()] = reinterpret_cast<void*>(&Free);
    if (const size_t slot = ReallocateSlot<Allocator>())
      ours[slot] = reinterpret_cast<void*>(&Reallocate);
    memcpy(static_cast<void*>(allocator), &ours, sizeof ours);
    return table;
  }

  static size_t FreeSlot() {
    return Slot(static_cast<void (Allocator::*)(void*, size_t)>(&Allocator::Free));
  }

  static void* Allocate(Allocator* allocator, size_t size_bytes) {
    Table* table = Of(allocator);
    return table->Allocated(table->Call<void*>(Slot(&Allocator::Allocate), allocator, size_bytes),
                            size_bytes);
  }

  static void* AllocateUninitialized(Allocator* allocator, size_t size_bytes) {
    Table* table = Of(allocator);
    return table->Allocated(
        table->Call<void*>(Slot(&Allocator::AllocateUninitialized), allocator, size_bytes),
        size_bytes);
  }

  static void Free(Allocator* allocator, void* data, size_t size_bytes) {
    Table* table = Of(allocator);
    table->Freeing(data, size_bytes);
    table->Call<void>(FreeSlot(), allocator, data, size_bytes);
  }

  static void* Reallocate(Allocator* allocator, void* data, size_t old_bytes, size_t new_bytes) {
    Table* table = Of(allocator);
    // Before, since the memory may be another thread's afterwards.
    table->Freeing(data, old_bytes);
    void* moved =
        table->Call<void*>(ReallocateSlot<Allocator>(), allocator, data, old_bytes, new_bytes);
    // Where it fails the old one goes on: as a new one, since its birth is gone.
    table->Allocated(moved ? moved : data, moved ? new_bytes : old_bytes);
    return moved;
  }

  template <class Result, class... Arguments>
  Result Call(size_t slot, Allocator* allocator, Arguments... arguments) {
    const Nested nested;
    return reinterpret_cast<Result (*)(Allocator*, Arguments...)>(original[slot])(allocator,
                                                                                  arguments...);
  }

  void* Allocated(void* data, size_t size_bytes) {
    if (!data || depth > 0) return data;
    bytes.fetch_add(static_cast<int64_t>(size_bytes), std::memory_order_relaxed);
    // Only the owner changes the sink.
    if (std::this_thread::get_id() == owner && sink && size_bytes > 0)
      sink->OnAllocate(data, size_bytes);
    return data;
  }

  void Freeing(void* data, size_t size_bytes) {
    if (!data || depth > 0) return;
    bytes.fetch_sub(static_cast<int64_t>(size_bytes), std::memory_order_relaxed);
    const std::lock_guard lock(mutex);
    if (sink && size_bytes > 0) sink->OnFree(data, size_bytes);
  }
};

ArrayBufferHook::ArrayBufferHook(v8::Isolate* isolate, uint64_t bytes, ArrayBufferSink* sink)
    : table_(Table::Install(isolate->GetArrayBufferAllocator())) {
  table_->bytes = static_cast<int64_t>(bytes);
  const std::lock_guard lock(table_->mutex);
  table_->owner = std::this_thread::get_id();
  table_->sink = sink;
}

ArrayBufferHook::~ArrayBufferHook() {
  const std::lock_guard lock(table_->mutex);
  table_->sink = nullptr;
}

uint64_t ArrayBufferHook::bytes() const {
  return static_cast<uint64_t>(std::max<int64_t>(0, table_->bytes.load(std::memory_order_relaxed)));
}

}  // namespace heapprof
