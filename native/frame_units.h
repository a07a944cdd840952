#ifndef HEAPPROF_FRAME_UNITS_H_
#define HEAPPROF_FRAME_UNITS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "flat_map.h"
#include "profile_frames.h"
#include "raw_stack.h"

namespace heapprof {

// What one raw address of a stack stands for: no frame, one, or several where functions were
// inlined. It does not depend on the rest of the stack.
struct FrameUnit {
  enum class State : uint8_t { kNew, kPending, kKnown };
  State state = State::kNew;
  std::vector<PlacedFrame> frames;  // innermost first
};

// The stack of which units are learned, and V8's answers.
//
// V8 tells the frames of a whole stack, not which of them belong to which address. One address
// whose number of frames is not known can be had by subtraction. Where there are more, the stack
// is collected several times, cut to what lies inside each of them.
struct Lesson {
  struct Collected {
    size_t kept;                                   // addresses that were left, the innermost
    uint64_t before_micros = 0, after_micros = 0;  // monotonic time around V8's time stamp
    bool found = false;
    std::vector<PlacedFrame> frames = {};  // innermost first
  };
  struct Part {
    std::shared_ptr<FrameUnit> unit;
    bool is_new;  // to be learned here
  };
  bool has_addresses;       // otherwise the stack is no more than a native function or a state
  std::vector<Part> parts;  // innermost first
  std::vector<Collected> collected;  // rising; the last is the whole stack
};

// The units of an isolate, by address. Code and bytecode move in mark-compact collections only,
// after which all is learned anew.
class FrameUnits {
 public:
  // The unit of address number `index` of a stack. The innermost one has what V8 says of the native
  // function that was called, and of what the thread was doing.
  const std::shared_ptr<FrameUnit>& UnitOf(const RawStack& stack, size_t index);

  // Begins to learn what is not known of a stack. What to collect is in `collected`; whoever cannot
  // have one of them removes it, and then calls Expect().
  Lesson Begin(const RawStack& stack);

  // Makes units that can be learned with what was collected known as pending.
  static void Expect(Lesson* lesson);

  // Learns. A unit for which that fails is new again, to be learned when it is met next.
  static void Finish(Lesson* lesson);

  void Forget();
  size_t size() const { return units_.size(); }

 private:
  static uint64_t KeyOf(const RawStack& stack, size_t index);
  static bool FinishPart(Lesson* lesson, size_t from, size_t to,
                         const std::vector<PlacedFrame>& inner,
                         const std::vector<PlacedFrame>& frames);

  FlatMap numbers_;  // by address: 1 + index of the next
  std::vector<std::shared_ptr<FrameUnit>> units_;
};

}  // namespace heapprof

#endif  // HEAPPROF_FRAME_UNITS_H_
