// The addon's door: everything that JavaScript can call is exported here. src/capture/addon.ts has
// its types.

#include <napi.h>
#include <node.h>
#include <node_version.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "attached_threads.h"
#include "loop_waker.h"
#include "process_family.h"
#include "property_reader.h"
#include "recorder.h"
#include "stats_collector.h"

namespace heapprof {
namespace {

// The ABI of the headers we were compiled with.
constexpr int kBuiltAbi = NODE_MODULE_VERSION;

// As src/capture/worker-attach.ts has it.
constexpr char kBindingName[] = "heapprof";

// How long stop() waits for other threads. Those that run JavaScript or wait for events take a
// millisecond or two.
constexpr std::chrono::milliseconds kPatience{250};

// What belongs to one environment: the main thread's, or a worker's. (One for each time the addon
// is loaded there: see LinkForWorkers.)
struct Instance {
  LoopWaker* waker = nullptr;
  bool is_linked = false;
};

// To tell JavaScript, once, that this thread's recording has ended. Not a destructor's affair: when
// the thread ends, its environment is gone.
thread_local Napi::FunctionReference* on_end = nullptr;

// Whether this thread's recording was begun because another thread or process is recorded.
thread_local bool inherited = false;

// Whether one is being begun: V8 may run JavaScript meanwhile that another thread sent.
thread_local bool starting = false;

// In which something was evaluated that may have swallowed a termination. An interrupt may still
// come when the environment is gone.
thread_local napi_env evaluated_in = nullptr;

// Node-API modules are loaded without an ABI check, rightly so, for Node-API is stable. V8's C++
// API is not, and we use it: an addon built for another Node would load and then crash somewhere.
// So this comes first, and uses Node-API only.
bool IsRunningAbi(Napi::Env env) {
  bool ok = true;
  const std::string running =
      PropertyReader(env, env.Global(), &ok).Object("process").Object("versions").String("modules");
  if (!ok) return false;
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
  ProcessFamily::Leave();
  delete std::exchange(on_end, nullptr);
  evaluated_in = nullptr;
  AttachedThreads::RemoveThis();
}

// Ends the recording if another thread asked for that, and sees to what follows from the end of a
// recording, where JavaScript may run.
void Settle() {
  ProcessFamily::RunStopRequest();
  if (Recorder::IsRecording()) return;
  ProcessFamily::Leave();
  const std::unique_ptr<Napi::FunctionReference> callback(std::exchange(on_end, nullptr));
  if (!callback) return;
  const Napi::HandleScope scope(callback->Env());
  callback->MakeCallback(callback->Env().Global(), {});
}

void OnWake() {
  Recorder::RunRequestedStep();
  Settle();
}

// The loop's waker, and the two ways in which an environment ends: process.exit() and errors run
// the functions of AtExit only, while a worker that is terminated runs the cleanup hooks only.
void Prepare(Napi::Env env, Instance* instance) {
  if (instance->waker) return;
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  const v8::HandleScope scope(isolate);
  instance->waker = new LoopWaker(env, &OnWake, &StopAtExit);
  node::AtExit(
      node::GetCurrentEnvironment(isolate->GetCurrentContext()), [](void*) { StopAtExit(); },
      nullptr);
}

void ReadSampling(const PropertyReader& from, Recorder::Options* options) {
  for (const PropertyReader& band : from.Array("bands")) {
    options->bands.push_back(
        {static_cast<uint64_t>(band.Number("belowBytes")), band.Number("probability")});
  }
  options->interval_bytes = from.Number("intervalBytes");
}

Recorder::Options ReadOptions(const PropertyReader& from) {
  Recorder::Options options;
  options.is_polling = from.String("engine") == "polling";
  options.filebase = from.String("filebase");
  options.recording_json = from.String("recordingJson");
  ReadSampling(from, &options);
  options.stack_depth = static_cast<uint32_t>(from.Number("stackDepth"));
  options.logs_array_buffers = from.Boolean("arrayBuffers");
  options.logs_types = from.Boolean("types");
  options.array_buffer_bytes = static_cast<uint64_t>(from.Number("arrayBufferBytes"));
  if (const auto seed = from.OptionalNumber("seed")) options.seed = static_cast<uint64_t>(*seed);
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

Napi::Value FailureObject(Napi::Env env, const char* failure, const std::string& message) {
  auto result = Napi::Object::New(env);
  result.Set("failure", failure);
  result.Set("message", message);
  return result;
}

Napi::Value Start(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  bool ok = true;
  const PropertyReader from(env, info[0], &ok);
  Recorder::Options options = ReadOptions(from);
  const bool inherit = from.Boolean("inherited");
  // The thread is being terminated.
  if (!ok) return env.Undefined();

  Settle();
  if (starting || (Recorder::IsRecording() && (inherit || !inherited))) {
    return FailureObject(env, "running", "a recording is running already, and goes on");
  }
  Recorder::Stop("stop");
  Settle();
  inherited = inherit;
  auto* instance = env.GetInstanceData<Instance>();
  Prepare(env, instance);
  options.wake = [waker = instance->waker] { waker->Wake(); };
  StartFailure failure;
  std::string error;
  starting = true;
  const bool started =
      Recorder::Start(v8::Isolate::GetCurrent(), std::move(options), &failure, &error);
  starting = false;
  if (started) return env.Undefined();
  return FailureObject(env, NameOf(failure), error);
}

Napi::Value PollingIntervalBytes(const Napi::CallbackInfo& info) {
  bool ok = true;
  Recorder::Options options;
  ReadSampling(PropertyReader(info.Env(), info[0], &ok), &options);
  return Napi::Number::New(info.Env(), Recorder::PollingIntervalBytes(options));
}

void Stop(const Napi::CallbackInfo&) {
  Recorder::Stop("stop");
  Settle();
}

Napi::Value IsRecording(const Napi::CallbackInfo& info) {
  Settle();
  return Napi::Boolean::New(info.Env(), Recorder::IsRecording());
}

Napi::Value StartStats(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  bool ok = true;
  const PropertyReader from(env, info[0], &ok);
  StatsCollector::Options options;
  options.file = from.String("file");
  options.array_buffer_bytes = static_cast<uint64_t>(from.Number("arrayBufferBytes"));
  if (!ok) return env.Undefined();
  Prepare(env, env.GetInstanceData<Instance>());
  StartFailure failure;
  std::string error;
  if (StatsCollector::Start(v8::Isolate::GetCurrent(), options, &failure, &error)) {
    return env.Undefined();
  }
  return FailureObject(env, NameOf(failure), error);
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

void OnEnd(const Napi::CallbackInfo& info) {
  delete std::exchange(on_end,
                       new Napi::FunctionReference(Napi::Persistent(info[0].As<Napi::Function>())));
}

void SetProcessSettings(const Napi::CallbackInfo& info) {
  ProcessFamily::SetSettings(info[0].As<Napi::String>());
}

Napi::Value ProcessSettings(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), ProcessFamily::Settings());
}

Napi::Value JoinProcess(const Napi::CallbackInfo& info) {
  // A thread that is being terminated may come here without having begun a recording, and so
  // without what takes it out of the family when it ends.
  if (!Recorder::IsRecording()) return Napi::Boolean::New(info.Env(), false);
  LoopWaker* waker = info.Env().GetInstanceData<Instance>()->waker;
  return Napi::Boolean::New(
      info.Env(), ProcessFamily::Join(info[0].As<Napi::String>(), v8::Isolate::GetCurrent(),
                                      [waker] { waker->Wake(); }));
}

// Node's own word for an environment that is to end is not public: but then it refuses whatever
// might run JavaScript. (Within an interrupt there is no current context to make an object in.)
bool IsStopping(napi_env env) {
  napi_value global, key;
  bool ignored;
  napi_get_global(env, &global);
  napi_create_string_utf8(env, "key", NAPI_AUTO_LENGTH, &key);
  return napi_has_own_property(env, global, key, &ignored) != napi_ok;
}

void TerminateIfStopping(v8::Isolate* isolate, void*) {
  const v8::HandleScope scope(isolate);
  if (const napi_env env = std::exchange(evaluated_in, nullptr); env && IsStopping(env))
    isolate->TerminateExecution();
}

// V8's inspector takes back a termination that comes while it evaluates something. This one comes
// after it.
void EndEvaluation(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Prepare(env, env.GetInstanceData<Instance>());
  AttachedThreads::Add(info[0].As<Napi::Number>());
  evaluated_in = env;
  v8::Isolate::GetCurrent()->RequestInterrupt(TerminateIfStopping, nullptr);
}

void IfThreadIsThere(const Napi::CallbackInfo& info) {
  AttachedThreads::IfThere(info[0].As<Napi::Number>(),
                           [&info] { info[1].As<Napi::Function>().Call({}); });
}

void StopThreads(const Napi::CallbackInfo&) { ProcessFamily::StopThreads(kPatience); }

Napi::Object Export(Napi::Env env, Napi::Object exports);

// Node holds a lock of the whole process while it loads an addon, and V8 may have the thread run
// something else meanwhile: if that loads an addon too, it waits for itself. Linked bindings need
// no loading, and an environment's are those of its workers too. (No JavaScript must run at their
// start: Node does not expect a thread to be terminated there.)
void LinkForWorkers(const Napi::CallbackInfo& info) {
  auto* instance = info.Env().GetInstanceData<Instance>();
  if (std::exchange(instance->is_linked, true)) return;
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  const v8::HandleScope scope(isolate);
  const auto init = [](napi_env env, napi_value exports) {
    return Napi::RegisterModule(env, exports, &Export);
  };
  node::AddLinkedBinding(node::GetCurrentEnvironment(isolate->GetCurrentContext()), kBindingName,
                         init);
}

Napi::Object Export(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new Instance);
  exports.Set("abi", Napi::Number::New(env, kBuiltAbi));
  exports.Set("start", Napi::Function::New<Start>(env));
  exports.Set("pollingIntervalBytes", Napi::Function::New<PollingIntervalBytes>(env));
  exports.Set("stop", Napi::Function::New<Stop>(env));
  exports.Set("isRecording", Napi::Function::New<IsRecording>(env));
  exports.Set("startStats", Napi::Function::New<StartStats>(env));
  exports.Set("stopStats", Napi::Function::New<StopStats>(env));
  exports.Set("isGatheringStats", Napi::Function::New<IsGatheringStats>(env));
  exports.Set("onEnd", Napi::Function::New<OnEnd>(env));
  exports.Set("processSettings", Napi::Function::New<ProcessSettings>(env));
  exports.Set("setProcessSettings", Napi::Function::New<SetProcessSettings>(env));
  exports.Set("joinProcess", Napi::Function::New<JoinProcess>(env));
  exports.Set("stopThreads", Napi::Function::New<StopThreads>(env));
  exports.Set("endEvaluation", Napi::Function::New<EndEvaluation>(env));
  exports.Set("ifThreadIsThere", Napi::Function::New<IfThreadIsThere>(env));
  exports.Set("linkForWorkers", Napi::Function::New<LinkForWorkers>(env));
  return exports;
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  return IsRunningAbi(env) ? Export(env, exports) : exports;
}

}  // namespace
}  // namespace heapprof

// The macro declares functions of its own, which do not belong in our namespace.
static Napi::Object InitAddon(Napi::Env env, Napi::Object exports) {
  return heapprof::Init(env, exports);
}
NODE_API_MODULE(heapprof, InitAddon)
