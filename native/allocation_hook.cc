#include "allocation_hook.h"

#include <v8-profiler.h>
#include <v8.h>

#include <mutex>
#include <string_view>
#include <vector>

#include "elf_symbols.h"
#include "virtual_table.h"

namespace heapprof {
namespace {

using Step = void (*)(void* observer, int bytes_since, uintptr_t address, size_t size_bytes);
using GetNextStepSize = intptr_t (*)(void* observer);

// What we know of the class. Process-wide, as virtual tables are.
struct ObserverClass {
  void** step_slot = nullptr;
  void** next_step_slot = nullptr;
  Step step = nullptr;
  GetNextStepSize get_next_step_size = nullptr;
};

// Of the class; two destructors come first.
constexpr int kFunctions = 6;

// V8's own sampler is only a vehicle: our observer comes before it, so that it neither takes a
// stack nor keeps a sample.
constexpr uint64_t kNominalIntervalBytes = 1 << 20;
constexpr int kNominalStackDepth = 1;

std::mutex mutex;  // guards the two below
ObserverClass observer_class;
int installations = 0;

// The observer of this thread's isolate that is ours, and where its calls go.
thread_local AllocationSink* sink = nullptr;
thread_local void* sink_observer = nullptr;
// Whether that observer has been called for an allocation, and whether it has just been.
thread_local bool has_stepped = false;
thread_local bool is_stepping = false;

void Disconnect() {
  sink = nullptr;
  sink_observer = nullptr;
}

bool IsOurs(void* observer) {
  if (!sink) return false;
  // The first call after Install() comes from the constructor of the profiler that is being
  // started.
  if (!sink_observer) sink_observer = observer;
  // An isolate has one profiler at a time: where there is another, ours has been stopped.
  if (observer != sink_observer) Disconnect();
  return sink != nullptr;
}

void OnStep(void* observer, int bytes_since, uintptr_t address, size_t size_bytes) {
  if (IsOurs(observer)) {
    has_stepped = is_stepping = true;
    sink->OnAllocation(static_cast<uint64_t>(bytes_since), address, size_bytes);
  } else {
    observer_class.step(observer, bytes_since, address, size_bytes);
  }
}

intptr_t OnGetNextStepSize(void* observer) {
  // An observer is asked when it is registered, and after every step. When it is registered once
  // more it is another one, in the same place.
  if (IsOurs(observer) && has_stepped && !is_stepping) Disconnect();
  is_stepping = false;
  return IsOurs(observer) ? static_cast<intptr_t>(sink->NextStepBytes())
                          : observer_class.get_next_step_size(observer);
}

bool FindObserverClass(std::string* error) {
  if (observer_class.step_slot) return true;
  constexpr std::string_view kNames[] = {
      "_ZTVN2v88internal20SamplingHeapProfiler8ObserverE",
      "_ZN2v88internal20SamplingHeapProfiler8Observer4StepEimm",
      "_ZN2v88internal20SamplingHeapProfiler8Observer15GetNextStepSizeEv",
  };
  const std::vector<uintptr_t> found =
      FindSymbols(reinterpret_cast<const void*>(&v8::V8::GetVersion), kNames);
  ObserverClass candidate;
  candidate.step = reinterpret_cast<Step>(found[1]);
  candidate.get_next_step_size = reinterpret_cast<GetNextStepSize>(found[2]);
  if (found[0] && found[1] && found[2]) {
    candidate.step_slot = FindSlot(found[0], kFunctions, found[1]);
    candidate.next_step_slot = FindSlot(found[0], kFunctions, found[2]);
  }
  if (!candidate.step_slot || !candidate.next_step_slot) {
    *error = "this build of Node.js does not have the symbols of V8's sampling heap profiler";
    return false;
  }
  observer_class = candidate;
  return true;
}

bool Replace(void** slot, void* function, std::string* error) {
  if (WriteSlot(slot, function)) return true;
  *error = "the system does not let V8's tables be changed (mprotect)";
  return false;
}

}  // namespace

bool AllocationHook::Install(AllocationSink* new_sink, std::string* error) {
  const std::lock_guard lock(mutex);
  if (!FindObserverClass(error)) return false;
  if (installations == 0) {
    if (!Replace(observer_class.step_slot, reinterpret_cast<void*>(&OnStep), error)) return false;
    if (!Replace(observer_class.next_step_slot, reinterpret_cast<void*>(&OnGetNextStepSize),
                 error)) {
      WriteSlot(observer_class.step_slot, reinterpret_cast<void*>(observer_class.step));
      return false;
    }
  }
  installations++;
  sink = new_sink;
  sink_observer = nullptr;
  has_stepped = is_stepping = false;
  return true;
}

void AllocationHook::Uninstall() {
  const std::lock_guard lock(mutex);
  Disconnect();
  if (--installations > 0) return;
  WriteSlot(observer_class.step_slot, reinterpret_cast<void*>(observer_class.step));
  WriteSlot(observer_class.next_step_slot,
            reinterpret_cast<void*>(observer_class.get_next_step_size));
}

bool AllocationHook::IsAvailable(std::string* error) {
  const std::lock_guard lock(mutex);
  return FindObserverClass(error);
}

bool AllocationHook::Connect(v8::Isolate* isolate, StartFailure* failure, std::string* error) {
  v8::HeapProfiler* profiler = isolate->GetHeapProfiler();
  if (!profiler->StartSamplingHeapProfiler(kNominalIntervalBytes, kNominalStackDepth)) {
    *failure = StartFailure::kBusy;
    *error = kSamplerInUse;
    return false;
  }
  if (!IsConnected()) {
    *failure = StartFailure::kObserver;
    *error = "V8's sampling heap profiler does not call its observer in this build of Node.js";
    profiler->StopSamplingHeapProfiler();
    return false;
  }
  return true;
}

bool AllocationHook::IsConnected() { return sink_observer != nullptr; }

}  // namespace heapprof
