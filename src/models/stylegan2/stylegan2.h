#pragma once
// StyleGAN2 (Karras et al. 2019) and its 2020 form with adaptive augmentation (StyleGAN2-ADA): a learned start, of 4x4
// as published, convolutions modulated by styles, and pictures summed over the resolutions. Tensor names are those of
// NVIDIA's PyTorch program: mapping.fc0.weight, synthesis.b8.conv0.affine.weight, b64.fromrgb.weight, ...

#include <torch/nn/module.h>
#include <vector>

#include "models/generator.h"
#include "models/layers/activation_memory.h"
#include "models/stylegan2/layers.h"
#include "models/stylegan2/settings.h"

namespace ganvas::models {

class Stylegan2Generator final : public Generator, public KeepsActivations {
 public:
  Stylegan2Generator(NetworkSpec spec, at::Generator random);
  at::Tensor map(const at::Tensor& z, const at::Tensor& c, const MapOptions& options) override;
  /// Taps, for the block of each resolution R: "bR.conv0", "bR.conv1", "bR.torgb" and their styles "bR.conv0.affine",
  /// ...; "bR" the block's output; "bR.img" the picture so far.
  at::Tensor synthesize(const at::Tensor& w, const SynthesisOptions& options) override;

 private:
  struct Block {
    std::string name;          // "b8"
    at::Tensor start, filter;  // [C, H, W] of the first; [K, K]
    SynthesisLayer conv0{nullptr}, conv1{nullptr};
    ConvLayer skip{nullptr};
    ToRgb to_rgb{nullptr};
    bool half = false;
  };
  void make_block(torch::nn::Module& synthesis, int level, at::Generator& random);
  at::Tensor run_block(Block& block, const at::Tensor& x, const at::Tensor& w, int row, SynthesisPass& pass);

  Stylegan2Settings settings_;
  Mapping mapping_{nullptr};
  at::Tensor w_avg_;  // [w_dim]
  std::vector<Block> blocks_;
};

class Stylegan2Discriminator final : public Discriminator {
 public:
  Stylegan2Discriminator(NetworkSpec spec, at::Generator random);
  at::Tensor forward(const at::Tensor& pictures, const at::Tensor& c) override;
  [[nodiscard]] std::int64_t pictures_in_group(std::int64_t batch) const override;
  /// Shows each block's output as "bR" and the input of the last convolution as "b4.mbstd"; may be empty.
  void set_tap(Tap tap) { tap_ = std::move(tap); }

 private:
  struct Block {
    std::string name;
    at::Tensor filter;
    ConvLayer from_rgb{nullptr}, conv0{nullptr}, conv1{nullptr}, skip{nullptr};
    bool half = false;
  };
  void make_blocks(at::Generator& random);
  void make_epilogue(at::Generator& random);
  at::Tensor run_block(Block& block, const at::Tensor& x);
  at::Tensor run_epilogue(const at::Tensor& x, const at::Tensor& c);

  Stylegan2Settings settings_;
  std::vector<Block> blocks_;  // highest resolution first
  Mapping mapping_{nullptr};
  ConvLayer last_from_rgb_{nullptr}, last_conv_{nullptr};
  EqualLinear last_dense_{nullptr}, out_{nullptr};
  Tap tap_;
};

/// `spec` completed and checked: num_ws, extra in full. Throws Error for sizes that the family cannot have.
NetworkSpec stylegan2_spec(NetworkSpec spec);
/// The resampling filter of the settings. [K, K] float
at::Tensor stylegan2_filter(const Stylegan2Settings& settings);
/// Whether the block of this level (8 of "b8") runs in half precision on a GPU.
bool stylegan2_runs_half(const Stylegan2Settings& settings, int level);

}  // namespace ganvas::models
