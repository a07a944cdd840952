#include "recorder.h"

#include <sys/random.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <utility>

#include "clock.h"
#include "observer_engine.h"
#include "polling_engine.h"

namespace heapprof {
namespace {

// The recording of this thread's isolate. A requested interrupt cannot be called back and may come
// after the recording has ended, so it finds the recording here.
thread_local Recorder* current = nullptr;

// For the main thread's isolate, the only one whose limit is watched.
std::atomic<bool> compilers_had_grace = false;

// A heap record at least so often; a good part below the second that is promised.
constexpr uint64_t kHeapRecordMicros = 700'000;

// What the heap may grow beyond its limit when that is reached while a recording runs: without
// this, V8 does not ask again, and nobody after us is asked.
constexpr size_t kGraceBytes = size_t{4} << 20;

// The same where a thread of V8's that compiles is the first to reach it: the isolate's own thread
// may be beyond the limit already, by what it has allocated meanwhile.
constexpr size_t kCompilersGraceBytes = size_t{32} << 20;

// How long the program waits for the disk when it runs out of memory.
constexpr int kFlushMillis = 1'000;

constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();

uint64_t RandomNumber() {
  uint64_t number = 0;
  if (getrandom(&number, sizeof number, 0) != sizeof number)
    number = MonotonicMicros() * 0x9E3779B97F4A7C15u;
  return number;
}

// `stream` tells apart the drawings of one recording.
Sampler MakeSampler(const Recorder::Options& options, uint64_t stream) {
  const uint64_t seed = options.seed ? *options.seed + stream : RandomNumber();
  return options.interval_bytes > 0 ? Sampler(options.interval_bytes, seed)
                                    : Sampler(options.bands, seed);
}

}  // namespace

Recorder::Recorder(v8::Isolate* isolate, Options options)
    : isolate_(isolate),
      options_(std::move(options)),
      stacks_(isolate, &traces_, options_.stack_depth) {}

bool Recorder::Start(v8::Isolate* isolate, Options options, StartFailure* failure,
                     std::string* error) {
  std::unique_ptr<Recorder> recorder(new Recorder(isolate, std::move(options)));
  if (!recorder->Begin(failure, error)) {
    recorder->stacks_.Stop();
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

bool Recorder::Begin(StartFailure* failure, std::string* error) {
  *failure = StartFailure::kObserver;
  if (!options_.is_polling && !AllocationHook::IsAvailable(error)) return false;
  if (NeedsStacks() && !stacks_.Start(error)) return false;
  if (options_.logs_types) types_ = std::make_unique<TypeReader>(isolate_, &traces_);

  // The recording's time begins here, after what takes long.
  *failure = StartFailure::kOutput;
  start_micros_ = MonotonicMicros();
  writer_ = LogWriter::Open({options_.filebase, RandomNumber(), WallMicros(), start_micros_,
                             options_.recording_json, [this] { OnWriterTick(); }},
                            error);
  if (!writer_) return false;

  MeasureResidentSet();
  events_ = std::make_unique<EventQueue>(&stacks_, &live_, start_micros_);
  heap_ = std::make_unique<HeapMeter>(
      isolate_, HeapMeter::Callbacks{
                    [this] { return NowMicros(); },
                    [this] {
                      return array_buffers_
                                 ? HeapMeter::ArrayBufferBytes{array_buffers_->bytes(),
                                                               array_buffers_->earlier_bytes()}
                                 : HeapMeter::ArrayBufferBytes{options_.array_buffer_bytes,
                                                               options_.array_buffer_bytes};
                    },
                    [this] { return resident_set_bytes_.load(std::memory_order_relaxed); },
                    [this](v8::GCType type) { OnCollectionStart(type); },
                    [this](v8::GCType type) { OnCollectionEnd(type); }});
  array_buffers_ = std::make_unique<ArrayBufferRecorder>(
      Parts(), MakeSampler(options_, 1), options_.array_buffer_bytes, options_.logs_array_buffers);
  engine_ = MakeEngine();
  if (!engine_->Start(failure, error)) {
    engine_.reset();
    writer_->Discard();
    return false;
  }
  WatchHeapLimit();
  writer_->Start();
  return true;
}

double Recorder::PollingIntervalBytes(const Options& options) {
  return PollingEngine::IntervalBytes(MakeSampler(options, 0));
}

std::unique_ptr<HeapEngine> Recorder::MakeEngine() {
  Sampler sampler = MakeSampler(options_, 0);
  if (!options_.is_polling) return std::make_unique<ObserverEngine>(Parts(), std::move(sampler));
  return std::make_unique<PollingEngine>(Parts(), std::move(sampler), options_.stack_depth);
}

RecorderParts Recorder::Parts() {
  return {isolate_,      [this] { return NowMicros(); },
          &traces_,      &stacks_,
          types_.get(),  &live_,
          events_.get(), heap_.get()};
}

void Recorder::End(const std::string& reason, const std::string& message) {
  engine_->Stop();
  if (watches_heap_limit_) isolate_->RemoveNearHeapLimitCallback(OnNearHeapLimit, 0);
  heap_->Measure();
  stacks_.Stop();
  Submit(types_.get(), kNoLimit);
  // Of what was handed over just now, some may be found to be garbage.
  Submit(types_.get(), kNoLimit);
  live_.ResetAll();
  array_buffers_.reset();
  writer_->Finish({NowMicros(), reason, message, events_->unresolved_events(), engine_->steps(),
                   engine_->unseen_samples(), longest_step_micros_});
  current = nullptr;
}

// Code and maps move in mark-compact collections: what is known by their addresses must not be
// looked up within one, nor after it.
void Recorder::ForgetMoved(v8::GCType type) {
  if (type != v8::kGCTypeMarkSweepCompact) return;
  stacks_.ForgetAddresses();
  if (types_) types_->ForgetMaps();
}

void Recorder::OnCollectionStart(v8::GCType type) {
  ForgetMoved(type);
  if (engine_) engine_->OnCollectionStart(type);
}

void Recorder::OnCollectionEnd(v8::GCType type) {
  ForgetMoved(type);
  if (engine_) engine_->OnCollectionEnd(type);
}

void Recorder::MeasureResidentSet() {
  size_t bytes = 0;
  if (uv_resident_set_memory(&bytes) == 0)
    resident_set_bytes_.store(bytes, std::memory_order_relaxed);
}

void Recorder::OnWriterTick() {
  const int ticks = ticks_.fetch_add(1, std::memory_order_relaxed) + 1;
  if (ticks % kTicksPerMeasurement == 0) MeasureResidentSet();
  const bool is_due = ticks >= due_ticks_.load(std::memory_order_relaxed);
  if (is_due || has_more_work_.load(std::memory_order_relaxed)) RequestStep();
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
  const uint64_t begin_micros = ThreadCpuMicros();
  if (!self->engine_->Step()) {
    const std::unique_ptr<Recorder> recorder(self);
    const std::string message =
        "V8's sampling heap profiler was stopped by something else in the program, such as an "
        "inspector";
    LogWriter::TellOfEarlyEnd(message);
    self->End("error", message);
    return;
  }
  self->RunStep();
  self->longest_step_micros_ =
      std::max(self->longest_step_micros_, ThreadCpuMicros() - begin_micros);
}

void Recorder::RunStep() {
  const uint64_t deadline_micros = MonotonicMicros() + kStepMicros;
  if (!stacks_.has_work()) RotateProfiles();
  stacks_.Work(deadline_micros);
  if (NowMicros() - heap_->last_record_micros() >= kHeapRecordMicros) heap_->Measure();
  bool has_more_work = stacks_.has_work();
  if (!has_more_work) {
    const size_t limit = std::max(kEventsPerStep, events_->pending() / kStepsToCatchUp);
    has_more_work = Submit(types_.get(), limit);
  }
  has_more_work_.store(has_more_work, std::memory_order_relaxed);
  if (!watches_heap_limit_) WatchHeapLimit();
}

void Recorder::RotateProfiles() {
  if (ticks_.load(std::memory_order_relaxed) < due_ticks_.load(std::memory_order_relaxed)) return;
  ticks_.store(0, std::memory_order_relaxed);
  if (NeedsStacks()) {
    if (profiles_overlap_) {
      profiles_overlap_ = !stacks_.StopPrevious();
    } else if (stacks_.NeedsRotation()) {
      stacks_.StartNext();
      profiles_overlap_ = true;
    }
  }
  ticks_sooner_ /= 2;
  due_ticks_.store(profiles_overlap_ ? kTicksOverlapping : kTicksAlone - ticks_sooner_,
                   std::memory_order_relaxed);
}

// Without types, nothing is done on V8's heap.
bool Recorder::Submit(TypeReader* types, size_t limit) {
  Batch batch;
  batch.heap_records = heap_->TakeRecords();
  const bool has_more = events_->TakeReady(types, heap_->collections(), limit, &batch.events);
  traces_.TakeNew(&batch);
  writer_->Submit(std::move(batch));
  return has_more;
}

void Recorder::WatchHeapLimit() {
  // A worker at its limit is ended by Node.js, which needs the callback for itself; the recording
  // then ends as with any worker.
  if (gettid() != getpid()) return;
  if (exceeded_limit_bytes_ > 0) {
    v8::HeapStatistics statistics;
    isolate_->GetHeapStatistics(&statistics);
    if (statistics.used_heap_size() > exceeded_limit_bytes_ / 10 * 9) return;
    // The program has got by. Its limit is put back, which V8 does when a callback is removed.
    isolate_->AddNearHeapLimitCallback(OnNearHeapLimit, nullptr);
    isolate_->RemoveNearHeapLimitCallback(OnNearHeapLimit, exceeded_limit_bytes_);
    exceeded_limit_bytes_ = 0;
  }
  compilers_had_grace = false;
  isolate_->AddNearHeapLimitCallback(OnNearHeapLimit, nullptr);
  watches_heap_limit_ = true;
}

size_t Recorder::OnNearHeapLimit(void*, size_t limit_bytes, size_t) {
  Recorder* self = current;
  // A thread of V8's that compiles may be the first to come to the limit. Nothing of ours may be
  // touched there; it gets a grace once, in which the isolate's thread comes here as well.
  if (!self)
    return compilers_had_grace.exchange(true) ? limit_bytes : limit_bytes + kCompilersGraceBytes;
  // V8 asks the callback that was added last, and no other. We step aside: whoever was there before
  // us, such as the one by which Node.js ends a worker, is asked when the grace is used up.
  self->isolate_->RemoveNearHeapLimitCallback(OnNearHeapLimit, 0);
  self->watches_heap_limit_ = false;
  self->exceeded_limit_bytes_ = limit_bytes;
  self->heap_->Measure();
  self->stacks_.Stop();
  self->Submit(nullptr, kNoLimit);
  self->writer_->WaitUntilWritten(kFlushMillis);
  return limit_bytes + kGraceBytes;
}

uint64_t Recorder::NowMicros() {
  last_micros_ = std::max(last_micros_, MonotonicMicros() - start_micros_);
  return last_micros_;
}

}  // namespace heapprof
