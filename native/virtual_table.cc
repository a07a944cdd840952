#include "virtual_table.h"

#include <sys/mman.h>
#include <unistd.h>

namespace heapprof {
namespace {

// The offset to top and the type information come before the functions (Itanium C++ ABI, 2.5.2).
constexpr int kFirstFunction = 2;

}  // namespace

void** FindSlot(uintptr_t table, int function_count, uintptr_t function) {
  auto** slots = reinterpret_cast<void**>(table) + kFirstFunction;
  for (int i = 0; i < function_count; i++) {
    if (slots[i] == reinterpret_cast<void*>(function)) return &slots[i];
  }
  return nullptr;
}

bool WriteSlot(void** slot, void* function) {
  const auto page_bytes = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  void* page = reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(slot) & ~(page_bytes - 1));
  if (mprotect(page, page_bytes, PROT_READ | PROT_WRITE) != 0) return false;
  __atomic_store_n(slot, function, __ATOMIC_RELEASE);
  mprotect(page, page_bytes, PROT_READ);
  return true;
}

}  // namespace heapprof
