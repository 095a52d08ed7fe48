#include "models/noise_source.h"

#include <ATen/CPUGeneratorImpl.h>

#include "core/error.h"

namespace ganvas {

NoiseMode noise_mode_of(const std::string& name) {
  if (name == "const") return NoiseMode::constant;
  if (name == "random") return NoiseMode::random;
  if (name == "none") return NoiseMode::none;
  fail("There is no noise mode \"{}\"; choose one of const, random, none.", name);
}

NoiseSource::NoiseSource(const SynthesisOptions& options)
    : mode_(noise_mode_of(options.noise_mode)),
      strengths_(options.noise_strengths),
      rows_(options.noise_rows),
      batch_(options.noise_batch) {
  if (mode_ != NoiseMode::random) return;
  generator_ =
      options.generator != nullptr ? *options.generator : at::make_generator<at::CPUGeneratorImpl>(options.noise_seed);
}

at::Tensor NoiseSource::next(const at::Tensor& constant, at::IntArrayRef sizes, const at::Tensor& like) {
  if (mode_ == NoiseMode::none) return {};
  const at::Tensor plane = mode_ == NoiseMode::constant ? constant : normal(sizes, like);
  const double strength = layer_ < strengths_.size() ? strengths_[layer_] : 1.0;
  ++layer_;
  return strength == 1.0 ? plane : plane * strength;
}

at::Tensor NoiseSource::normal(at::IntArrayRef sizes, const at::Tensor& like) {
  const auto options = at::TensorOptions().dtype(at::kFloat).device(generator_.device());
  if (!rows_.defined()) return at::randn(sizes, generator_, options).to(like.device(), like.scalar_type());
  std::vector<std::int64_t> whole = sizes.vec();
  whole.front() = batch_;
  const at::Tensor noise = at::randn(whole, generator_, options).index_select(0, rows_.to(generator_.device()));
  return noise.to(like.device(), like.scalar_type());
}

}  // namespace ganvas
