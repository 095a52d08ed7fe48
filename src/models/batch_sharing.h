#pragma once
// Layers through which the pictures of a batch touch one another, and what they need where several processes hold a
// part of one batch each.

#include <ATen/ATen.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/pimpl.h>

#include <functional>

namespace ganvas::models {

/// How a batch is spread over processes, in equal parts.
struct BatchShare {
  int parts = 1;
  /// Sums a tensor over the processes, in place. All of them call it equally often, in the same order.
  std::function<void(at::Tensor&)> all_reduce;
};

/// A layer whose result for one picture depends on the others of its batch.
class CouplesBatch {
 public:
  virtual ~CouplesBatch() = default;
  void share_batch(BatchShare share) { share_ = std::move(share); }

 protected:
  [[nodiscard]] bool shares_batch() const { return share_.parts > 1; }
  BatchShare share_;
};

/// Whether any layer of the network is such. Such a network cannot take a batch piece by piece.
bool couples_batch(const torch::nn::Module& network);
/// Tells all such layers how batches are spread from now on.
void share_batch(torch::nn::Module& network, const BatchShare& share);

/// The sum over the processes, differentiable any number of times: what a process feeds in acts on the results of all,
/// so its gradient is the sum of theirs.
at::Tensor shared_sum(const at::Tensor& x, const BatchShare& share);

/// LibTorch's batch norm. In training, where the batch is spread over processes, mean, variance and running averages
/// are those of the whole batch.
class BatchNorm1dImpl final : public torch::nn::BatchNorm1dImpl, public CouplesBatch {
 public:
  using torch::nn::BatchNorm1dImpl::BatchNorm1dImpl;
  at::Tensor forward(const at::Tensor& x);  ///< [N, C]
};
TORCH_MODULE(BatchNorm1d);

class BatchNorm2dImpl final : public torch::nn::BatchNorm2dImpl, public CouplesBatch {
 public:
  using torch::nn::BatchNorm2dImpl::BatchNorm2dImpl;
  at::Tensor forward(const at::Tensor& x);  ///< [N, C, H, W]
};
TORCH_MODULE(BatchNorm2d);

}  // namespace ganvas::models
