#include "raw_stack.h"

#include "thread_stack.h"

namespace heapprof {
namespace {

// How far up the stack the innermost return address is looked for: the frames of V8's runtime in
// between take one or two KiB.
constexpr size_t kSearchedWords = 2048;

size_t TakeAddresses(v8::Isolate* isolate, uintptr_t* addresses, size_t limit,
                     v8::SampleInfo* info) {
  v8::RegisterState registers;
  registers.pc = __builtin_return_address(0);
  registers.fp = registers.sp = __builtin_frame_address(0);
  isolate->GetStackSample(registers, reinterpret_cast<void**>(addresses), limit, info);
  return info->frames_count;
}

}  // namespace

void RawStack::Take(v8::Isolate* isolate) {
  v8::SampleInfo info;
  count = TakeAddresses(isolate, addresses, kMaxFrames, &info);
  callback = reinterpret_cast<uintptr_t>(info.external_callback_entry);
  state = info.vm_state;
}

uint64_t RawStack::Hash() const {
  uint64_t hash = callback + count + (static_cast<uint64_t>(state) << 32);
  for (size_t i = 0; i < count; i++) {
    hash = (hash ^ addresses[i]) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 29;
  }
  return hash;
}

CodeRanges::CodeRanges(v8::Isolate* isolate) {
  void* compiled = nullptr;
  isolate->GetCodeRange(&compiled, &compiled_bytes_);
  compiled_begin_ = reinterpret_cast<uintptr_t>(compiled);
  const void* builtins = nullptr;
  isolate->GetEmbeddedCodeRange(&builtins, &builtins_bytes_);
  builtins_begin_ = reinterpret_cast<uintptr_t>(builtins);
}

HEAPPROF_READS_WHOLE_STACK ReturnAddressChange::ReturnAddressChange(v8::Isolate* isolate,
                                                                    uintptr_t innermost,
                                                                    uintptr_t replacement)
    : original_(innermost) {
  if (replacement == 0) return;
  auto* word = static_cast<volatile uintptr_t*>(__builtin_frame_address(0));
  for (size_t i = 0; i < kSearchedWords; i++, word++) {
    if (*word != innermost) continue;
    // It may be a leftover of an earlier call; V8's own walk of the stack tells.
    *word = replacement;
    uintptr_t first = 0;
    v8::SampleInfo info;
    TakeAddresses(isolate, &first, 1, &info);
    if (first == replacement) {
      slot_ = word;
      return;
    }
    *word = innermost;
  }
}

ReturnAddressChange::~ReturnAddressChange() {
  if (slot_) *slot_ = original_;
}

// A frame begins with the address of its caller's frame, and the return address into the caller.
HEAPPROF_READS_WHOLE_STACK bool StackCutter::Cut(size_t kept) {
  Restore();
  const uintptr_t end = StackEnd();
  auto* word =
      position_ ? position_ + 1 : static_cast<volatile uintptr_t*>(__builtin_frame_address(0));
  for (; reinterpret_cast<uintptr_t>(word + 2) <= end; word++) {
    if (!MayReturnTo(word[1], kept) || word[0] <= reinterpret_cast<uintptr_t>(word) ||
        word[0] >= end) {
      continue;
    }
    original_ = word[0];
    slot_ = word;
    *word = 0;
    uintptr_t addresses[RawStack::kMaxFrames];
    v8::SampleInfo info;
    if (TakeAddresses(isolate_, addresses, RawStack::kMaxFrames, &info) == kept) {
      position_ = word;
      return true;
    }
    Restore();
  }
  return false;
}

// An interpreted frame is returned to by way of the interpreter, whose code is among the builtins.
bool StackCutter::MayReturnTo(uintptr_t address, size_t index) const {
  const uintptr_t wanted = stack_.addresses[index];
  return ranges_.IsCode(wanted) ? address == wanted : ranges_.IsCode(address);
}

HEAPPROF_READS_WHOLE_STACK void StackCutter::Restore() {
  if (slot_) *slot_ = original_;
  slot_ = nullptr;
}

}  // namespace heapprof
