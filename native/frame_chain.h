#ifndef HEAPPROF_FRAME_CHAIN_H_
#define HEAPPROF_FRAME_CHAIN_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "raw_stack.h"

namespace heapprof {

// The call stack of a moment by its frame pointers alone: all frames, those of native functions as
// well. Where V8 has to find out of what sort each frame is, this follows a list, several times
// faster. It does not tell what V8's own walk tells; but where one chain covers all that V8 has
// found, the same chain is the same stack.
//
// Builds of Node.js keep frame pointers. Where they do not, or a frame is other than is known here,
// chains do not cover.
class FrameChain {
 public:
  static constexpr size_t kMaxLinks = 768;

  // `ranges` must outlive it.
  explicit FrameChain(const CodeRanges& ranges);

  // Follows the frames outwards, from the one at `frame` on this thread's stack.
  void Walk(const void* frame);

  // Tells chains apart, until code moves.
  uint64_t Hash() const;

  // Whether the chain has every address of the stack that V8 has found at the same moment. This
  // is where it is learned what interpreted frames look like, which may change the hash.
  bool Covers(const RawStack& stack);

  // Moves interpreted frames on in their bytecode, or back. Only stacks may be taken until they are
  // where they were.
  void MoveInterpreted(int bytes) const;

 private:
  // A frame with the address at which it goes on when what it has called returns.
  struct Link {
    uintptr_t address;
    uintptr_t frame;
  };

  struct Range {
    uintptr_t begin;
    size_t bytes;
  };

  // V8 has two places at which the interpreter goes on, and copies of them in few cases.
  static constexpr size_t kMaxInterpreterAddresses = 8;

  bool IsInterpreter(uintptr_t address) const {
    for (size_t i = 0; i < interpreter_count_; i++) {
      if (interpreter_addresses_[i] == address) return true;
    }
    return false;
  }
  static uintptr_t BytecodeAddress(uintptr_t frame);
  // What a link adds to the sum.
  uint64_t Term(size_t index) const;
  bool IsNative(uintptr_t address) const;
  const Link* Find(uintptr_t wanted, const Link* begin) const;
  bool Learn(uintptr_t found, const Link& link);

  const CodeRanges& ranges_;
  Link links_[kMaxLinks];
  size_t count_ = 0;
  uint64_t sum_ = 0;  // for the hash
  uintptr_t interpreter_addresses_[kMaxInterpreterAddresses];
  size_t interpreter_count_ = 0;
  std::vector<Range> natives_;  // code of the executable and of libraries
};

}  // namespace heapprof

#endif  // HEAPPROF_FRAME_CHAIN_H_
