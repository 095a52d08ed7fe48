#pragma once
// The noise that synthesize() adds.

#include "models/generator.h"

namespace ganvas::models {

enum class NoiseMode { constant, random, none };

/// Throws Error naming the choices.
NoiseMode noise_mode_of(const std::string& name);

/// Normal noise of one call of synthesize(): from SynthesisOptions::generator, else from a fresh stream of noise_seed.
/// Drawn on the generator's device (the CPU for noise_seed, so a seed gives one picture on every device).
class NoiseSource {
 public:
  explicit NoiseSource(const SynthesisOptions& options);
  /// The noise of the next layer, before the layer's own scale: `constant`, the network's, in its own shape; or N(0, 1)
  /// of these sizes, on the device and of the type of `like`, and of SynthesisOptions::noise_rows where w is a part of
  /// a batch; undefined where there is none.
  at::Tensor next(const at::Tensor& constant, at::IntArrayRef sizes, const at::Tensor& like);

 private:
  at::Tensor normal(at::IntArrayRef sizes, const at::Tensor& like);
  at::Tensor drawn(at::Generator& from, at::IntArrayRef sizes) const;

  NoiseMode mode_;
  std::vector<double> strengths_;
  std::size_t layer_ = 0;
  at::Generator generator_;
  at::Generator across_;  // of the noise a quarter turn on; undefined at phase 0
  double phase_;
  at::Tensor rows_;
  std::int64_t batch_;
};

}  // namespace ganvas::models
