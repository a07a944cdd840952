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
  bool has_new = false;
  for (size_t i = 0; i < count; i++) {
    const std::shared_ptr<FrameUnit>& unit = UnitOf(stack, i);
    const bool is_new = unit->state == FrameUnit::State::kNew;
    lesson.parts.push_back({unit, is_new});
    if (is_new && has_new) lesson.collected.push_back({i});
    has_new = has_new || is_new;
  }
  lesson.collected.push_back({count});
  return lesson;
}

void FrameUnits::Expect(Lesson* lesson) {
  size_t from = 0;
  for (const Lesson::Collected& collected : lesson->collected) {
    const auto begin = lesson->parts.begin() + static_cast<ptrdiff_t>(from);
    const auto end = lesson->parts.begin() + static_cast<ptrdiff_t>(collected.kept);
    const auto is_new = [](const Lesson::Part& part) { return part.is_new; };
    if (std::count_if(begin, end, is_new) == 1)
      std::find_if(begin, end, is_new)->unit->state = FrameUnit::State::kPending;
    from = collected.kept;
  }
}

void FrameUnits::Finish(Lesson* lesson) {
  size_t from = 0;
  const std::vector<PlacedFrame> none;
  const std::vector<PlacedFrame>* inner = &none;
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

// Parts `from` to `to` have the frames of `frames` that `inner` does not have. All of them but one
// must be known, and agree.
bool FrameUnits::FinishPart(Lesson* lesson, size_t from, size_t to,
                            const std::vector<PlacedFrame>& inner,
                            const std::vector<PlacedFrame>& frames) {
  if (frames.size() < inner.size() || !std::equal(inner.begin(), inner.end(), frames.begin()))
    return false;
  auto begin = frames.begin() + static_cast<ptrdiff_t>(inner.size());
  auto end = frames.end();
  const auto is_known = [&](size_t index) {
    return lesson->parts[index].unit->state == FrameUnit::State::kKnown;
  };
  for (; from < to && is_known(from); from++) {
    const std::vector<PlacedFrame>& known = lesson->parts[from].unit->frames;
    const auto size = static_cast<ptrdiff_t>(known.size());
    if (end - begin < size || !std::equal(known.begin(), known.end(), begin)) return false;
    begin += size;
  }
  for (; from < to && is_known(to - 1); to--) {
    const std::vector<PlacedFrame>& known = lesson->parts[to - 1].unit->frames;
    const auto size = static_cast<ptrdiff_t>(known.size());
    if (end - begin < size || !std::equal(known.begin(), known.end(), end - size)) return false;
    end -= size;
  }
  if (from == to) return begin == end;
  if (to - from > 1 || !lesson->parts[from].is_new) return false;
  lesson->parts[from].unit->frames.assign(begin, end);
  return true;
}

}  // namespace heapprof
