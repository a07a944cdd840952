#ifndef HEAPPROF_RAW_STACK_H_
#define HEAPPROF_RAW_STACK_H_

#include <v8.h>

#include <cstddef>
#include <cstdint>

namespace heapprof {

// The call stack of a moment as V8 finds it: the addresses of the frames, innermost first. Of an
// interpreted frame it is the address of the bytecode, of any other the return address in its code.
struct RawStack {
  // As many as V8's own tick samples have; deeper stacks lose their outermost frames.
  static constexpr size_t kMaxFrames = 255;

  uintptr_t addresses[kMaxFrames];
  size_t count;
  uintptr_t callback;  // the native function that JavaScript has called, or 0
  v8::StateTag state;

  // The stack of this moment.
  void Take(v8::Isolate* isolate);

  // Tells stacks apart, until code moves.
  uint64_t Hash() const;
};

// Where an isolate's machine code is.
class CodeRanges {
 public:
  explicit CodeRanges(v8::Isolate* isolate);
  // Code that the isolate has compiled.
  bool IsCompiled(uintptr_t address) const { return address - compiled_begin_ < compiled_bytes_; }
  // Compiled code and V8's builtins.
  bool IsCode(uintptr_t address) const {
    return IsCompiled(address) || address - builtins_begin_ < builtins_bytes_;
  }

 private:
  uintptr_t compiled_begin_ = 0;
  size_t compiled_bytes_ = 0;
  uintptr_t builtins_begin_ = 0;
  size_t builtins_bytes_ = 0;
};

// Changes a return address on the stack for the life of this object: meanwhile, stacks that are
// taken have `replacement` in the place of `innermost`, the address of their first frame. Nothing
// may return through that frame in the meantime.
class ReturnAddressChange {
 public:
  // Does nothing if `replacement` is 0.
  ReturnAddressChange(v8::Isolate* isolate, uintptr_t innermost, uintptr_t replacement);
  ~ReturnAddressChange();
  ReturnAddressChange(const ReturnAddressChange&) = delete;

 private:
  volatile uintptr_t* slot_ = nullptr;
  const uintptr_t original_;
};

// Makes stacks that are taken shorter than they are: a frame's link to its caller is changed, and
// V8's walk of the stack ends there. Nothing may return through that frame in the meantime.
class StackCutter {
 public:
  StackCutter(v8::Isolate* isolate, const CodeRanges& ranges, const RawStack& stack)
      : isolate_(isolate), ranges_(ranges), stack_(stack) {}
  ~StackCutter() { Restore(); }
  StackCutter(const StackCutter&) = delete;

  // Leaves the `kept` innermost addresses, less than there are; each cut of a stack keeps more than
  // the one before. Returns false if the frame was not found: nothing is changed then.
  bool Cut(size_t kept);

  // Undoes the cut.
  void Restore();

 private:
  bool MayReturnTo(uintptr_t address, size_t index) const;

  v8::Isolate* const isolate_;
  const CodeRanges& ranges_;
  const RawStack& stack_;
  volatile uintptr_t* position_ = nullptr;  // where the last cut was
  volatile uintptr_t* slot_ = nullptr;
  uintptr_t original_ = 0;
};

}  // namespace heapprof

#endif  // HEAPPROF_RAW_STACK_H_
