#ifndef HEAPPROF_STACK_COLLECTOR_H_
#define HEAPPROF_STACK_COLLECTOR_H_

#include <v8-profiler.h>
#include <v8.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "frame_chain.h"
#include "frame_units.h"
#include "raw_stack.h"
#include "slow_allocation.h"
#include "trace_table.h"

namespace heapprof {

// A call stack seen at an allocation, of which V8 has yet to tell what some address stands for.
struct Stack {
  bool resolved = false;
  uint32_t trace = 0;  // once it is resolved: a trace index; 0 if the stack was lost

  // The rest is the collector's.
  uint64_t hash = 0;     // in the cache
  bool is_whole = true;  // it has its outermost frame
  int rotations = 0;     // that it has waited for
  uint32_t users = 0;
  std::vector<std::shared_ptr<FrameUnit>> units;  // innermost first
};

// A trace, or a stack from which it will be known.
struct StackOrTrace {
  Stack* stack;    // null if the trace is known
  uint32_t trace;  // a trace index; 0 if the stack was lost
};

// Takes call stacks during allocations, where nothing may be allocated on the heap, and turns them
// into traces with exact lines later.
//
// V8 gives the raw addresses of a stack at little cost. What an address stands for, V8 tells in
// another way: v8::CpuProfiler::CollectSample() takes the stack at any time, a profiler thread of
// V8 symbolises it and adds it to the CPU profiles that are active. That is dear, so it is done
// only for stacks with an address that has not been seen (see FrameUnits); all others are put
// together from what is known.
//
// A profile can be read only after it was stopped, so profiles are rotated: StartNext() begins one
// beside the current one, StopPrevious() ends and reads the older one. In between, samples go to
// both: the profiler thread is behind, by milliseconds or, on a machine with much else to do, by
// seconds, and a profile takes no samples from before its start, so that those on their way at the
// change would be in neither. When none is on its way any more, a probe says: a third profile,
// begun after the second. The profiler thread takes samples in their order, so once the probe has
// one, the first has all from before the second began. Samples are found again by their times.
//
// ForgetAddresses() must be called around mark-compact collections, in which code and bytecode
// move.
class StackCollector {
 public:
  StackCollector(v8::Isolate* isolate, TraceTable* traces, uint32_t stack_depth);
  ~StackCollector();

  // Begins the first profile. Takes 5 to 300 ms, depending on how much code there is.
  bool Start(std::string* error);

  // The stack of this moment; in use, if it is one, until Release() is called for it as often as it
  // was taken. After Stop() it is lost.
  StackOrTrace Take();
  void Release(Stack* stack);

  void ForgetAddresses();

  // Whether there is something to be had from a rotation.
  bool NeedsRotation() const;

  // To be called in turn, outside of allocations and garbage collections. StartNext() also begins
  // anew after Stop(). StopPrevious() returns whether it did: if the profiler thread is not far
  // enough, it is to be called again some milliseconds later.
  void StartNext();
  bool StopPrevious();

  // Resolves stacks, of what StopPrevious() has brought, until the given monotonic time. All of it
  // must be done before the next rotation.
  void Work(uint64_t deadline_micros);
  bool has_work() const { return has_work_; }

  // Resolves everything.
  void Stop();

 private:
  struct Profile {
    v8::ProfilerId id;
    uint64_t start_micros;
  };
  // What the cache has of a stack: the address of a Stack, which is even, or its trace << 1 | 1.
  static uint64_t Entry(uint32_t trace) { return uint64_t{trace} << 1 | 1; }

  // A stack of which something is being learned, and that is resolved by itself.
  struct Pupil {
    Stack* stack;
    Lesson lesson;
  };

  struct PathStep {
    uint32_t frame;
    uint32_t trace;
  };

  bool IsKnowledgeOld() const;
  // `is_covered`: its addresses were found on the stack.
  StackOrTrace Describe(const RawStack& raw, uint64_t hash, bool is_covered);
  // A stopped profile, and how far it has been read.
  struct Reading {
    Reading(v8::CpuProfile* stopped, TraceTable* traces)
        : profile(stopped), frames(stopped, traces) {}
    v8::CpuProfile* const profile;
    ProfileFrames frames;
    size_t pupil = 0;
    int sample = 0;
    bool is_read = false;
  };

  void Learn(Stack* stack, const RawStack& raw, bool is_covered);
  void Collect(Lesson::Collected* collected);
  bool StartProfile(std::string* error);
  void StopOldestProfile();
  // V8 collects a sample itself then, so that a probe has one to wait for. Nothing if too many
  // profiles are active.
  std::optional<v8::ProfilerId> StartProfiling();
  // Returns whether the probe had a sample.
  bool StopProbe();
  // These return whether they are done.
  bool ReadSamples(uint64_t deadline_micros);
  bool FinishPupils(uint64_t deadline_micros);
  bool ResolveWaiting(uint64_t deadline_micros);
  bool MayStillCome(const Lesson& lesson) const;
  uint32_t TraceOf(const std::vector<PlacedFrame>& frames, bool is_whole);
  void Resolve(Stack* stack, uint32_t trace);
  void FreeIfUnused(Stack* stack);

  v8::Isolate* const isolate_;
  TraceTable* const traces_;
  const uint32_t stack_depth_;
  const CodeRanges ranges_;
  SlowAllocation slow_allocation_;
  FrameChain chain_;  // of the stack that is being taken
  FrameUnits units_;
  v8::CpuProfiler* profiler_ = nullptr;
  std::deque<Profile> profiles_;         // active, oldest first
  std::optional<v8::ProfilerId> probe_;  // active
  std::deque<Pupil> pupils_;             // in the order of their times
  std::deque<Stack*> waiting_;           // for units that pupils learn
  std::unique_ptr<Reading> reading_;
  size_t waiting_left_ = 0;  // to be looked at in this round of work
  bool has_work_ = false;
  FlatMap cache_;  // by the hash of the chain, or else of the raw addresses: see Entry
  uint32_t times_strings_forgotten_ = 0;  // by the table, when the units were begun
  std::vector<PlacedFrame> frames_;       // scratch
  // The trace of the last stack, outermost frame first: stacks that follow each other have most of
  // their outer frames in common.
  std::vector<PathStep> path_;
  uint32_t path_root_ = 0;  // the trace before its first frame
};

}  // namespace heapprof

#endif  // HEAPPROF_STACK_COLLECTOR_H_
