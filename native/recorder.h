#ifndef HEAPPROF_RECORDER_H_
#define HEAPPROF_RECORDER_H_

#include <v8.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "allocation_hook.h"
#include "array_buffer_meter.h"
#include "heap_meter.h"
#include "live_set.h"
#include "log_writer.h"
#include "sampler.h"
#include "stack_collector.h"
#include "trace_table.h"

namespace heapprof {

// One recording of one isolate: allocations come in from the hook, become samples with stacks, and
// leave as batches of events for the writer. All of it runs on the isolate's thread but for
// OnWriterTick().
//
// The writer's thread is the clock. Some times a second it asks the isolate's thread to rotate the
// CPU profiles and hand over what is ready; the request comes through as an interrupt where
// JavaScript is running, and as an event of the loop where it is not, whichever is first.
class Recorder final : private AllocationSink {
 public:
  struct Options {
    std::string filebase;
    std::string recording_json;
    std::vector<SizeBand> bands;
    double interval_bytes = 0;  // instead of the bands if not 0
    uint32_t stack_depth = 0;
    uint64_t array_buffer_bytes = 0;  // at this moment, by Node's count
    std::optional<uint64_t> seed;     // for the drawing; random if absent
    // Has the loop of the isolate's thread call RunRequestedStep(). Called from any thread.
    std::function<void()> wake;
  };

  // Why a recording could not begin.
  enum class Failure {
    kObserver,  // this build of Node.js lacks what the observer needs
    kBusy,      // V8's sampling heap profiler is in use
    kOutput,    // the files cannot be written
  };

  // These are for the isolate of the calling thread.

  // Begins to record; there must be no recording. On failure returns false and says why in
  // `failure` and `error`; nothing was started then.
  static bool Start(v8::Isolate* isolate, Options options, Failure* failure, std::string* error);

  // Ends the recording if there is one: everything is in the files when it returns. `reason` as in
  // "End" of docs/format.md.
  static void Stop(const std::string& reason);

  // Whether there is a recording. One whose files cannot be written ends by itself.
  static bool IsRecording();

  // Does what the writer's thread asked for, if anything.
  static void RunRequestedStep();

  ~Recorder() = default;

 private:
  struct PendingEvent {
    uint64_t time_micros;
    Sample* sample;
    uint8_t survived_collections;  // of a free
    bool is_free;
  };

  // A rotation of profiles, in the writer's ticks: first one profile, then two, for long enough
  // that V8's profiler thread has certainly woken a few times.
  static constexpr int kTicksAlone = 2;
  static constexpr int kTicksOverlapping = 3;

  // More new stacks than this do not wait for the next rotation.
  static constexpr uint32_t kMaxCollected = 16'384;

  Recorder(v8::Isolate* isolate, Options options);
  bool Begin(Failure* failure, std::string* error);
  void End(const std::string& reason);
  void Detach();

  void OnAllocation(uint64_t bytes_since, uintptr_t address, size_t size_bytes) override;
  int64_t NextStepBytes() override;
  static void OnFree(const v8::WeakCallbackInfo<Sample>& info);

  void OnWriterTick();
  void MeasureResidentSet();
  void RequestStep();
  void RotateProfiles();

  // Hands over events, in their order, up to the first whose stack is not known yet.
  void SubmitReady();
  uint64_t NowMicros();

  v8::Isolate* const isolate_;
  const Options options_;
  Sampler sampler_;
  TraceTable traces_;
  StackCollector stacks_;
  LiveSet live_;
  std::vector<PendingEvent> pending_;
  uint64_t start_micros_ = 0;  // monotonic
  uint64_t last_micros_ = 0;
  uint64_t unresolved_events_ = 0;
  std::unique_ptr<ArrayBufferMeter> array_buffers_;
  std::unique_ptr<HeapMeter> heap_;
  std::unique_ptr<LogWriter> writer_;

  // Shared with the writer's thread.
  std::atomic<uint64_t> resident_set_bytes_{0};
  std::atomic<bool> step_requested_{false};
  std::atomic<bool> profiles_overlap_{false};
  std::atomic<int> ticks_{0};  // since the last step
};

}  // namespace heapprof

#endif  // HEAPPROF_RECORDER_H_
