#ifndef HEAPPROF_MIX_H_
#define HEAPPROF_MIX_H_

#include <cstdint>

namespace heapprof {

// The finaliser of splitmix64: any change of the input changes half of the output's bits.
constexpr uint64_t Mix(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
  return value ^ (value >> 31);
}

}  // namespace heapprof

#endif  // HEAPPROF_MIX_H_
