#ifndef HEAPPROF_ELF_SYMBOLS_H_
#define HEAPPROF_ELF_SYMBOLS_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace heapprof {

// Addresses of symbols of the module (the executable or a shared library) that `known_function` is
// in, in the order of `names`; 0 for one that is not there. Looks in the full symbol table of the
// module's file, which has internal symbols too unless the file was stripped, and else in the
// dynamic one. Linux only: elsewhere all are 0.
std::vector<uintptr_t> FindSymbols(const void* known_function,
                                   std::span<const std::string_view> names);

}  // namespace heapprof

#endif  // HEAPPROF_ELF_SYMBOLS_H_
