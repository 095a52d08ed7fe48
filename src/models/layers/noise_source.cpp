#include "models/layers/noise_source.h"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <numbers>

#include "core/error.h"

namespace ganvas::models {

NoiseMode noise_mode_of(const std::string& name) {
  if (name == "const") return NoiseMode::constant;
  if (name == "random") return NoiseMode::random;
  if (name == "none") return NoiseMode::none;
  fail("There is no noise mode \"{}\"; choose one of const, random, none.", name);
}

NoiseSource::NoiseSource(const SynthesisOptions& options)
    : mode_(noise_mode_of(options.noise_mode)),
      strengths_(options.noise_strengths),
      phase_(options.noise_phase - std::floor(options.noise_phase)),
      rows_(options.noise_rows),
      batch_(options.noise_batch) {
  if (mode_ != NoiseMode::random) return;
  if (options.generator != nullptr) {
    generator_ = *options.generator;
    phase_ = 0;
    return;
  }
  generator_ = at::make_generator<at::CPUGeneratorImpl>(options.noise_seed);
  if (phase_ != 0) across_ = at::make_generator<at::CPUGeneratorImpl>(options.noise_seed ^ 0x9e3779b97f4a7c15);
}

at::Tensor NoiseSource::next(const at::Tensor& constant, at::IntArrayRef sizes, const at::Tensor& like) {
  if (mode_ == NoiseMode::none) return {};
  const at::Tensor plane = mode_ == NoiseMode::constant ? constant : normal(sizes, like);
  const double strength = layer_ < strengths_.size() ? strengths_[layer_] : 1.0;
  ++layer_;
  return strength == 1.0 ? plane : plane * strength;
}

at::Tensor NoiseSource::drawn(at::Generator& from, at::IntArrayRef sizes) const {
  const auto options = at::TensorOptions().dtype(at::kFloat).device(from.device());
  if (!rows_.defined()) return at::randn(sizes, from, options);
  std::vector<std::int64_t> whole = sizes.vec();
  whole.front() = batch_;
  return at::randn(whole, from, options).index_select(0, rows_.to(from.device()));
}

at::Tensor NoiseSource::normal(at::IntArrayRef sizes, const at::Tensor& like) {
  at::Tensor noise = drawn(generator_, sizes);
  if (across_.defined()) {
    // Both are N(0, 1) and independent, so every point of the circle is N(0, 1) too.
    const double angle = 2 * std::numbers::pi * phase_;
    noise = noise * std::cos(angle) + drawn(across_, sizes) * std::sin(angle);
  }
  return noise.to(like.device(), like.scalar_type());
}

}  // namespace ganvas::models
