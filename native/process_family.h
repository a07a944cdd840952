#ifndef HEAPPROF_PROCESS_FAMILY_H_
#define HEAPPROF_PROCESS_FAMILY_H_

#include <v8.h>

#include <chrono>
#include <functional>
#include <string>

namespace heapprof {

// What the threads of a process have in common while all of them are recorded: the settings, which
// the main thread gives and takes away again, and the means to end the recordings of the others.
class ProcessFamily {
 public:
  // JSON (src/capture/family-settings.ts); empty while the process is not recorded.
  static void SetSettings(std::string settings);
  static std::string Settings();

  // The recording of the calling thread is to end when StopThreads() is called. Returns false if
  // `settings` are no longer those of the process. `wake`, called from any thread, has the loop of
  // this one call RunStopRequest().
  static bool Join(const std::string& settings, v8::Isolate* isolate, std::function<void()> wake);

  // The recording of the calling thread has ended, or its loop does. Does no harm where it has not
  // joined.
  static void Leave();

  // Has all threads that have joined end their recordings, and waits for them, no longer than
  // `patience`: one that is blocked does it when it runs again.
  static void StopThreads(std::chrono::milliseconds patience);

  // Ends the recording of the calling thread if that was asked for.
  static void RunStopRequest();
};

}  // namespace heapprof

#endif  // HEAPPROF_PROCESS_FAMILY_H_
