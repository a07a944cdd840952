#ifndef HEAPPROF_STATS_COLLECTOR_H_
#define HEAPPROF_STATS_COLLECTOR_H_

#include <v8.h>

#include <cstdint>
#include <memory>
#include <string>

#include "allocation_hook.h"
#include "array_buffer_hook.h"
#include "heap_meter.h"
#include "sampler.h"
#include "size_histogram.h"
#include "stack_survey.h"
#include "start_failure.h"

namespace heapprof {

// All that statistics consist of. Plain memory, so that it can be a file which another process
// reads when this one is dead: src/capture/stats-page.ts has the same layout. All fields are 64
// bits wide.
struct StatsPage {
  uint64_t magic;         // kMagic, written last
  uint64_t thinnings;     // StackSurvey::kThinnings
  uint64_t classes;       // SizeHistogram::kClasses
  uint64_t start_micros;  // monotonic
  uint64_t end_micros;    // monotonic; 0 until the end
  uint64_t cpu_micros;    // of the process, since the start, at the last survey of a stack
  uint64_t collections;
  uint64_t collected_bytes;  // by which collections made the JavaScript heap smaller
  StackSurvey::Result stacks;
  SizeHistogram heap;
  SizeHistogram array_buffers;

  static constexpr uint64_t kMagic = 0x3154415453505048;  // "HPPSTAT1"
};

// Counts every allocation of one isolate by its size, and now and then looks at a stack. No stack
// is taken for the counting.
class StatsCollector final : private AllocationSink, private ArrayBufferSink {
 public:
  struct Options {
    // The file to keep the page in; it survives whatever end the process takes. Empty: none.
    std::string file;
    uint64_t array_buffer_bytes = 0;  // at this moment, by Node's count
  };

  // These are for the isolate of the calling thread.

  // Begins to count; neither statistics nor a recording may be running. On failure returns false
  // and says why; nothing was started then.
  static bool Start(v8::Isolate* isolate, const Options& options, StartFailure* failure,
                    std::string* error);

  // Ends the counting, if it is going on. Returns what was counted, or null.
  static std::unique_ptr<StatsPage> Stop();

  static bool IsGathering();

  ~StatsCollector();

 private:
  explicit StatsCollector(v8::Isolate* isolate);
  bool MapPage(const std::string& file, std::string* error);
  bool Begin(const Options& options, StartFailure* failure, std::string* error);
  void OnAllocation(uint64_t bytes_since, uintptr_t address, size_t size_bytes) override;
  int64_t NextStepBytes() override;
  void OnAllocate(void* data, size_t size_bytes) override;
  void OnFree(void*, size_t) override {}
  void Survey();
  void AddCollections();

  v8::Isolate* const isolate_;
  StatsPage* page_ = nullptr;
  Random random_;
  double bytes_to_survey_ = 0;
  uint64_t start_cpu_micros_ = 0;
  std::unique_ptr<StackSurvey> stacks_;
  std::unique_ptr<ArrayBufferHook> array_buffers_;
  std::unique_ptr<HeapMeter> heap_;
};

}  // namespace heapprof

#endif  // HEAPPROF_STATS_COLLECTOR_H_
