#include "stack_collector.h"

#include <vector>

#include "clock.h"
#include "sample_lines.h"

namespace heapprof {
namespace {

// As many as V8's own tick samples have; deeper stacks lose their outermost frames.
constexpr size_t kMaxRawFrames = 255;

// How often V8's profiler thread wakes to symbolise what was collected. It also takes a sample of
// its own then, with a SIGPROF to the thread that is profiled: rarely enough not to be felt, often
// enough that little piles up.
constexpr int kProfilerIntervalMicros = 50'000;

// Of a hundred bytes each. Programs have some thousands; code that is generated without end must
// not fill the memory.
constexpr size_t kMaxCachedStacks = 500'000;

uint64_t HashOf(void* const* addresses, size_t count, const void* callback) {
  uint64_t hash = reinterpret_cast<uintptr_t>(callback) + count;
  for (size_t i = 0; i < count; i++) {
    hash = (hash ^ reinterpret_cast<uintptr_t>(addresses[i])) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 29;
  }
  return hash;
}

}  // namespace

// Gives the samples of a stopped profile their traces.
class StackCollector::ProfileReader {
 public:
  ProfileReader(const v8::CpuProfile* profile, TraceTable* traces, uint32_t stack_depth)
      : profile_(profile), traces_(traces), stack_depth_(stack_depth), lines_(profile) {}

  // The trace of sample `index`, for rising indexes.
  uint32_t TraceOf(int index) {
    const v8::CpuProfileNode* leaf = profile_->GetSample(index);
    if (!leaf) return 0;
    const uint32_t depth = DepthOf(leaf);
    const int line = IsScript(leaf) ? lines_.LineOf(index) : 0;
    if (depth > stack_depth_) return TruncatedTrace(leaf, line);
    return depth == 0 ? 0 : traces_->Trace(TraceOfCaller(leaf), FrameOf(leaf, line));
  }

 private:
  // Only the root, "(root)", has no parent; it is no frame.
  static bool IsRoot(const v8::CpuProfileNode* node) { return !node->GetParent(); }

  static bool IsScript(const v8::CpuProfileNode* node) {
    return node->GetSourceType() == v8::CpuProfileNode::kScript;
  }

  // The line in the caller is with the callee (see SampleLines); that of a caller without a script
  // would be wrong.
  static int LineInCaller(const v8::CpuProfileNode* node) {
    return IsScript(node->GetParent()) ? node->GetLineNumber() : 0;
  }

  uint32_t DepthOf(const v8::CpuProfileNode* node) {
    uint32_t depth = 0;
    for (; !IsRoot(node); node = node->GetParent()) depth++;
    return depth;
  }

  uint32_t TraceOfCaller(const v8::CpuProfileNode* node) {
    if (IsRoot(node->GetParent())) return 0;
    const auto [entry, is_new] = callers_.try_emplace(node, 0);
    if (!is_new) return entry->second;
    const uint32_t frame = FrameOf(node->GetParent(), LineInCaller(node));
    const uint32_t trace = traces_->Trace(TraceOfCaller(node->GetParent()), frame);
    return callers_[node] = trace;
  }

  uint32_t TruncatedTrace(const v8::CpuProfileNode* leaf, int line) {
    std::vector<uint32_t> frames;  // innermost first
    for (const auto* node = leaf; frames.size() < stack_depth_; node = node->GetParent()) {
      frames.push_back(FrameOf(node, line));
      line = LineInCaller(node);
    }
    uint32_t trace = traces_->TruncationTrace();
    for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame)
      trace = traces_->Trace(trace, *frame);
    return trace;
  }

  uint32_t FrameOf(const v8::CpuProfileNode* node, int line) {
    return traces_->Frame({StringOf(node->GetFunctionNameStr()),
                           StringOf(node->GetScriptResourceNameStr()),
                           static_cast<uint32_t>(line > 0 ? line : 0), 0});
  }

  // V8 keeps one copy of each name while a profile exists, so that addresses can be compared.
  uint32_t StringOf(const char* text) {
    const auto [entry, is_new] = strings_.try_emplace(text, 0);
    if (is_new) entry->second = traces_->String(text);
    return entry->second;
  }

  const v8::CpuProfile* const profile_;
  TraceTable* const traces_;
  const uint32_t stack_depth_;
  SampleLines lines_;
  std::unordered_map<const v8::CpuProfileNode*, uint32_t> callers_;
  std::unordered_map<const char*, uint32_t> strings_;
};

StackCollector::StackCollector(v8::Isolate* isolate, TraceTable* traces, uint32_t stack_depth)
    : isolate_(isolate), traces_(traces), stack_depth_(stack_depth), slow_allocation_(isolate) {}

StackCollector::~StackCollector() {
  if (profiler_) profiler_->Dispose();
}

