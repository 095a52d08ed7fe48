#pragma once
// The noise that synthesize() adds.

#include "models/generator.h"

namespace ganvas {

enum class NoiseMode { constant, random, none };

/// Throws Error naming the choices.
NoiseMode noise_mode_of(const std::string& name);

/// Normal noise of one call of synthesize(): from SynthesisOptions::generator, else from a fresh stream of noise_seed.
/// Drawn on the generator's device (the CPU for noise_seed, so a seed gives one picture on every device).
class NoiseSource {
 public:
  explicit NoiseSource(const SynthesisOptions& options);
  [[nodiscard]] NoiseMode mode() const { return mode_; }
  /// N(0, 1) on the device and of the type of `like`; of SynthesisOptions::noise_rows where w is a part of a batch.
  at::Tensor normal(at::IntArrayRef sizes, const at::Tensor& like);

 private:
  NoiseMode mode_;
  at::Generator generator_;
  at::Tensor rows_;
  std::int64_t batch_;
};

}  // namespace ganvas
