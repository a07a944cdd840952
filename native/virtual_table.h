#ifndef HEAPPROF_VIRTUAL_TABLE_H_
#define HEAPPROF_VIRTUAL_TABLE_H_

#include <cstdint>

namespace heapprof {

// The slot that has `function` in the virtual table at the address `table`, which has at least
// `function_count` slots; null where none has it.
void** FindSlot(uintptr_t table, int function_count, uintptr_t function);

// Puts a function into a slot of a virtual table, for all objects of the class. False if the system
// does not allow it.
bool WriteSlot(void** slot, void* function);

}  // namespace heapprof

#endif  // HEAPPROF_VIRTUAL_TABLE_H_