bool StackCollector::Start(std::string* error) {
  profiler_ = v8::CpuProfiler::New(isolate_, v8::kDebugNaming, v8::kLazyLogging);
  profiler_->SetSamplingInterval(kProfilerIntervalMicros);
  if (!StartProfile(error)) return false;
  // Two samples for SampleLines to learn from.
  v8::CpuProfiler::CollectSample(isolate_);
  v8::CpuProfiler::CollectSample(isolate_);
  return true;
}

bool StackCollector::StartProfile(std::string* error) {
  const v8::HandleScope scope(isolate_);
  const v8::CpuProfilingResult result =
      profiler_->Start(v8::CpuProfilingOptions(v8::kCallerLineNumbers));
  if (result.status != v8::CpuProfilingStatus::kStarted) {
    *error = "V8 does not start another CPU profile: too many are active";
    return false;
  }
  profiles_.push_back({result.id, MonotonicMicros()});
  collected_ = 0;
  return true;
}

Stack* StackCollector::Take() {
  if (profiles_.empty()) {
    auto* lost = new Stack;
    lost->resolved = true;
    lost->in_cache = false;
    lost->users = 1;
    return lost;
  }
  void* addresses[kMaxRawFrames];
  v8::SampleInfo info;
  const size_t count = TakeRawStack(isolate_, addresses, kMaxRawFrames, &info);
  if (cache_.size() >= kMaxCachedStacks) ForgetAddresses();
  const uint64_t hash = HashOf(addresses, count, info.external_callback_entry);
  Stack*& stack = cache_[hash];
  if (!stack) {
    stack = new Stack;
    stack->hash = hash;
    stack->before_micros = MonotonicMicros();
    Collect(count > 0 ? reinterpret_cast<uintptr_t>(addresses[0]) : 0);
    // V8's time stamps are a microsecond ahead.
    stack->after_micros = MonotonicMicros() + 1;
    unresolved_.push_back(stack);
    collected_++;
  }
  stack->users++;
  return stack;
}

void StackCollector::Collect(uintptr_t innermost) {
  const uintptr_t continuation = slow_allocation_.ContinuationOf(innermost);
  if (continuation) {
    const ReturnAddressChange change(isolate_, innermost, continuation);
    v8::CpuProfiler::CollectSample(isolate_);
  } else {
    v8::CpuProfiler::CollectSample(isolate_);
  }
}

void StackCollector::Release(Stack* stack) {
  stack->users--;
  FreeIfUnused(stack);
}

void StackCollector::FreeIfUnused(Stack* stack) {
  if (stack->users == 0 && !stack->in_cache && stack->resolved) delete stack;
}

void StackCollector::ForgetAddresses() {
  for (const auto& [hash, stack] : cache_) {
    stack->in_cache = false;
    FreeIfUnused(stack);
  }
  cache_.clear();
}

void StackCollector::StartNext() {
  // Without a next profile, the current one goes on.
  std::string ignored;
  if (profiles_.size() < 2) StartProfile(&ignored);
}

void StackCollector::StopPrevious() {
  if (profiles_.size() == 2) StopOldestProfile();
}

void StackCollector::Stop() {
  // The last profile to be stopped waits for the profiler thread, and so has every sample since its
  // start. Let that be the one that began first.
  if (profiles_.size() == 2) {
    const v8::HandleScope scope(isolate_);
    if (v8::CpuProfile* profile = profiler_->Stop(profiles_.back().id)) profile->Delete();
    profiles_.pop_back();
  }
  if (!profiles_.empty()) StopOldestProfile();
  ForgetAddresses();
}

void StackCollector::StopOldestProfile() {
  const v8::HandleScope scope(isolate_);
  v8::CpuProfile* profile = profiler_->Stop(profiles_.front().id);
  profiles_.pop_front();
  if (profile) {
    ProfileReader reader(profile, traces_, stack_depth_);
    const int count = profile->GetSamplesCount();
    int sample = 0;
    std::deque<Stack*> missed;
    for (Stack* stack : unresolved_) {
      while (sample < count &&
             static_cast<uint64_t>(profile->GetSampleTimestamp(sample)) < stack->before_micros) {
        sample++;
      }
      if (sample < count &&
          static_cast<uint64_t>(profile->GetSampleTimestamp(sample)) <= stack->after_micros) {
        Resolve(stack, reader.TraceOf(sample++));
      } else {
        missed.push_back(stack);
      }
    }
    unresolved_ = std::move(missed);
    profile->Delete();
  }

  // What is not in a profile now cannot come in a later one, unless it was taken since that one
  // began.
  std::deque<Stack*> later;
  for (Stack* stack : unresolved_) {
    if (!profiles_.empty() && stack->before_micros >= profiles_.front().start_micros) {
      later.push_back(stack);
    } else {
      // When it comes again, it is collected again.
      if (stack->in_cache) cache_.erase(stack->hash);
      stack->in_cache = false;
      Resolve(stack, 0);
    }
  }
  unresolved_ = std::move(later);
}

void StackCollector::Resolve(Stack* stack, uint32_t trace) {
  stack->trace = trace;
  stack->resolved = true;
  FreeIfUnused(stack);
}

}  // namespace heapprof
