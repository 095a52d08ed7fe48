#pragma once
// Finds the latents whose pictures are like given ones, by descent (Karras et al. 2020, "Analyzing and improving the
// image quality of StyleGAN", appendix D). Pure but for its own streams: same weights, targets and options, same
// result.

#include <ATen/ATen.h>
#include <torch/optim/adam.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "latent/search/picture_features.h"
#include "models/generator.h"

namespace ganvas::latent {

struct ProjectionOptions {
  /// W+: each style row has styles of its own. false: one w for all rows (W). Families without a W space have one row,
  /// their z, either way.
  bool each_row = true;
  int steps = 400;
  /// At its peak, in standard deviations of w: it rises over the first 5 % of the steps and falls over the last 40 %.
  double learning_rate = 0.1;
  /// Normal noise added to w, in standard deviations of w; falls to 0 over the first three quarters of the steps.
  double wandering = 0.05;
  double pixels = 1;    ///< weight of the mean squared difference of the pixels
  double features = 1;  ///< weight of the squared distance of the features
  double prior = 1e-3;  ///< weight of what draws w to the average of w, in squared standard deviations
  /// Move the noise maps of the network's layers as well, where it has them; for one picture. They change the network.
  bool noise_maps = false;
  double noise_rule = 0.1;     ///< weight of what keeps the noise maps free of patterns
  std::int64_t samples = 512;  ///< random latents, whose most alike pictures are where the descent begins
  std::vector<float> classes;  ///< [c_dim], weights of the classes; empty: the samples take turns
  /// Asked in each layer, forth and back. True: step() throws Cancelled.
  std::function<bool()> cancelled;
};

/// One descent for any number of pictures at once, which do not influence each other. The generator must be of nobody
/// else's: its noise maps move where the options say so. Not thread-safe.
class Projection {
 public:
  /// targets [N, image_channels, resolution, picture width] in -1..1. Throws Error when they do not fit the generator.
  Projection(models::GeneratorPtr generator, const at::Tensor& targets, PictureFeatures features,
             ProjectionOptions options);
  ~Projection();

  /// The next part of the work; the first looks for where to begin. False: all is done. Throws Cancelled.
  bool step();

  [[nodiscard]] int done() const { return done_; }  ///< steps
  [[nodiscard]] int steps() const { return options_.steps; }
  /// Of the last step, [N, C, R, R] on the device; undefined before the first.
  [[nodiscard]] const at::Tensor& pictures() const { return pictures_; }
  /// What has been found so far, [N, num_ws, w_dim].
  [[nodiscard]] at::Tensor styles() const;
  /// Peak signal to noise ratio of the last step's pictures as 8-bit values, [N] dB.
  [[nodiscard]] std::vector<double> psnr() const;

 private:
  void begin();
  void descend();
  void take_noise_maps();
  [[nodiscard]] at::Tensor sample(std::int64_t first, std::int64_t count);
  [[nodiscard]] at::Tensor rows_of(const at::Tensor& pictures) const;
  [[nodiscard]] at::Tensor spread_out(const at::Tensor& way) const;
  [[nodiscard]] double rate() const;
  [[nodiscard]] models::SynthesisOptions synthesis() const;

  models::GeneratorPtr generator_;
  at::Tensor targets_, target_rows_;  // [N, C, R, R], [N, dim]
  PictureFeatures features_;
  ProjectionOptions options_;
  at::Generator random_;
  at::Tensor mean_, deviation_;  // of w, [w_dim]
  at::Tensor way_;               // [N, rows, w_dim] from the mean, in deviations: what moves
  std::vector<at::Tensor> noise_maps_;
  std::unique_ptr<torch::optim::Adam> descent_;
  at::Tensor pictures_;
  int done_ = 0;
};

/// Peak signal to noise ratio between pictures [N, C, H, W] in -1..1 as 8-bit values, [N] dB; 100 where they are equal.
std::vector<double> psnr_of(const at::Tensor& a, const at::Tensor& b);

/// What patterns in noise maps are worth: for each map and its halves down to 8 cells, the squares of its correlation
/// with itself shifted by one cell right and down (the same paper). Scalar.
at::Tensor noise_pattern(const std::vector<at::Tensor>& maps);

}  // namespace ganvas::latent
