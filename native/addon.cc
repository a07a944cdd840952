// The addon's door: everything that JavaScript can call is exported here. src/capture/addon.ts has
// its types.

#include <napi.h>
#include <node.h>
#include <node_version.h>

#include <memory>
#include <string>
#include <utility>

#include "loop_waker.h"
#include "recorder.h"
#include "stats_collector.h"

namespace heapprof {
namespace {

// The ABI of the headers we were compiled with.
constexpr int kBuiltAbi = NODE_MODULE_VERSION;

// What belongs to one environment: the main thread's, or a worker's.
struct Instance {
  LoopWaker* waker = nullptr;
};

// Node-API modules are loaded without an ABI check, rightly so, for Node-API is stable. V8's C++
// API is not, and we use it: an addon built for another Node would load and then crash somewhere.
// So this comes first, and uses Node-API only.
bool IsRunningAbi(Napi::Env env) {
  const std::string running = env.Global()
                                  .Get("process")
                                  .As<Napi::Object>()
                                  .Get("versions")
                                  .As<Napi::Object>()
                                  .Get("modules")
                                  .ToString();
  const std::string built = std::to_string(kBuiltAbi);
  if (running == built) return true;
  Napi::Error::New(env, "heapprof's addon was built for another version of Node.js (ABI " + built +
                            ", running: " + running + "); build it again with this one")
      .ThrowAsJavaScriptException();
  return false;
}

void StopAtExit() {
  Recorder::Stop("exit");
  StatsCollector::Stop();
}

// The loop's waker, and the two ways in which an environment ends: process.exit() and errors run
// the functions of AtExit only, while a worker that is terminated runs the cleanup hooks only.
void Prepare(Napi::Env env, Instance* instance) {
  if (instance->waker) return;
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  const v8::HandleScope scope(isolate);
  instance->waker = new LoopWaker(env, &Recorder::RunRequestedStep, &StopAtExit);
  node::AtExit(
      node::GetCurrentEnvironment(isolate->GetCurrentContext()), [](void*) { StopAtExit(); },
      nullptr);
}

void ReadSampling(const Napi::Object& from, Recorder::Options* options) {
  const auto bands = from.Get("bands").As<Napi::Array>();
  for (uint32_t i = 0; i < bands.Length(); i++) {
    const auto band = bands.Get(i).As<Napi::Object>();
    options->bands.push_back(
        {static_cast<uint64_t>(band.Get("belowBytes").ToNumber().DoubleValue()),
         band.Get("probability").ToNumber().DoubleValue()});
  }
  options->interval_bytes = from.Get("intervalBytes").ToNumber().DoubleValue();
}

Recorder::Options ReadOptions(const Napi::Object& from) {
  Recorder::Options options;
  options.is_polling = from.Get("engine").ToString().Utf8Value() == "polling";
  options.filebase = from.Get("filebase").ToString();
  options.recording_json = from.Get("recordingJson").ToString();
  ReadSampling(from, &options);
  options.stack_depth = from.Get("stackDepth").ToNumber().Uint32Value();
  options.logs_array_buffers = from.Get("arrayBuffers").ToBoolean();
  options.logs_types = from.Get("types").ToBoolean();
  options.array_buffer_bytes =
      static_cast<uint64_t>(from.Get("arrayBufferBytes").ToNumber().DoubleValue());
  if (const Napi::Value seed = from.Get("seed"); seed.IsNumber()) {
    options.seed = static_cast<uint64_t>(seed.ToNumber().DoubleValue());
  }
  return options;
}

const char* NameOf(StartFailure failure) {
  switch (failure) {
    case StartFailure::kObserver:
      return "observer";
    case StartFailure::kBusy:
      return "busy";
    case StartFailure::kOutput:
      return "output";
  }
  return "";
}

Napi::Value FailureObject(Napi::Env env, StartFailure failure, const std::string& message) {
  auto result = Napi::Object::New(env);
  result.Set("failure", NameOf(failure));
  result.Set("message", message);
  return result;
}

Napi::Value Start(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto* instance = env.GetInstanceData<Instance>();
  Prepare(env, instance);
  Recorder::Options options = ReadOptions(info[0].As<Napi::Object>());
  options.wake = [waker = instance->waker] { waker->Wake(); };
  StartFailure failure;
  std::string error;
  if (Recorder::Start(v8::Isolate::GetCurrent(), std::move(options), &failure, &error)) {
    return env.Undefined();
  }
  return FailureObject(env, failure, error);
}

Napi::Value PollingIntervalBytes(const Napi::CallbackInfo& info) {
  Recorder::Options options;
  ReadSampling(info[0].As<Napi::Object>(), &options);
  return Napi::Number::New(info.Env(), Recorder::PollingIntervalBytes(options));
}

void Stop(const Napi::CallbackInfo&) { Recorder::Stop("stop"); }

Napi::Value IsRecording(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), Recorder::IsRecording());
}

Napi::Value StartStats(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Prepare(env, env.GetInstanceData<Instance>());
  const auto from = info[0].As<Napi::Object>();
  StatsCollector::Options options;
  options.file = from.Get("file").ToString();
  options.array_buffer_bytes =
      static_cast<uint64_t>(from.Get("arrayBufferBytes").ToNumber().DoubleValue());
  StartFailure failure;
  std::string error;
  if (StatsCollector::Start(v8::Isolate::GetCurrent(), options, &failure, &error)) {
    return env.Undefined();
  }
  return FailureObject(env, failure, error);
}

Napi::Value StopStats(const Napi::CallbackInfo& info) {
  const std::unique_ptr<StatsPage> page = StatsCollector::Stop();
  if (!page) return info.Env().Undefined();
  return Napi::Buffer<uint8_t>::Copy(info.Env(), reinterpret_cast<const uint8_t*>(page.get()),
                                     sizeof *page);
}

Napi::Value IsGatheringStats(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), StatsCollector::IsGathering());
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  if (!IsRunningAbi(env)) return exports;
  env.SetInstanceData(new Instance);
  exports.Set("abi", Napi::Number::New(env, kBuiltAbi));
  exports.Set("start", Napi::Function::New<Start>(env));
  exports.Set("pollingIntervalBytes", Napi::Function::New<PollingIntervalBytes>(env));
  exports.Set("stop", Napi::Function::New<Stop>(env));
  exports.Set("isRecording", Napi::Function::New<IsRecording>(env));
  exports.Set("startStats", Napi::Function::New<StartStats>(env));
  exports.Set("stopStats", Napi::Function::New<StopStats>(env));
  exports.Set("isGatheringStats", Napi::Function::New<IsGatheringStats>(env));
  return exports;
}

}  // namespace
}  // namespace heapprof

// The macro declares functions of its own, which do not belong in our namespace.
static Napi::Object InitAddon(Napi::Env env, Napi::Object exports) {
  return heapprof::Init(env, exports);
}
NODE_API_MODULE(heapprof, InitAddon)
