#include "top_level_lines.h"

#include <v8.h>

#include <mutex>
#include <string_view>
#include <vector>

#include "elf_symbols.h"
#include "virtual_table.h"

namespace heapprof {
namespace {

// V8's handles are passed as what they are: a pointer.
using CodeCreateEvent = void (*)(void* listener, int tag, void* code, void* shared, void* name);
using CodeCreateEventWithLine = void (*)(void* listener, int tag, void* code, void* shared,
                                         void* name, int line, int column);

// What we know of the class. Process-wide, as virtual tables are.
struct ListenerClass {
  void** slot = nullptr;  // null where it is not what it should be
  void* without_line = nullptr;
  CodeCreateEventWithLine with_line = nullptr;
};

// As many functions as the class has in all known versions.
constexpr int kFunctions = 16;

// Where a script begins.
constexpr int kFirstLine = 1;
constexpr int kFirstColumn = 1;

std::mutex mutex;
int users = 0;  // guarded by the mutex

ListenerClass FindListenerClass() {
  // The last two names are those of later versions of V8.
  constexpr std::string_view kNames[] = {
      "_ZTVN2v88internal16ProfilerListenerE",
      "_ZN2v88internal16ProfilerListener15CodeCreateEventENS0_16LogEventListener7CodeTagENS0_"
      "6HandleINS0_12AbstractCodeEEENS4_INS0_18SharedFunctionInfoEEENS4_INS0_4NameEEE",
      "_ZN2v88internal16ProfilerListener15CodeCreateEventENS0_16LogEventListener7CodeTagENS0_"
      "6HandleINS0_12AbstractCodeEEENS4_INS0_18SharedFunctionInfoEEENS4_INS0_4NameEEEii",
      "_ZN2v88internal16ProfilerListener15CodeCreateEventENS0_16LogEventListener7CodeTagENS0_"
      "12DirectHandleINS0_12AbstractCodeEEENS4_INS0_18SharedFunctionInfoEEENS4_INS0_4NameEEE",
      "_ZN2v88internal16ProfilerListener15CodeCreateEventENS0_16LogEventListener7CodeTagENS0_"
      "12DirectHandleINS0_12AbstractCodeEEENS4_INS0_18SharedFunctionInfoEEENS4_INS0_4NameEEEii",
  };
  const std::vector<uintptr_t> found =
      FindSymbols(reinterpret_cast<const void*>(&v8::V8::GetVersion), kNames);
  const uintptr_t without_line = found[1] ? found[1] : found[3];
  const uintptr_t with_line = found[2] ? found[2] : found[4];
  if (!found[0] || !without_line || !with_line) return {};
  // Both are there, or these are not the functions that are called.
  if (!FindSlot(found[0], kFunctions, with_line)) return {};
  return {FindSlot(found[0], kFunctions, without_line), reinterpret_cast<void*>(without_line),
          reinterpret_cast<CodeCreateEventWithLine>(with_line)};
}

// Found once for the process.
const ListenerClass& Listener() {
  static const ListenerClass listener = FindListenerClass();
  return listener;
}

void OnCodeCreateEvent(void* listener, int tag, void* code, void* shared, void* name) {
  Listener().with_line(listener, tag, code, shared, name, kFirstLine, kFirstColumn);
}

}  // namespace

TopLevelLines::TopLevelLines() {
  const std::lock_guard lock(mutex);
  constexpr CodeCreateEvent kOurs = &OnCodeCreateEvent;
  if (users++ == 0 && Listener().slot) WriteSlot(Listener().slot, reinterpret_cast<void*>(kOurs));
}

TopLevelLines::~TopLevelLines() {
  const std::lock_guard lock(mutex);
  if (--users == 0 && Listener().slot) WriteSlot(Listener().slot, Listener().without_line);
}

}  // namespace heapprof
