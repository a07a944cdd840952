#include "stats_collector.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <v8-profiler.h>

#include <cerrno>
#include <cmath>
#include <cstring>

#include "clock.h"

namespace heapprof {
namespace {

// The statistics of this thread's isolate.
thread_local StatsCollector* current = nullptr;

// V8 counts in units of 8 bytes: the next object is due after one.
constexpr int64_t kEveryObjectBytes = 8;

// Bytes from one look at the stack to the next, on average: near the sampling intervals that are
// worth advising, and rare enough to cost less than the counting.
constexpr double kSurveyBytes = 64 * 1024;

uint64_t ProcessCpuMicros() { return ClockMicros(CLOCK_PROCESS_CPUTIME_ID); }

}  // namespace

StatsCollector::StatsCollector(v8::Isolate* isolate)
    : isolate_(isolate), random_(MonotonicMicros()) {}

StatsCollector::~StatsCollector() {
  heap_.reset();
  array_buffers_.reset();
  if (page_) munmap(page_, sizeof *page_);
}

bool StatsCollector::Start(v8::Isolate* isolate, const Options& options, StartFailure* failure,
                           std::string* error) {
  std::unique_ptr<StatsCollector> collector(new StatsCollector(isolate));
  *failure = StartFailure::kOutput;
  if (!collector->MapPage(options.file, error)) return false;
  *failure = StartFailure::kObserver;
  if (!AllocationHook::Install(collector.get(), error)) return false;
  if (!collector->Begin(options, failure, error)) {
    AllocationHook::Uninstall();
    return false;
  }
  current = collector.release();
  return true;
}

std::unique_ptr<StatsPage> StatsCollector::Stop() {
  if (!current) return nullptr;
  const std::unique_ptr<StatsCollector> collector(current);
  current = nullptr;
  collector->isolate_->GetHeapProfiler()->StopSamplingHeapProfiler();
  AllocationHook::Uninstall();
  StatsPage* page = collector->page_;
  page->end_micros = MonotonicMicros();
  page->cpu_micros = ProcessCpuMicros() - collector->start_cpu_micros_;
  collector->AddCollections();
  return std::make_unique<StatsPage>(*page);
}

bool StatsCollector::IsGathering() { return current != nullptr; }

bool StatsCollector::MapPage(const std::string& file, std::string* error) {
  int descriptor = -1;
  int problem = 0;
  if (!file.empty()) {
    descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    // With its blocks, for a full disk is a deadly signal when memory is written.
    problem = descriptor < 0 ? errno : posix_fallocate(descriptor, 0, sizeof *page_);
  }
  if (problem == 0) {
    const int flags = file.empty() ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
    void* memory = mmap(nullptr, sizeof *page_, PROT_READ | PROT_WRITE, flags, descriptor, 0);
    if (memory == MAP_FAILED) {
      problem = errno;
    } else {
      page_ = static_cast<StatsPage*>(memory);
    }
  }
  if (descriptor >= 0) close(descriptor);
  if (problem != 0) *error = file + ": " + strerror(problem);
  return problem == 0;
}

bool StatsCollector::Begin(const Options& options, StartFailure* failure, std::string* error) {
  page_->thinnings = StackSurvey::kThinnings;
  page_->classes = SizeHistogram::kClasses;
  page_->heap.Initialize();
  page_->array_buffers.Initialize();
  page_->start_micros = MonotonicMicros();
  page_->magic = StatsPage::kMagic;
  start_cpu_micros_ = ProcessCpuMicros();
  stacks_ = std::make_unique<StackSurvey>(isolate_, &page_->stacks);
  array_buffers_ = std::make_unique<ArrayBufferHook>(isolate_, options.array_buffer_bytes,
                                                     static_cast<ArrayBufferSink*>(this));
  const auto on_collection = [this](v8::GCType type) {
    if (type == v8::kGCTypeMarkSweepCompact) stacks_->ForgetAddresses();
  };
  heap_ = std::make_unique<HeapMeter>(
      isolate_, HeapMeter::Callbacks{[] { return MonotonicMicros(); },
                                     [] { return HeapMeter::ArrayBufferBytes{}; },
                                     [] { return uint64_t{0}; }, on_collection, on_collection});
  return AllocationHook::Connect(isolate_, failure, error);
}

void StatsCollector::OnAllocation(uint64_t, uintptr_t, size_t size_bytes) {
  page_->heap.Add(size_bytes);
  bytes_to_survey_ -= static_cast<double>(size_bytes);
  if (bytes_to_survey_ < 0) Survey();
}

void StatsCollector::OnAllocate(void*, size_t size_bytes) { page_->array_buffers.Add(size_bytes); }

int64_t StatsCollector::NextStepBytes() { return kEveryObjectBytes; }

void StatsCollector::Survey() {
  bytes_to_survey_ = -std::log(random_.Uniform()) * kSurveyBytes;
  stacks_->Take();
  page_->cpu_micros = ProcessCpuMicros() - start_cpu_micros_;
  AddCollections();
}

void StatsCollector::AddCollections() {
  for (const HeapRecord& record : heap_->TakeRecords()) {
    page_->collections += record.gc_kind != 0;
    if (record.used_before_bytes > record.used_after_bytes)
      page_->collected_bytes += record.used_before_bytes - record.used_after_bytes;
  }
}

}  // namespace heapprof
