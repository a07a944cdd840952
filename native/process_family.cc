#include "process_family.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "recorder.h"

namespace heapprof {
namespace {

struct Member {
  v8::Isolate* isolate;
  std::function<void()> wake;
  bool stop_requested = false;
};

std::mutex mutex;  // guards the two below
std::string process_settings;
std::map<std::thread::id, Member> members;
std::condition_variable member_left;

}  // namespace

void ProcessFamily::SetSettings(std::string settings) {
  const std::lock_guard lock(mutex);
  process_settings = std::move(settings);
}

std::string ProcessFamily::Settings() {
  const std::lock_guard lock(mutex);
  return process_settings;
}

bool ProcessFamily::Join(const std::string& settings, v8::Isolate* isolate,
                         std::function<void()> wake) {
  const std::lock_guard lock(mutex);
  if (settings != process_settings) return false;
  members[std::this_thread::get_id()] = {isolate, std::move(wake)};
  return true;
}

void ProcessFamily::Leave() {
  const std::lock_guard lock(mutex);
  if (members.erase(std::this_thread::get_id()) > 0) member_left.notify_all();
}

void ProcessFamily::StopThreads(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex);
  // A thread leaves before its isolate and its loop end, so they are there while we hold the lock.
  for (auto& [id, member] : members) {
    member.stop_requested = true;
    member.isolate->RequestInterrupt([](v8::Isolate*, void*) { RunStopRequest(); }, nullptr);
    member.wake();
  }
  member_left.wait_for(lock, patience, [] { return members.empty(); });
}

void ProcessFamily::RunStopRequest() {
  {
    const std::lock_guard lock(mutex);
    const auto found = members.find(std::this_thread::get_id());
    if (found == members.end() || !found->second.stop_requested) return;
  }
  Recorder::Stop("stop");
  Leave();
}

}  // namespace heapprof
