#include "profile_frames.h"

#include <algorithm>

namespace heapprof {
namespace {

// Only the root, "(root)", has no parent; it is no frame.
bool IsRoot(const v8::CpuProfileNode* node) { return !node->GetParent(); }

bool IsScript(const v8::CpuProfileNode* node) {
  return node->GetSourceType() == v8::CpuProfileNode::kScript;
}

// The line in the caller is with the callee (see SampleLines); that of a caller without a script
// would be wrong.
int LineInCaller(const v8::CpuProfileNode* node) {
  return IsScript(node->GetParent()) ? node->GetLineNumber() : 0;
}

constexpr const char* kStates[] = {"(program)", "(idle)", "(garbage collector)"};

}  // namespace

std::vector<PlacedFrame> ProfileFrames::FramesOf(int index) {
  std::vector<PlacedFrame> frames;
  const v8::CpuProfileNode* node = profile_->GetSample(index);
  if (!node) return frames;
  int line = IsScript(node) ? lines_.LineOf(index) : 0;
  for (; !IsRoot(node); node = node->GetParent()) {
    frames.push_back(FrameOf(node, line));
    line = LineInCaller(node);
  }
  return frames;
}

bool ProfileFrames::IsStateOnly(const std::vector<PlacedFrame>& frames) {
  if (frames.size() != 1) return false;
  return std::any_of(std::begin(kStates), std::end(kStates), [&](const char* state) {
    return frames[0].frame == traces_->Frame({traces_->String(state), 0, 0, 0});
  });
}

PlacedFrame ProfileFrames::FrameOf(const v8::CpuProfileNode* node, int line) {
  const uint32_t file = StringOf(node->GetScriptResourceNameStr());
  const auto known_line = static_cast<uint32_t>(std::max(line, 0));
  const uint32_t frame =
      traces_->Frame({StringOf(node->GetFunctionNameStr()), file, known_line, 0});
  return {frame, static_cast<uint64_t>(file) << 32 | known_line};
}

// V8 keeps one copy of each name while a profile exists, so that addresses can be compared.
uint32_t ProfileFrames::StringOf(const char* text) {
  const auto [entry, is_new] = strings_.try_emplace(text, 0);
  if (is_new) entry->second = traces_->String(text);
  return entry->second;
}

}  // namespace heapprof
