#include "frame_units.h"

#include <algorithm>
#include <utility>

namespace heapprof {

uint64_t FrameUnits::KeyOf(const RawStack& stack, size_t index) {
  if (index > 0) return stack.addresses[index];
  uint64_t hash = stack.callback * 0x9E3779B97F4A7C15u + stack.state;
  hash = (hash ^ (stack.count > 0 ? stack.addresses[0] : 0)) * 0xD6E8FEB86659FD93u;
  // No address has the highest bit.
  return hash | uint64_t{1} << 63;
}

const std::shared_ptr<FrameUnit>& FrameUnits::UnitOf(const RawStack& stack, size_t index) {
  const uint64_t key = KeyOf(stack, index);
  uint64_t number = numbers_.Find(key);
  if (number == 0) {
    units_.push_back(std::make_shared<FrameUnit>());
    number = units_.size();
    numbers_.Set(key, number);
  }
  return units_[number - 1];
}

void FrameUnits::Forget() {
  numbers_.Clear();
  units_.clear();
}

Lesson FrameUnits::Begin(const RawStack& stack) {
  Lesson lesson;
  lesson.has_addresses = stack.count > 0;
  const size_t count = std::max<size_t>(stack.count, 1);
  lesson.parts.reserve(count);
  bool has_unknown_size = false;
  for (size_t i = 0; i < count; i++) {
    const std::shared_ptr<FrameUnit>& unit = UnitOf(stack, i);
    const bool is_new = unit->state == FrameUnit::State::kNew;
    const bool is_one_frame = i > 0 && !ranges_.IsCode(stack.addresses[i]);
    lesson.parts.push_back({unit, is_new, is_one_frame});
    if (!is_new || is_one_frame) continue;
    if (has_unknown_size) lesson.collected.push_back({i});
    has_unknown_size = true;
  }
  lesson.collected.push_back({count});
  return lesson;
}

void FrameUnits::Expect(Lesson* lesson) {
  size_t from = 0;
  for (const Lesson::Collected& collected : lesson->collected) {
    const auto begin = lesson->parts.begin() + static_cast<ptrdiff_t>(from);
    const auto end = lesson->parts.begin() + static_cast<ptrdiff_t>(collected.kept);
    const auto unknown = std::count_if(
        begin, end, [](const Lesson::Part& part) { return part.is_new && !part.is_one_frame; });
    for (auto part = begin; part != end && unknown <= 1; ++part) {
      if (part->is_new) part->unit->state = FrameUnit::State::kPending;
    }
    from = collected.kept;
  }
}

void FrameUnits::Finish(Lesson* lesson) {
  size_t from = 0;
  const std::vector<uint32_t> none;
  const std::vector<uint32_t>* inner = &none;
  for (const Lesson::Collected& collected : lesson->collected) {
    // An answer that is missing makes two parts one.
    if (!collected.found) continue;
    if (FinishPart(lesson, from, collected.kept, *inner, collected.frames)) {
      for (size_t i = from; i < collected.kept; i++)
        lesson->parts[i].unit->state = FrameUnit::State::kKnown;
    }
    from = collected.kept;
    inner = &collected.frames;
  }
  for (const Lesson::Part& part : lesson->parts) {
    if (part.is_new && part.unit->state == FrameUnit::State::kPending)
      part.unit->state = FrameUnit::State::kNew;
  }
}

// Parts `from` to `to` have the frames of `frames` that `inner` does not have.
bool FrameUnits::FinishPart(Lesson* lesson, size_t from, size_t to,
                            const std::vector<uint32_t>& inner,
                            const std::vector<uint32_t>& frames) {
  using Frames = std::vector<uint32_t>;
  if (frames.size() < inner.size() || !std::equal(inner.begin(), inner.end(), frames.begin()))
    return false;
  auto begin = frames.begin() + static_cast<ptrdiff_t>(inner.size());
  auto end = frames.end();

  // Another lesson may have come first.
  const auto is_known = [](const Lesson::Part& part) {
    return part.unit->state == FrameUnit::State::kKnown;
  };
  const auto has_size = [&](const Lesson::Part& part) {
    return is_known(part) || (part.is_new && part.is_one_frame);
  };
  const auto size_of = [&](const Lesson::Part& part) {
    return static_cast<ptrdiff_t>(is_known(part) ? part.unit->frames.size() : 1);
  };
  const auto take = [&](const Lesson::Part& part, Frames::const_iterator first,
                        Frames::const_iterator last) {
    if (is_known(part)) return std::equal(first, last, part.unit->frames.begin());
    part.unit->frames.assign(first, last);
    return true;
  };
  while (from < to && has_size(lesson->parts[from])) {
    const Lesson::Part& part = lesson->parts[from++];
    if (end - begin < size_of(part) || !take(part, begin, begin + size_of(part))) return false;
    begin += size_of(part);
  }
  while (from < to && has_size(lesson->parts[to - 1])) {
    const Lesson::Part& part = lesson->parts[--to];
    if (end - begin < size_of(part) || !take(part, end - size_of(part), end)) return false;
    end -= size_of(part);
  }
  if (from == to) {
    if (begin != end) return false;
  } else if (to - from == 1 && lesson->parts[from].is_new) {
    lesson->parts[from].unit->frames.assign(begin, end);
  } else {
    return false;
  }
  return true;
}

}  // namespace heapprof
