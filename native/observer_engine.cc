#include "observer_engine.h"

#include <v8-profiler.h>

#include <memory>
#include <utility>

namespace heapprof {
namespace {

// The engine of this thread's isolate, for weak callbacks: a sample has no room for it.
thread_local const RecorderParts* current_parts = nullptr;

// How often it is checked whether V8's sampler is still there.
constexpr uint64_t kCheckMicros = 1'000'000;

}  // namespace

ObserverEngine::ObserverEngine(const RecorderParts& parts, Sampler sampler)
    : parts_(parts), sampler_(std::move(sampler)) {}

bool ObserverEngine::Start(StartFailure* failure, std::string* error) {
  *failure = StartFailure::kObserver;
  if (!AllocationHook::Install(this, error)) return false;
  current_parts = &parts_;
  if (AllocationHook::Connect(parts_.isolate, failure, error)) return true;
  AllocationHook::Uninstall();
  return false;
}

bool ObserverEngine::Step() {
  if (!AllocationHook::IsConnected()) return false;
  const uint64_t now = parts_.now_micros();
  if (now - last_check_micros_ < kCheckMicros) return true;
  last_check_micros_ = now;
  return IsProfilerRunning();
}

bool ObserverEngine::IsProfilerRunning() const {
  const v8::HandleScope scope(parts_.isolate);
  // It has no samples, and so costs next to nothing.
  const std::unique_ptr<v8::AllocationProfile> profile(
      parts_.isolate->GetHeapProfiler()->GetAllocationProfile());
  return profile != nullptr;
}

void ObserverEngine::Stop() {
  // Whoever has taken V8's sampler from us may be using it.
  if (AllocationHook::IsConnected()) parts_.isolate->GetHeapProfiler()->StopSamplingHeapProfiler();
  AllocationHook::Uninstall();
}

void ObserverEngine::OnAllocation(uint64_t bytes_since, uintptr_t address, size_t size_bytes) {
  steps_++;
  if (!sampler_.Accept(bytes_since, size_bytes)) return;
  if (parts_.types && parts_.types->is_reading()) return;
  Sample* sample = parts_.AddSample(size_bytes);
  uintptr_t slot;
  sample->object.Reset(parts_.isolate, LocalOfAddress(address, &slot));
  sample->object.SetWeak(sample, OnFree, v8::WeakCallbackType::kParameter);
  parts_.events->AddAllocation(sample);
}

int64_t ObserverEngine::NextStepBytes() { return sampler_.NextStepBytes(); }

void ObserverEngine::OnFree(const v8::WeakCallbackInfo<Sample>& info) {
  Sample* sample = info.GetParameter();
  sample->object.Reset();
  // All that a collection frees is freed at its begin, when it was found to be dead.
  const HeapMeter& heap = *current_parts->heap;
  current_parts->events->AddFree(sample, heap.collection_start_micros(), heap.collections());
}

}  // namespace heapprof
