#ifndef HEAPPROF_SLOW_ALLOCATION_H_
#define HEAPPROF_SLOW_ALLOCATION_H_

#include <v8.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heapprof {

// Optimised code allocates in line; only where the space runs out (or an observer is due) does it
// call V8's builtin for allocation. The compilers put that call into a block at the end of the
// function, without a source position of its own: V8's CPU profiler then reports the position of
// whatever code happens to stand before it, often in another function that was inlined. In
// measurements on the TypeScript compiler a third of all live bytes had a wrong line.
//
// But the block ends with a jump back to where the object is initialised, and the code there has
// the position of the allocation.
//
// x86-64 only; elsewhere V8's position is taken as it is.
class SlowAllocation {
 public:
  explicit SlowAllocation(v8::Isolate* isolate);

  // If `return_address` follows such a call, an address at which V8 finds the allocation's
  // position; otherwise 0.
  uintptr_t ContinuationOf(uintptr_t return_address);

 private:
  static const std::vector<uintptr_t>& FindBuiltins();
  uintptr_t MapStoreFrom(uintptr_t begin) const;
  bool IsAllocationBuiltin(uintptr_t address);
  bool IsInCode(uintptr_t address) const { return address - code_begin_ < code_bytes_; }

  uintptr_t code_begin_ = 0;  // of all code that the isolate has compiled
  size_t code_bytes_ = 0;
  const std::vector<uintptr_t>& originals_;  // the builtins in the executable
  // Calls may go to a copy of the builtins nearer by; what was found out of addresses that are
  // called.
  std::vector<uintptr_t> known_allocations_;
  std::vector<uintptr_t> known_others_;
};

// Changes a return address on the stack for the life of this object: meanwhile, stacks that are
// taken have `replacement` in the place of `innermost`, the address of their first frame. Nothing
// may return through that frame in the meantime.
class ReturnAddressChange {
 public:
  ReturnAddressChange(v8::Isolate* isolate, uintptr_t innermost, uintptr_t replacement);
  ~ReturnAddressChange();
  ReturnAddressChange(const ReturnAddressChange&) = delete;

 private:
  volatile uintptr_t* slot_ = nullptr;
  const uintptr_t original_;
};

// The addresses of the stack of this moment, innermost first; returns how many.
size_t TakeRawStack(v8::Isolate* isolate, void** addresses, size_t limit, v8::SampleInfo* info);

// Tells stacks that TakeRawStack() took apart, until code moves.
uint64_t HashOfRawStack(void* const* addresses, size_t count, const v8::SampleInfo& info);

}  // namespace heapprof

#endif  // HEAPPROF_SLOW_ALLOCATION_H_
