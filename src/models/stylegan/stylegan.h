#pragma once
// StyleGAN (Karras et al. 2018) with its progressive growing. Tensor names are those of the authors' TensorFlow program
// with dots for slashes, under "mapping." and "synthesis." in the generator: synthesis.8x8.Conv0_up.StyleMod.weight.

#include <vector>

#include "models/generator.h"
#include "models/stylegan/layers.h"
#include "models/stylegan/settings.h"

namespace ganvas::models {

/// How far a network has grown: the buffer "lod", 0 when whole, one more for each resolution missing from the top.
class LevelOfDetail {
 public:
  explicit LevelOfDetail(at::Tensor buffer) : buffer_(std::move(buffer)) {}
  /// The buffer's value; read from its device only after it changed.
  double value();

 private:
  at::Tensor buffer_;  // scalar
  double value_ = 0;
  std::int64_t version_ = -1;
};

/// Generator: mapping (pixel norm, fully connected layers), then from a constant 4x4 two styled layers a resolution,
/// and one to-RGB layer each, faded over while growing. In training mode all grown to-RGB layers take part (with weight
/// 0 where they do not show), so optimisers see them. Buffers: dlatent_avg [w_dim], synthesis.lod, synthesis.noiseI.
class StyleganGenerator final : public Generator {
 public:
  StyleganGenerator(NetworkSpec spec, at::Generator random);
  at::Tensor map(const at::Tensor& z, const at::Tensor& c, const MapOptions& options) override;
  at::Tensor synthesize(const at::Tensor& w, const SynthesisOptions& options) override;

 private:
  /// The two styled layers of a resolution.
  struct Block {
    ConstLayer start{nullptr};  // 4x4 only
    StyledConv up{nullptr};     // all others
    StyledConv conv{nullptr};
  };
  void make_mapping(at::Generator& random);
  void make_synthesis(at::Generator& random);
  at::Tensor run_block(int level, const at::Tensor& x, const at::Tensor& w, NoiseSource& noise,
                       const SynthesisOptions& options);

  StyleganSettings settings_;
  bool has_labels_;
  EqualLinear label_{nullptr};
  std::vector<EqualLinear> dense_;
  at::Tensor w_avg_;
  std::vector<Block> blocks_;      // 4x4 first
  std::vector<EqualConv> to_rgb_;  // 4x4 first
  std::vector<at::Tensor> noise_;  // one a styled layer
  std::optional<LevelOfDetail> lod_;
};

/// Discriminator: from-RGB, then a block of two layers a resolution down to 4x4, group deviation, two dense layers.
/// Labelled: one score a class, of which the picture's class counts. Buffer: lod.
class StyleganDiscriminator final : public Discriminator {
 public:
  StyleganDiscriminator(NetworkSpec spec, at::Generator random);
  at::Tensor forward(const at::Tensor& pictures, const at::Tensor& c) override;
  [[nodiscard]] std::int64_t pictures_in_group(std::int64_t batch) const override;

 private:
  struct Block {
    EqualConv conv{nullptr}, down{nullptr};
  };
  StyleganSettings settings_;
  Blur blur_;
  std::vector<Block> blocks_;        // 8x8 first
  std::vector<EqualConv> from_rgb_;  // 4x4 first
  EqualConv conv_{nullptr};
  EqualLinear dense0_{nullptr}, dense1_{nullptr};
  std::optional<LevelOfDetail> lod_;
};

}  // namespace ganvas::models
