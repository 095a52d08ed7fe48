#pragma once
// Incremental synthesis: moving a style computes from the block on that it enters.

#include <cstdint>
#include <vector>

#include "models/generator.h"

namespace ganvas::models {

/// What the blocks of a generator have handed on in the last call of synthesize().
class ActivationMemory {
 public:
  struct Stage {
    at::Tensor x, picture;
  };

  /// Whether anything is kept from now on. What is there is dropped.
  void keep(bool on);

  /// Begins a call. -> how many blocks from the first on would give what they gave last time; `rows[i]` style rows are
  /// all that block i and those before it depend on.
  std::size_t begin(const at::Tensor& w, const SynthesisOptions& options, const std::vector<int>& rows);
  [[nodiscard]] const Stage& stage(std::size_t block) const { return stages_[block]; }
  /// What block `stages_.size()`, the next one, has handed on. Nothing may be written into it later.
  void put(Stage stage);

 private:
  static constexpr std::size_t limit = std::size_t{192} << 20;  // bytes; what is beyond is computed anew

  bool on_ = false, full_ = false;
  std::size_t bytes_ = 0;
  at::Tensor w_;
  SynthesisOptions options_;
  std::vector<Stage> stages_;
};

/// A generator that may keep them. For pictures that are looked at: the weights must not change meanwhile.
class KeepsActivations {
 public:
  virtual ~KeepsActivations() = default;
  /// Call it again whenever the weights have changed.
  void keep_activations(bool on) { memory_.keep(on); }

 protected:
  ActivationMemory memory_;
};

}  // namespace ganvas::models
