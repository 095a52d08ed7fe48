#include "models/layers/activation_memory.h"

#include <ATen/core/grad_mode.h>

namespace ganvas::models {
namespace {

/// Whether both calls add the same noise, in the same precision.
bool alike(const SynthesisOptions& a, const SynthesisOptions& b) {
  return a.noise_mode == b.noise_mode && a.noise_seed == b.noise_seed && a.noise_phase == b.noise_phase &&
         a.noise_strengths == b.noise_strengths && a.precision == b.precision;
}

/// Whether nobody looks inside, changes anything on the way, or needs gradients.
bool is_plain(const at::Tensor& w, const SynthesisOptions& options) {
  return !options.tap && !options.bend && options.generator == nullptr && !options.noise_rows.defined() &&
         !(at::GradMode::is_enabled() && w.requires_grad());
}

}  // namespace

void ActivationMemory::keep(bool on) {
  *this = {};
  on_ = on;
}

std::size_t ActivationMemory::begin(const at::Tensor& w, const SynthesisOptions& options,
                                    const std::vector<int>& rows) {
  if (!on_ || !is_plain(w, options)) {
    keep(on_);
    full_ = true;  // nothing of this call
    return 0;
  }
  std::size_t same = 0;
  if (w_.defined() && w_.sizes() == w.sizes() && w_.scalar_type() == w.scalar_type() && w_.device() == w.device() &&
      alike(options, options_)) {
    while (same < stages_.size() && w.narrow(1, 0, rows[same]).equal(w_.narrow(1, 0, rows[same]))) ++same;
  }
  std::vector<Stage> stages = std::move(stages_);
  stages.resize(same);
  keep(true);
  w_ = w.detach().clone();
  options_ = options;
  options_.goes_on = {};  // belongs to whoever calls
  for (Stage& stage : stages) put(std::move(stage));
  return same;
}

void ActivationMemory::put(Stage stage) {
  for (const at::Tensor& tensor : {stage.x, stage.picture}) bytes_ += tensor.defined() ? tensor.nbytes() : 0;
  full_ = full_ || bytes_ > limit;
  if (!full_) stages_.push_back(std::move(stage));
}

}  // namespace ganvas::models
