#ifndef HEAPPROF_START_FAILURE_H_
#define HEAPPROF_START_FAILURE_H_

namespace heapprof {

// Why a recording, or statistics, could not begin.
enum class StartFailure {
  kObserver,  // this build of Node.js lacks what the observer needs
  kBusy,      // V8's sampling heap profiler is in use
  kOutput,    // the files cannot be written
};

// What there is to say of kBusy.
inline constexpr char kSamplerInUse[] =
    "V8's sampling heap profiler is in use already, by an inspector or another profiler";

}  // namespace heapprof

#endif  // HEAPPROF_START_FAILURE_H_
