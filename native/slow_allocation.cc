#include "slow_allocation.h"

#include <v8.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "elf_symbols.h"
#include "read_memory.h"

namespace heapprof {
namespace {

#if defined(__x86_64__)

// As much of a builtin as tells it from all others.
constexpr size_t kComparedBytes = 24;

// Of `call rel32` (E8).
constexpr size_t kCallBytes = 5;

// After the call, a handful of registers are restored.
constexpr int kMostInstructions = 48;

int32_t ReadInt32(const uint8_t* at) {
  int32_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

// Bytes of an operand that begins with a ModRM byte (Intel's manual, volume 2, 2.1.3).
size_t OperandBytes(const uint8_t* modrm) {
  const int mode = modrm[0] >> 6;
  const int register_or_memory = modrm[0] & 7;
  if (mode == 3) return 1;
  size_t bytes = 1;
  bool has_base = register_or_memory != 5;
  if (register_or_memory == 4) {
    bytes++;
    has_base = (modrm[1] & 7) != 5;
  }
  if (mode == 1) return bytes + 1;
  if (mode == 2 || !has_base) return bytes + 4;
  return bytes;
}

// The length of an instruction of the sort that brings data to its place, or 0 for any other.
size_t MoveBytes(const uint8_t* code) {
  size_t i = 0;
  const bool has_sse_prefix = code[i] == 0xF2 || code[i] == 0xF3 || code[i] == 0x66;
  if (has_sse_prefix) i++;
  bool wide = false;
  if ((code[i] & 0xF0) == 0x40) {
    wide = code[i] & 8;
    i++;
  }
  const auto is_vector_move = [](uint8_t opcode) {
    return opcode == 0x10 || opcode == 0x11 || opcode == 0x28 || opcode == 0x29 || opcode == 0x6F ||
           opcode == 0x7F;
  };
  const uint8_t opcode = code[i++];
  if (opcode == 0x0F) return is_vector_move(code[i]) ? i + 1 + OperandBytes(code + i + 1) : 0;
  if (opcode == 0xC5) return is_vector_move(code[i + 1]) ? i + 2 + OperandBytes(code + i + 2) : 0;
  if (has_sse_prefix) return 0;
  switch (opcode) {
    case 0x89:  // mov r/m, r
    case 0x8B:  // mov r, r/m
    case 0x8D:  // lea
    case 0x31:  // xor, to make a zero
    case 0x33:
      return i + OperandBytes(code + i);
    case 0xC7:  // mov r/m, imm32
      return i + OperandBytes(code + i) + 4;
    case 0x83:  // add and the like with imm8: the tag, the stack pointer
    case 0xC1:  // shifts by imm8: small integers
      return i + OperandBytes(code + i) + 1;
    default:
      if (opcode >= 0x58 && opcode <= 0x5F) return i;                     // pop
      if (opcode >= 0xB8 && opcode <= 0xBF) return i + (wide ? 8u : 4u);  // mov r, imm
      return 0;
  }
}

// Whether a move stores to the first word of an object, whose tagged address is one byte further:
// [register - 1].
bool IsMapStore(const uint8_t* code) {
  if ((code[0] & 0xF0) == 0x40) code++;
  if (code[0] != 0x89 && code[0] != 0xC7) return false;
  const bool has_byte_displacement = code[1] >> 6 == 1;
  const bool has_sib = (code[1] & 7) == 4;
  return has_byte_displacement && static_cast<int8_t>(code[has_sib ? 3 : 2]) == -1;
}

#endif  // __x86_64__

}  // namespace

SlowAllocation::SlowAllocation(const CodeRanges& ranges)
    : ranges_(ranges), originals_(FindBuiltins()) {}

// The same for the whole process, and the table of symbols is long: searched once.
const std::vector<uintptr_t>& SlowAllocation::FindBuiltins() {
  static const std::vector<uintptr_t> builtins = [] {
    constexpr std::string_view kNames[] = {
        "Builtins_AllocateInYoungGeneration",
        "Builtins_AllocateInOldGeneration",
        // Up to Node.js 22.
        "Builtins_AllocateRegularInYoungGeneration",
        "Builtins_AllocateRegularInOldGeneration",
    };
    std::vector<uintptr_t> found =
        FindSymbols(reinterpret_cast<const void*>(&v8::V8::GetVersion), kNames);
    std::erase(found, 0);
    return found;
  }();
  return builtins;
}

#if defined(__x86_64__)

uintptr_t SlowAllocation::ContinuationOf(uintptr_t return_address, bool is_certain) {
  if (originals_.empty() || !ranges_.IsCompiled(return_address - kCallBytes)) return 0;
  uint8_t call[kCallBytes];
  if (!is_certain &&
      !ReadMemory(reinterpret_cast<const void*>(return_address - kCallBytes), call, sizeof call)) {
    return 0;
  }
  const auto* code = reinterpret_cast<const uint8_t*>(return_address);
  if (code[-static_cast<int>(kCallBytes)] != 0xE8) return 0;
  if (!IsAllocationBuiltin(return_address + static_cast<intptr_t>(ReadInt32(code - 4)))) return 0;
  for (int i = 0; i < kMostInstructions; i++) {
    if (!ranges_.IsCompiled(reinterpret_cast<uintptr_t>(code) + 16)) return 0;
    intptr_t jump = 0;
    if (code[0] == 0xE9) jump = 5 + static_cast<intptr_t>(ReadInt32(code + 1));
    if (code[0] == 0xEB) jump = 2 + static_cast<intptr_t>(static_cast<int8_t>(code[1]));
    if (jump != 0) {
      const uintptr_t target = reinterpret_cast<uintptr_t>(code) + static_cast<uintptr_t>(jump);
      // V8 takes addresses to be return addresses: it looks up the last position *before* one.
      return ranges_.IsCompiled(target) ? MapStoreFrom(target) + 1 : 0;
    }
    const size_t bytes = MoveBytes(code);
    if (bytes == 0) return 0;
    code += bytes;
  }
  return 0;
}

// The first thing stored in an object is its map. What comes before it, such as the update of the
// limits of the free space, has no position of its own in Node.js 20; the store has one.
uintptr_t SlowAllocation::MapStoreFrom(uintptr_t begin) const {
  const auto* code = reinterpret_cast<const uint8_t*>(begin);
  for (int i = 0; i < kMostInstructions; i++) {
    if (!ranges_.IsCompiled(reinterpret_cast<uintptr_t>(code) + 16)) break;
    const size_t bytes = MoveBytes(code);
    if (bytes == 0) break;
    if (IsMapStore(code)) return reinterpret_cast<uintptr_t>(code);
    code += bytes;
  }
  return begin;
}

bool SlowAllocation::IsAllocationBuiltin(uintptr_t address) {
  const auto contains = [address](const std::vector<uintptr_t>& list) {
    return std::find(list.begin(), list.end(), address) != list.end();
  };
  if (contains(known_allocations_)) return true;
  if (contains(known_others_)) return false;
  // The byte before the return address may have been the end of some other call, and this no
  // address at all.
  uint8_t bytes[kComparedBytes];
  const bool same =
      ReadMemory(reinterpret_cast<const void*>(address), bytes, sizeof bytes) &&
      std::any_of(originals_.begin(), originals_.end(), [&bytes](uintptr_t original) {
        return memcmp(bytes, reinterpret_cast<const void*>(original), sizeof bytes) == 0;
      });
  std::vector<uintptr_t>& list = same ? known_allocations_ : known_others_;
  // A few hundred builtins exist.
  if (list.size() < 1024) list.push_back(address);
  return same;
}

#else

uintptr_t SlowAllocation::ContinuationOf(uintptr_t, bool) { return 0; }
bool SlowAllocation::IsAllocationBuiltin(uintptr_t) { return false; }

#endif  // __x86_64__

}  // namespace heapprof
