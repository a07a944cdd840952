#include "sample_lines.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "read_memory.h"

// The objects read here are V8's, of a size that is found out as we go.
#if defined(__SANITIZE_ADDRESS__)
#define HEAPPROF_READS_FOREIGN_OBJECT __attribute__((no_sanitize_address))
#else
#define HEAPPROF_READS_FOREIGN_OBJECT
#endif

namespace heapprof {
namespace {

// The object has some 200 bytes in all known versions; the deque begins at byte 72 or 80 of it.
constexpr size_t kSearchedWords = 24;

// Records have 24 to 48 bytes in all known versions.
constexpr size_t kStrides[] = {24, 32, 40, 48, 56, 64};

// GNU's C++ library keeps the elements of a std::deque in chunks of this size, or as much of it as
// whole ones fill.
constexpr size_t kChunkBytes = 512;

// The part of a std::deque (of GNU's C++ library, which official builds of Node.js use) that tells
// where its elements are: `begin` of class std::_Deque_iterator.
struct DequeBegin {
  const uint8_t* current;
  const uint8_t* chunk_begin;
  const uint8_t* chunk_end;
  const uint8_t* const* chunk;
};

// Where the deque lies in a profile, in words, and the length of a record, once they were found:
// the same for all profiles of a process.
std::atomic<size_t> known_word{0};
std::atomic<size_t> known_stride{0};

HEAPPROF_READS_FOREIGN_OBJECT DequeBegin ReadDequeBegin(const v8::CpuProfile* profile,
                                                        size_t word) {
  const auto* words = reinterpret_cast<const uint8_t* const*>(profile) + word;
  return {words[0], words[1], words[2], reinterpret_cast<const uint8_t* const*>(words[3])};
}

}  // namespace

SampleLines::SampleLines(const v8::CpuProfile* profile)
    : profile_(profile), count_(profile->GetSamplesCount()) {
  if (known_stride.load(std::memory_order_acquire) == 0) FindLayout();
  const size_t stride = known_stride.load(std::memory_order_acquire);
  if (stride == 0 || count_ == 0) return;
  const DequeBegin begin = ReadDequeBegin(profile_, known_word.load(std::memory_order_relaxed));
  position_ = begin.current;
  chunk_end_ = begin.chunk_end;
  chunk_ = begin.chunk;
  stride_ = stride;
}

void SampleLines::FindLayout() {
  // One record is not enough to tell the length of one.
  if (count_ < 2) return;
  for (size_t word = 1; word + 4 <= kSearchedWords; word++) {
    const DequeBegin begin = ReadDequeBegin(profile_, word);
    const auto bytes = static_cast<size_t>(begin.chunk_end - begin.chunk_begin);
    // Aligned, in order, and of the size that chunks have.
    if (begin.current != begin.chunk_begin || bytes == 0 || bytes > kChunkBytes ||
        reinterpret_cast<uintptr_t>(begin.current) % sizeof(void*) != 0) {
      continue;
    }
    uint8_t chunk[kChunkBytes];
    const uint8_t* first_chunk = nullptr;
    if (!ReadMemory(begin.chunk_begin, chunk, bytes) ||
        !ReadMemory(begin.chunk, &first_chunk, sizeof first_chunk) ||
        first_chunk != begin.chunk_begin || !Matches(begin.current, 0)) {
      continue;
    }
    for (const size_t stride : kStrides) {
      if (kChunkBytes / stride * stride == bytes && Matches(begin.current + stride, 1)) {
        known_word.store(word, std::memory_order_relaxed);
        known_stride.store(stride, std::memory_order_release);
        return;
      }
    }
  }
}

bool SampleLines::Matches(const uint8_t* record, int index) const {
  Record found;
  memcpy(&found, record, sizeof found);
  return found.node == profile_->GetSample(index) &&
         found.time_micros == profile_->GetSampleTimestamp(index);
}

int SampleLines::LineOf(int index) {
  if (stride_ == 0) return 0;
  while (next_ < index) {
    position_ += stride_;
    next_++;
    if (position_ == chunk_end_) {
      chunk_++;
      position_ = *chunk_;
      chunk_end_ = position_ + kChunkBytes / stride_ * stride_;
    }
  }
  if (!Matches(position_, index)) {
    stride_ = 0;
    return 0;
  }
  Record record;
  memcpy(&record, position_, sizeof record);
  return std::max(0, static_cast<int>(record.line));
}

}  // namespace heapprof
