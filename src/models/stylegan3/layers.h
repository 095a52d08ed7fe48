#pragma once
// Layers of StyleGAN3 (Karras et al. 2021).

#include <ATen/ATen.h>
#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include "models/batch_sharing.h"
#include "models/layers/equal_linear.h"
#include "models/stylegan3/plan.h"

namespace ganvas::models {

/// Fourier features of the plane, rotated and shifted by the style, then mixed linearly (section 3.2). Names: weight
/// [C, C], affine, and the buffers transform [3, 3], freqs [C, 2], phases [C].
class FourierInputImpl final : public torch::nn::Module {
 public:
  FourierInputImpl(const Stylegan3Plan& plan, int channels, int w_dim, at::Generator& random);
  /// w [N, w_dim] -> [N, C, size, size]. `moved` [3, 3] moves the picture instead of the buffer "transform", which is
  /// the inverse of such a matrix; undefined: the buffer.
  at::Tensor forward(const at::Tensor& w, const at::Tensor& moved);

 private:
  int size_;
  double rate_, bandwidth_;
  at::Tensor weight_, transform_, freqs_, phases_;
  EqualLinear affine_{nullptr};
};
TORCH_MODULE(FourierInput);

/// How a layer runs in one call.
struct LayerPass {
  bool update_average = false;  ///< move the magnitude average
  bool half = false;            ///< in half precision, which the result keeps
};

/// Modulated convolution and the filtered leaky ReLU; or, making the picture, only the convolution and bias. Names:
/// weight [out, in, k, k], bias [out], affine, and the buffers magnitude_ema, up_filter, down_filter (where resampled).
/// The magnitude average couples the pictures of a batch while it moves.
class AliasFreeLayerImpl final : public torch::nn::Module, public CouplesBatch {
 public:
  AliasFreeLayerImpl(const LayerPlan& plan, const Stylegan3Settings& settings, int w_dim, at::Generator& random);
  /// x [N, in, H, W], w [N, w_dim] -> [N, out, out_size, out_size].
  at::Tensor forward(const at::Tensor& x, const at::Tensor& w, const LayerPass& pass);
  [[nodiscard]] const LayerPlan& plan() const { return plan_; }

 private:
  LayerPlan plan_;
  double clamp_, magnitude_beta_;
  at::Tensor weight_, bias_, magnitude_, up_filter_, down_filter_;
  EqualLinear affine_{nullptr};
};
TORCH_MODULE(AliasFreeLayer);

}  // namespace ganvas::models
