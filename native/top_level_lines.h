#ifndef HEAPPROF_TOP_LEVEL_LINES_H_
#define HEAPPROF_TOP_LEVEL_LINES_H_

namespace heapprof {

// As long as one exists, V8 tells CPU profiles that begin also the lines of top-level code that
// there is: that of modules and scripts which have begun before the profile, such as a module that
// starts its own recording.
//
// For each function that is compiled already, V8 calls ProfilerListener::CodeCreateEvent() with the
// line at which it begins, and that function adds the lines of its instructions; for top-level code
// it calls the overload without a line, which adds none. Then V8 would give the line at which the
// *callee* begins for that of the call. Here the one is replaced by the other. Where this build of
// Node.js does not let itself be changed so, nothing is.
class TopLevelLines {
 public:
  TopLevelLines();
  ~TopLevelLines();
  TopLevelLines(const TopLevelLines&) = delete;
  TopLevelLines& operator=(const TopLevelLines&) = delete;
};

}  // namespace heapprof

#endif  // HEAPPROF_TOP_LEVEL_LINES_H_
