#include "stack_collector.h"

#include <signal.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "blocked_signals.h"
#include "clock.h"
#include "profile_frames.h"
#include "top_level_lines.h"

namespace heapprof {
namespace {

// How often V8's profiler thread wakes to symbolise what was collected. It also takes a sample of
// its own then, with a SIGPROF to the thread that is profiled: rarely enough not to be felt, often
// enough that little piles up.
constexpr int kProfilerIntervalMicros = 50'000;

// Of a hundred bytes each. Programs have some thousands; code that is generated without end must
// not fill the memory.
constexpr size_t kMaxCachedStacks = 500'000;
constexpr size_t kMaxUnits = 200'000;

// The samples of V8's own must not pile up where nothing else is collected.
constexpr uint64_t kLongestProfileMicros = 30'000'000;

// A profiler thread that gets no time, even so long, must not hold back the events for ever.
constexpr uint64_t kLongestOverlapMicros = 10'000'000;

// A stack waits for so many rotations at most: two for an address that is being learned, and two if
// that fails and it is met once more.
constexpr int kMostRotations = 4;

constexpr uint64_t kNoDeadline = std::numeric_limits<uint64_t>::max();

// In the cache: a stack that was lost. No address, and not odd.
constexpr uint64_t kAnew = 2;

bool IsUnknown(uint64_t entry) { return entry == 0 || entry == kAnew; }

// V8's time stamps are so much later than the clock.
constexpr uint64_t kAheadMicros = 1;

// V8's word for a thread that runs no JavaScript.
constexpr char kProgram[] = "(program)";

}  // namespace

StackCollector::StackCollector(v8::Isolate* isolate, TraceTable* traces, uint32_t stack_depth)
    : isolate_(isolate),
      traces_(traces),
      stack_depth_(stack_depth),
      ranges_(isolate),
      slow_allocation_(ranges_),
      chain_(ranges_) {}

StackCollector::~StackCollector() {
  Stop();
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
  // V8 looks for code when there is no profile yet; then it is told of what comes.
  std::optional<TopLevelLines> top_level_lines;
  if (profiles_.empty()) top_level_lines.emplace();
  const std::optional<v8::ProfilerId> id = StartProfiling();
  if (!id) {
    *error = "V8 does not start another CPU profile: too many are active";
    return false;
  }
  profiles_.push_back({*id, MonotonicMicros()});
  return true;
}

StackOrTrace StackCollector::Take() {
  if (profiles_.empty()) return {nullptr, 0};
  if (IsKnowledgeOld()) ForgetAddresses();
  chain_.Walk(__builtin_frame_address(0));
  uint64_t hash = chain_.Hash();
  uint64_t entry = cache_.Find(hash);
  RawStack raw;
  bool is_covered = false;
  if (IsUnknown(entry)) {
    raw.Take(isolate_);
    is_covered = chain_.Covers(raw);
    hash = is_covered ? chain_.Hash() : raw.Hash();
    entry = cache_.Find(hash);
  }
  if (entry & 1) return {nullptr, static_cast<uint32_t>(entry >> 1)};
  const StackOrTrace taken = IsUnknown(entry) ? Describe(raw, hash, is_covered)
                                              : StackOrTrace{reinterpret_cast<Stack*>(entry), 0};
  if (taken.stack) taken.stack->users++;
  return taken;
}

// Frames are compared by the indexes of their strings.
bool StackCollector::IsKnowledgeOld() const {
  return cache_.size() >= kMaxCachedStacks || units_.size() >= kMaxUnits ||
         times_strings_forgotten_ != traces_->times_strings_forgotten();
}

// What is known of a stack that comes for the first time. If that is not enough, sees to it that
// the rest will be.
StackOrTrace StackCollector::Describe(const RawStack& raw, uint64_t hash, bool is_covered) {
  const size_t count = std::max<size_t>(raw.count, 1);
  const bool is_whole = raw.count < RawStack::kMaxFrames;
  auto least_known = FrameUnit::State::kKnown;
  frames_.clear();
  for (size_t i = 0; i < count; i++) {
    const FrameUnit& unit = *units_.UnitOf(raw, i);
    least_known = std::min(least_known, unit.state);
    frames_.insert(frames_.end(), unit.frames.begin(), unit.frames.end());
  }
  if (least_known == FrameUnit::State::kKnown) {
    const uint32_t trace = TraceOf(frames_, is_whole);
    cache_.Set(hash, Entry(trace));
    return {nullptr, trace};
  }
  auto* stack = new Stack;
  stack->hash = hash;
  stack->is_whole = is_whole;
  cache_.Set(hash, reinterpret_cast<uint64_t>(stack));
  if (least_known == FrameUnit::State::kNew) {
    Learn(stack, raw, is_covered);
  } else {
    for (size_t i = 0; i < count; i++) stack->units.push_back(units_.UnitOf(raw, i));
    waiting_.push_back(stack);
  }
  return {stack, 0};
}

void StackCollector::Learn(Stack* stack, const RawStack& raw, bool is_covered) {
  // V8's own samples, for which its profiler thread sends this signal, must not be taken for ours.
  const BlockedSignals blocked = BlockedSignals::Only(SIGPROF);
  Lesson lesson = units_.Begin(raw);
  const uintptr_t innermost = raw.count > 0 ? raw.addresses[0] : 0;
  const ReturnAddressChange change(isolate_, innermost,
                                   slow_allocation_.ContinuationOf(innermost, is_covered));
  StackCutter cutter(isolate_, ranges_, raw);
  // V8 takes the line of the last position *before* an address, which suits return addresses. An
  // interpreted frame has the address of the call itself.
  chain_.MoveInterpreted(1);
  std::erase_if(lesson.collected, [&](Lesson::Collected& collected) {
    if (&collected != &lesson.collected.back() && !cutter.Cut(collected.kept)) return true;
    Collect(&collected);
    cutter.Restore();
    return false;
  });
  chain_.MoveInterpreted(-1);
  FrameUnits::Expect(&lesson);
  pupils_.push_back({stack, std::move(lesson)});
}

void StackCollector::Collect(Lesson::Collected* collected) {
  collected->before_micros = MonotonicMicros();
  v8::CpuProfiler::CollectSample(isolate_);
  collected->after_micros = MonotonicMicros();
}

void StackCollector::Release(Stack* stack) {
  stack->users--;
  FreeIfUnused(stack);
}

void StackCollector::FreeIfUnused(Stack* stack) {
  if (stack->users == 0 && stack->resolved) delete stack;
}

// Stacks that are not resolved yet are in the lists of those.
void StackCollector::ForgetAddresses() {
  cache_.Clear();
  units_.Forget();
  times_strings_forgotten_ = traces_->times_strings_forgotten();
}

bool StackCollector::NeedsRotation() const {
  return !pupils_.empty() || !waiting_.empty() || profiles_.size() != 1 ||
         MonotonicMicros() - profiles_.front().start_micros > kLongestProfileMicros;
}

void StackCollector::StartNext() {
  // Without a next profile, the current one goes on.
  std::string ignored;
  if (profiles_.size() < 2 && StartProfile(&ignored)) probe_ = StartProfiling();
}

bool StackCollector::StopPrevious() {
  if (profiles_.size() < 2) return true;
  const uint64_t overlap_micros = MonotonicMicros() - profiles_.back().start_micros;
  if (!StopProbe() && overlap_micros < kLongestOverlapMicros) {
    probe_ = StartProfiling();
    return false;
  }
  StopOldestProfile();
  return true;
}

std::optional<v8::ProfilerId> StackCollector::StartProfiling() {
  const v8::HandleScope scope(isolate_);
  const v8::CpuProfilingResult result =
      profiler_->Start(v8::CpuProfilingOptions(v8::kCallerLineNumbers));
  if (result.status != v8::CpuProfilingStatus::kStarted) return std::nullopt;
  return result.id;
}

bool StackCollector::StopProbe() {
  if (!probe_) return false;
  const v8::HandleScope scope(isolate_);
  v8::CpuProfile* probe = profiler_->Stop(*probe_);
  probe_.reset();
  if (!probe) return false;
  const bool has_samples = probe->GetSamplesCount() > 0;
  probe->Delete();
  return has_samples;
}

void StackCollector::Stop() {
  Work(kNoDeadline);
  StopProbe();
  // The last profile to be stopped waits for the profiler thread, and so has every sample since its
  // start. Let that be the one that began first.
  if (profiles_.size() == 2) {
    const v8::HandleScope scope(isolate_);
    if (v8::CpuProfile* profile = profiler_->Stop(profiles_.back().id)) profile->Delete();
    profiles_.pop_back();
  }
  if (!profiles_.empty()) StopOldestProfile();
  Work(kNoDeadline);
  ForgetAddresses();
}

void StackCollector::StopOldestProfile() {
  const v8::HandleScope scope(isolate_);
  v8::CpuProfile* profile = profiler_->Stop(profiles_.front().id);
  profiles_.pop_front();
  if (profile) reading_ = std::make_unique<Reading>(profile, traces_);
  waiting_left_ = waiting_.size();
  has_work_ = true;
}

void StackCollector::Work(uint64_t deadline_micros) {
  if (!has_work_) return;
  if (reading_) {
    if (!reading_->is_read) {
      reading_->is_read = ReadSamples(deadline_micros);
      // To delete a profile takes some milliseconds at once.
      if (deadline_micros != kNoDeadline) return;
    }
    reading_->profile->Delete();
    reading_.reset();
  }
  if (!FinishPupils(deadline_micros)) return;
  has_work_ = !ResolveWaiting(deadline_micros);
}

bool StackCollector::ReadSamples(uint64_t deadline_micros) {
  const v8::HandleScope scope(isolate_);
  Reading& reading = *reading_;
  const int count = reading.profile->GetSamplesCount();
  const auto time_of = [&](int sample) {
    return static_cast<uint64_t>(reading.profile->GetSampleTimestamp(sample)) - kAheadMicros;
  };
  for (; reading.pupil < pupils_.size(); reading.pupil++) {
    if (MonotonicMicros() >= deadline_micros) return false;
    Lesson& lesson = pupils_[reading.pupil].lesson;
    for (Lesson::Collected& collected : lesson.collected) {
      int& sample = reading.sample;
      while (sample < count && time_of(sample) < collected.before_micros) sample++;
      if (sample == count) return true;
      if (time_of(sample) > collected.after_micros) continue;
      if (!collected.found) {
        collected.frames = reading.frames.FramesOf(sample);
        collected.found = true;
        // The state stands for the lack of frames, and must not become that of an address.
        if (lesson.has_addresses && reading.frames.IsStateOnly(collected.frames))
          collected.frames.clear();
      }
      sample++;
    }
  }
  return true;
}

bool StackCollector::FinishPupils(uint64_t deadline_micros) {
  while (!pupils_.empty() && !MayStillCome(pupils_.front().lesson)) {
    if (MonotonicMicros() >= deadline_micros) return false;
    Pupil& pupil = pupils_.front();
    const Lesson::Collected& whole = pupil.lesson.collected.back();
    FrameUnits::Finish(&pupil.lesson);
    Resolve(pupil.stack, whole.found ? TraceOf(whole.frames, pupil.stack->is_whole) : 0);
    pupils_.pop_front();
  }
  return true;
}

// What is not in a profile now cannot come in a later one, unless it was taken since that one
// began.
bool StackCollector::MayStillCome(const Lesson& lesson) const {
  if (profiles_.empty()) return false;
  return std::any_of(
      lesson.collected.begin(), lesson.collected.end(), [this](const Lesson::Collected& collected) {
        return !collected.found && collected.before_micros >= profiles_.front().start_micros;
      });
}

// An address that could not be learned may be met, and learned, once more; but events must not wait
// for long. Rotations are counted, not time: on a machine with much else to do they take longer.
bool StackCollector::ResolveWaiting(uint64_t deadline_micros) {
  const bool is_last = profiles_.empty();
  for (; waiting_left_ > 0; waiting_left_--) {
    if (MonotonicMicros() >= deadline_micros) return false;
    Stack* stack = waiting_.front();
    waiting_.pop_front();
    frames_.clear();
    bool is_known = true;
    for (const auto& unit : stack->units) {
      is_known = is_known && unit->state == FrameUnit::State::kKnown;
      frames_.insert(frames_.end(), unit->frames.begin(), unit->frames.end());
    }
    if (is_known || is_last || ++stack->rotations == kMostRotations) {
      Resolve(stack, is_known ? TraceOf(frames_, stack->is_whole) : 0);
    } else {
      waiting_.push_back(stack);
    }
  }
  return true;
}

// `frames`: innermost first.
uint32_t StackCollector::TraceOf(const std::vector<PlacedFrame>& frames, bool is_whole) {
  const size_t depth = std::min<size_t>(frames.size(), stack_depth_);
  if (frames.empty())
    return traces_->Trace(0, traces_->Frame({traces_->String(kProgram), 0, 0, 0}));
  const bool is_truncated = depth < frames.size() || !is_whole;
  uint32_t trace = is_truncated ? traces_->TruncationTrace() : 0;
  if (trace != path_root_) path_.clear();
  path_root_ = trace;
  for (size_t i = 0; i < depth; i++) {
    const uint32_t frame = frames[depth - 1 - i].frame;
    if (i == path_.size() || path_[i].frame != frame) {
      path_.resize(i);
      path_.push_back({frame, traces_->Trace(trace, frame)});
    }
    trace = path_[i].trace;
  }
  return trace;
}

// A stack that was lost is taken anew when it comes again.
void StackCollector::Resolve(Stack* stack, uint32_t trace) {
  if (cache_.Find(stack->hash) == reinterpret_cast<uint64_t>(stack))
    cache_.Set(stack->hash, trace ? Entry(trace) : kAnew);
  stack->trace = trace;
  stack->resolved = true;
  stack->units = {};
  FreeIfUnused(stack);
}

}  // namespace heapprof
