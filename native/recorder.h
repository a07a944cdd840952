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

#include "array_buffer_recorder.h"
#include "event_queue.h"
#include "heap_engine.h"
#include "heap_meter.h"
#include "live_set.h"
#include "log_writer.h"
#include "sampler.h"
#include "stack_collector.h"
#include "trace_table.h"
#include "type_reader.h"

namespace heapprof {

// One recording of one isolate: an engine and the hook of array buffers find samples, which get
// stacks and types, and leave as batches of events for the writer. All of it runs on the isolate's
// thread but for OnWriterTick().
//
// The writer's thread is the clock. Some times a second it asks the isolate's thread to rotate the
// CPU profiles and hand over what is ready; the request comes through as an interrupt where
// JavaScript is running, and as an event of the loop where it is not, whichever is first.
class Recorder final {
 public:
  struct Options {
    bool is_polling = false;  // the engine: polling, or the observer
    std::string filebase;
    std::string recording_json;
    std::vector<SizeBand> bands;
    double interval_bytes = 0;  // instead of the bands if not 0
    uint32_t stack_depth = 0;
    bool logs_array_buffers = false;
    bool logs_types = false;
    uint64_t array_buffer_bytes = 0;  // at this moment, by Node's count
    std::optional<uint64_t> seed;     // for the drawing; random if absent
    // Has the loop of the isolate's thread call RunRequestedStep(). Called from any thread.
    std::function<void()> wake;
  };

  // For the choice of samples that the options ask for: see PollingEngine::IntervalBytes().
  static double PollingIntervalBytes(const Options& options);

  // These are for the isolate of the calling thread.

  // Begins to record; there must be no recording. On failure returns false and says why in
  // `failure` and `error`; nothing was started then.
  static bool Start(v8::Isolate* isolate, Options options, StartFailure* failure,
                    std::string* error);

  // Ends the recording if there is one: everything is in the files when it returns. `reason` as in
  // "End" of docs/format.md.
  static void Stop(const std::string& reason);

  // Whether there is a recording. One whose files cannot be written ends by itself.
  static bool IsRecording();

  // Does what the writer's thread asked for, if anything.
  static void RunRequestedStep();

  ~Recorder() = default;

 private:
  // A rotation of profiles, in the writer's ticks: first one profile, then two, until V8's profiler
  // thread, which wakes every 50 ms, has come far enough. The first rotation comes kTicksSooner
  // earlier, the next ones ever less so: nothing is in the files before one is done, and there are
  // processes that are killed soon.
  static constexpr int kTicksAlone = 20;
  static constexpr int kTicksOverlapping = 4;
  static constexpr int kTicksSooner = 19;

  // The resident set is measured every so many ticks.
  static constexpr int kTicksPerMeasurement = 5;

  // The program is held up for so long at once, or for so many events. What is left is done some
  // ticks later.
  static constexpr uint64_t kStepMicros = 2'000;
  static constexpr size_t kEventsPerStep = 10'000;

  // Where a program causes more events than that, a step takes more of them, so that no more wait
  // than come in this many steps: those that wait take memory, and are lost with a process that is
  // killed.
  static constexpr size_t kStepsToCatchUp = 8;

  Recorder(v8::Isolate* isolate, Options options);
  bool Begin(StartFailure* failure, std::string* error);
  RecorderParts Parts();
  std::unique_ptr<HeapEngine> MakeEngine();
  bool NeedsStacks() const { return !options_.is_polling || options_.logs_array_buffers; }
  void End(const std::string& reason, const std::string& message = "");

  void ForgetMoved(v8::GCType type);
  void OnCollectionStart(v8::GCType type);
  void OnCollectionEnd(v8::GCType type);
  void OnWriterTick();
  void MeasureResidentSet();
  void RequestStep();
  void RunStep();
  void RotateProfiles();
  // Returns whether there is more to be handed over.
  bool Submit(TypeReader* types, size_t limit);
  uint64_t NowMicros();

  // What is known must be in the files before V8 gives up for want of memory.
  void WatchHeapLimit();
  static size_t OnNearHeapLimit(void* data, size_t limit_bytes, size_t initial_limit_bytes);

  v8::Isolate* const isolate_;
  const Options options_;
  TraceTable traces_;
  StackCollector stacks_;
  LiveSet live_;
  uint64_t start_micros_ = 0;  // monotonic
  uint64_t last_micros_ = 0;
  uint64_t longest_step_micros_ = 0;
  bool profiles_overlap_ = false;
  int ticks_sooner_ = kTicksSooner;
  bool watches_heap_limit_ = false;
  size_t exceeded_limit_bytes_ = 0;
  std::unique_ptr<TypeReader> types_;
  std::unique_ptr<EventQueue> events_;
  std::unique_ptr<HeapMeter> heap_;
  std::unique_ptr<ArrayBufferRecorder> array_buffers_;
  std::unique_ptr<HeapEngine> engine_;
  std::unique_ptr<LogWriter> writer_;

  // Shared with the writer's thread.
  std::atomic<uint64_t> resident_set_bytes_{0};
  std::atomic<bool> step_requested_{false};
  std::atomic<bool> has_more_work_{false};
  std::atomic<int> ticks_{0};  // since the last of them that was due
  std::atomic<int> due_ticks_{kTicksAlone - kTicksSooner};
};

}  // namespace heapprof

#endif  // HEAPPROF_RECORDER_H_
