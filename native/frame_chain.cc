#include "frame_chain.h"

#include <link.h>

#include <algorithm>
#include <array>

#include "mix.h"
#include "thread_stack.h"

namespace heapprof {
namespace {

// In an interpreted frame, in words from its address (V8's InterpreterFrameConstants): the tagged
// address of the bytecode, and how far in it the frame is, a small integer in the upper half.
constexpr ptrdiff_t kBytecodeArrayWord = -4;
constexpr ptrdiff_t kBytecodeOffsetWord = -5;
constexpr int kSmallIntegerShift = 32;

// Random, odd.
template <size_t kCount>
constexpr std::array<uint64_t, kCount> Factors() {
  std::array<uint64_t, kCount> factors{};
  for (size_t i = 0; i < kCount; i++) factors[i] = Mix((i + 1) * 0x9E3779B97F4A7C15u) | 1;
  return factors;
}

// For a link's two addresses each.
constexpr auto kFactors = Factors<2 * FrameChain::kMaxLinks>();

}  // namespace

// Not when it is needed: the system's lock must not be waited for within an allocation. What is
// loaded later does not count as native, and stacks that call it are not covered.
FrameChain::FrameChain(const CodeRanges& ranges) : ranges_(ranges) {
  const auto add = [](dl_phdr_info* info, size_t, void* natives) {
    for (int i = 0; i < info->dlpi_phnum; i++) {
      const auto& header = info->dlpi_phdr[i];
      if (header.p_type != PT_LOAD || !(header.p_flags & PF_X)) continue;
      static_cast<std::vector<Range>*>(natives)->push_back(
          {info->dlpi_addr + header.p_vaddr, header.p_memsz});
    }
    return 0;
  };
  dl_iterate_phdr(add, &natives_);
}

// What V8 takes for the address of an interpreted frame.
HEAPPROF_READS_WHOLE_STACK uintptr_t FrameChain::BytecodeAddress(uintptr_t frame) {
  const auto* words = reinterpret_cast<const uintptr_t*>(frame);
  return words[kBytecodeArrayWord] + (words[kBytecodeOffsetWord] >> kSmallIntegerShift);
}

// Multilinear hashing (Lemire and Kaser 2014): no term waits for another, so that they are had
// while the processor waits for the next frame.
[[gnu::always_inline]] inline uint64_t FrameChain::Term(size_t index) const {
  const Link& link = links_[index];
  const uint64_t term = link.address * kFactors[2 * index];
  if (!IsInterpreter(link.address)) return term;
  return term + BytecodeAddress(link.frame) * kFactors[2 * index + 1];
}

// A frame begins with the address of its caller's frame, and the return address into the caller.
HEAPPROF_READS_WHOLE_STACK void FrameChain::Walk(const void* frame) {
  count_ = 0;
  sum_ = 0;
  const uintptr_t end = StackEnd();
  auto at = reinterpret_cast<uintptr_t>(frame);
  while (count_ < kMaxLinks) {
    const auto* words = reinterpret_cast<const uintptr_t*>(at);
    const uintptr_t caller = words[0];
    const bool is_frame = caller > at && caller < end && end - caller > 2 * sizeof(uintptr_t) &&
                          caller % sizeof(uintptr_t) == 0;
    if (!is_frame) return;
    links_[count_] = {words[1], caller};
    sum_ += Term(count_);
    count_++;
    at = caller;
  }
}

HEAPPROF_READS_WHOLE_STACK void FrameChain::MoveInterpreted(int bytes) const {
  for (size_t i = 0; i < count_; i++) {
    if (!IsInterpreter(links_[i].address)) continue;
    auto* words = reinterpret_cast<volatile intptr_t*>(links_[i].frame);
    words[kBytecodeOffsetWord] =
        words[kBytecodeOffsetWord] + (static_cast<intptr_t>(bytes) << kSmallIntegerShift);
  }
}

uint64_t FrameChain::Hash() const { return Mix(sum_ + count_); }

bool FrameChain::Covers(const RawStack& stack) {
  const Link* at = links_;
  const Link* const end = links_ + count_;
  for (size_t i = 0; i < stack.count && at != end; i++) {
    at = Find(stack.addresses[i], at);
    if (at == end || !Learn(stack.addresses[i], *at)) return false;
    at++;
  }
  return at != end;
}

// Where the chain has an address that V8 has found, from `begin` on.
const FrameChain::Link* FrameChain::Find(uintptr_t wanted, const Link* begin) const {
  const Link* const end = links_ + count_;
  const auto is_native = [this](const Link& link) { return !ranges_.IsCode(link.address); };
  if (ranges_.IsCode(wanted)) {
    return std::find_if(begin, end, [&](const Link& link) { return link.address == wanted; });
  }
  const Link* interpreted = std::find_if(begin, end, [&](const Link& link) {
    return !is_native(link) && BytecodeAddress(link.frame) == wanted;
  });
  if (interpreted != end) return interpreted;
  // A native function that JavaScript has called is in V8's stack by its beginning, of which the
  // chain may have nothing, where it ended with another call. Which function it is follows from
  // where it was called and what it has called, and these are in the chain.
  return IsNative(wanted) ? std::find_if(begin, end, is_native) : end;
}

bool FrameChain::IsNative(uintptr_t address) const {
  return std::any_of(natives_.begin(), natives_.end(),
                     [address](const Range& range) { return address - range.begin < range.bytes; });
}

// From a link in whose place V8 has found an address. Returns false if there is too much to learn.
bool FrameChain::Learn(uintptr_t found, const Link& link) {
  const bool is_interpreted = !ranges_.IsCode(found) && ranges_.IsCode(link.address);
  if (!is_interpreted || IsInterpreter(link.address)) return true;
  if (interpreter_count_ == kMaxInterpreterAddresses) return false;
  interpreter_addresses_[interpreter_count_++] = link.address;
  sum_ = 0;
  for (size_t i = 0; i < count_; i++) sum_ += Term(i);
  return true;
}

}  // namespace heapprof
