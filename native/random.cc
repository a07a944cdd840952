#include "random.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>

#include "mix.h"

namespace heapprof {
namespace {

// The ziggurat method (Marsaglia and Tsang 2000): the area below exp(−x) is covered by layers of
// the same area, of which all but the lowest are rectangles. A layer is chosen, and a point in it;
// most points lie so far to the left that they are below the curve for sure.
constexpr size_t kLayers = 256;

// Where the lowest layer's rectangle ends, so that its area, with the tail beyond, is that of each
// of the others.
constexpr double kTailBegin = 7.69711747013104972;

struct Layer {
  double right;    // of the layer's rectangle
  double certain;  // up to here points are below the curve: where the layer above ends
  double bottom;   // exp(−right)
};

std::array<Layer, kLayers> MakeLayers() {
  const double area = (kTailBegin + 1) * std::exp(-kTailBegin);
  std::array<Layer, kLayers> layers;
  // As if the lowest had no tail.
  double right = area / std::exp(-kTailBegin);
  double bottom = 0;
  double above = kTailBegin;
  for (Layer& layer : layers) {
    layer = {right, above, bottom};
    right = above;
    bottom = std::exp(-right);
    // A layer's rectangle reaches from its bottom, exp(−right), to that of the one above.
    above = -std::log(std::min(bottom + area / right, 1.0));
  }
  layers.back().certain = 0;
  return layers;
}

const std::array<Layer, kLayers> kZiggurat = MakeLayers();

}  // namespace

Random::Random(uint64_t seed) {
  // splitmix64, as the authors of xoshiro advise for seeding.
  for (uint64_t& word : state_) {
    seed += 0x9E3779B97F4A7C15u;
    word = Mix(seed);
  }
}

uint64_t Random::Next() {
  const uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Random::Exponential() {
  while (true) {
    const uint64_t drawn = Next();
    const size_t number = drawn % kLayers;
    const Layer& layer = kZiggurat[number];
    // Of the other bits than the layer's.
    const double x = static_cast<double>(drawn >> 11) * 0x1.0p-53 * layer.right;
    if (x < layer.certain) return x;
    // The tail is like the whole.
    if (number == 0) return kTailBegin - std::log(Uniform());
    const double top = number + 1 < kLayers ? kZiggurat[number + 1].bottom : 1;
    if (layer.bottom + Uniform() * (top - layer.bottom) < std::exp(-x)) return x;
  }
}

}  // namespace heapprof
