#include "recorder.h"

#include <sys/random.h>
#include <uv.h>

#include <algorithm>
#include <utility>

#include "clock.h"

namespace heapprof {
namespace {

// The recording of this thread's isolate. A requested interrupt cannot be called back and may come
// after the recording has ended, so it finds the recording here.
thread_local Recorder* current = nullptr;

// A heap record at least so often; a good part below the second that is promised.
constexpr uint64_t kHeapRecordMicros = 700'000;

uint64_t RandomNumber() {
  uint64_t number = 0;
  if (getrandom(&number, sizeof number, 0) != sizeof number)
    number = MonotonicMicros() * 0x9E3779B97F4A7C15u;
  return number;
}

Sampler MakeSampler(const Recorder::Options& options) {
  const uint64_t seed = options.seed ? *options.seed : RandomNumber();
  return options.interval_bytes > 0 ? Sampler(options.interval_bytes, seed)
                                    : Sampler(options.bands, seed);
}

}  // namespace

Recorder::Recorder(v8::Isolate* isolate, Options options)
    : isolate_(isolate),
      options_(std::move(options)),
      sampler_(MakeSampler(options_)),
      stacks_(isolate, &traces_, options_.stack_depth) {}

bool Recorder::Start(v8::Isolate* isolate, Options options, Failure* failure, std::string* error) {
  std::unique_ptr<Recorder> recorder(new Recorder(isolate, std::move(options)));
  *failure = Failure::kObserver;
  if (!AllocationHook::Install(recorder.get(), error)) return false;
  if (!recorder->Begin(failure, error)) {
    recorder->Detach();
    return false;
  }
  current = recorder.release();
  return true;
}

void Recorder::Stop(const std::string& reason) {
  if (!current) return;
  const std::unique_ptr<Recorder> recorder(current);
  recorder->End(reason);
}

bool Recorder::IsRecording() { return current != nullptr; }

bool Recorder::Begin(Failure* failure, std::string* error) {
  if (!stacks_.Start(error)) return false;

  // The recording's time begins here, after what takes long.
  *failure = Failure::kOutput;
  start_micros_ = MonotonicMicros();
  writer_ = LogWriter::Open({options_.filebase, RandomNumber(), WallMicros(), start_micros_,
                             options_.recording_json, [this] { OnWriterTick(); }},
                            error);
  if (!writer_) return false;

  MeasureResidentSet();
  array_buffers_ = std::make_unique<ArrayBufferMeter>(isolate_, options_.array_buffer_bytes);
  heap_ = std::make_unique<HeapMeter>(
      isolate_, HeapMeter::Callbacks{
                    [this] { return NowMicros(); }, [this] { return array_buffers_->bytes(); },
                    [this] { return resident_set_bytes_.load(std::memory_order_relaxed); },
                    [this] { stacks_.ForgetAddresses(); }});

  bool busy = false;
  if (!AllocationHook::Connect(isolate_, &busy, error)) {
    *failure = busy ? Failure::kBusy : Failure::kObserver;
    writer_->Discard();
    return false;
  }
  writer_->Start();
  return true;
}

void Recorder::Detach() {
  AllocationHook::Uninstall();
  stacks_.Stop();
  heap_.reset();
  array_buffers_.reset();
}

void Recorder::End(const std::string& reason) {
  isolate_->GetHeapProfiler()->StopSamplingHeapProfiler();
  AllocationHook::Uninstall();
  heap_->Measure();
  stacks_.Stop();
  SubmitReady();
  live_.ResetAll();
  writer_->Finish(NowMicros(), reason, unresolved_events_);
  current = nullptr;
}

void Recorder::OnAllocation(uint64_t bytes_since, uintptr_t address, size_t size_bytes) {
  if (!sampler_.Accept(bytes_since, size_bytes)) return;
  Sample* sample = live_.Add();
  sample->born_micros = NowMicros();
  sample->size_bytes = size_bytes;
  sample->born_collections = heap_->collections();
  sample->stack = stacks_.Take();
  uintptr_t slot;
  sample->object.Reset(isolate_, LocalOfAddress(address, &slot));
  sample->object.SetWeak(sample, OnFree, v8::WeakCallbackType::kParameter);
  pending_.push_back({sample->born_micros, sample, 0, false});
  if (stacks_.collected() >= kMaxCollected && !profiles_overlap_.load(std::memory_order_relaxed))
    RequestStep();
}

int64_t Recorder::NextStepBytes() { return sampler_.NextStepBytes(); }

void Recorder::OnFree(const v8::WeakCallbackInfo<Sample>& info) {
  Sample* sample = info.GetParameter();
  sample->object.Reset();
  Recorder* self = current;
  const uint32_t survived = self->heap_->collections() - sample->born_collections;
  // All that a collection frees is freed at its begin, when it was found to be dead.
  const uint64_t time = std::max(self->heap_->collection_start_micros(), sample->born_micros);
  self->pending_.push_back({time, sample, static_cast<uint8_t>(std::min(survived, 255u)), true});
}

void Recorder::MeasureResidentSet() {
  size_t bytes = 0;
  if (uv_resident_set_memory(&bytes) == 0)
    resident_set_bytes_.store(bytes, std::memory_order_relaxed);
}

void Recorder::OnWriterTick() {
  MeasureResidentSet();
  const int ticks = ticks_.fetch_add(1, std::memory_order_relaxed) + 1;
  const int due =
      profiles_overlap_.load(std::memory_order_relaxed) ? kTicksOverlapping : kTicksAlone;
  if (ticks >= due) RequestStep();
}

// Called from both threads.
void Recorder::RequestStep() {
  if (step_requested_.exchange(true)) return;
  isolate_->RequestInterrupt([](v8::Isolate*, void*) { RunRequestedStep(); }, nullptr);
  options_.wake();
}

void Recorder::RunRequestedStep() {
  Recorder* self = current;
  if (!self || !self->step_requested_.exchange(false)) return;
  if (self->writer_->failed()) {
    Stop("stop");
    return;
  }
  self->RotateProfiles();
  if (self->NowMicros() - self->heap_->last_record_micros() >= kHeapRecordMicros)
    self->heap_->Measure();
  self->SubmitReady();
}

void Recorder::RotateProfiles() {
  const bool overlap = profiles_overlap_.load(std::memory_order_relaxed);
  if (overlap) {
    stacks_.StopPrevious();
  } else {
    stacks_.StartNext();
  }
  ticks_.store(0, std::memory_order_relaxed);
  profiles_overlap_.store(!overlap, std::memory_order_relaxed);
}

void Recorder::SubmitReady() {
  Batch batch;
  batch.heap_records = heap_->TakeRecords();
  size_t done = 0;
  for (; done < pending_.size(); done++) {
    const PendingEvent& event = pending_[done];
    Sample* sample = event.sample;
    if (!event.is_free) {
      if (!sample->stack->resolved) break;
      sample->trace = sample->stack->trace;
      stacks_.Release(sample->stack);
      sample->stack = nullptr;
    }
    unresolved_events_ += sample->trace == 0;
    batch.events.push_back({event.time_micros, sample->size_bytes, sample->trace, 0, Kind::kHeap,
                            event.is_free, event.survived_collections,
                            event.time_micros - sample->born_micros});
    if (event.is_free) live_.Remove(sample);
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<ptrdiff_t>(done));
  traces_.TakeNew(&batch);
  writer_->Submit(std::move(batch));
}

uint64_t Recorder::NowMicros() {
  last_micros_ = std::max(last_micros_, MonotonicMicros() - start_micros_);
  return last_micros_;
}

}  // namespace heapprof
