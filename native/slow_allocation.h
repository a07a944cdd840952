#ifndef HEAPPROF_SLOW_ALLOCATION_H_
#define HEAPPROF_SLOW_ALLOCATION_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "raw_stack.h"

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
  // `ranges` must outlive it.
  explicit SlowAllocation(const CodeRanges& ranges);

  // If `return_address` follows such a call, an address at which V8 finds the allocation's
  // position; otherwise 0. `is_certain`: it was found on the stack, and is not only what V8 takes
  // for one. Where V8 takes the place within the bytecode from a slot that has none yet, the result
  // may look like compiled code, and be no memory at all.
  uintptr_t ContinuationOf(uintptr_t return_address, bool is_certain);

 private:
  static const std::vector<uintptr_t>& FindBuiltins();
  uintptr_t MapStoreFrom(uintptr_t begin) const;
  bool IsAllocationBuiltin(uintptr_t address);

  const CodeRanges& ranges_;
  const std::vector<uintptr_t>& originals_;  // the builtins in the executable
  // Calls may go to a copy of the builtins nearer by; what was found out of addresses that are
  // called.
  std::vector<uintptr_t> known_allocations_;
  std::vector<uintptr_t> known_others_;
};

}  // namespace heapprof

#endif  // HEAPPROF_SLOW_ALLOCATION_H_
