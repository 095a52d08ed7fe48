#include "models/batch_sharing.h"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>

namespace ganvas::models {
namespace {

/// Carries a BatchShare through the graph.
struct HeldShare final : torch::CustomClassHolder {
  explicit HeldShare(BatchShare given) : share(std::move(given)) {}
  BatchShare share;
};

class SharedSum final : public torch::autograd::Function<SharedSum> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const BatchShare& share) {
    context->saved_data["share"] = at::IValue::make_capsule(c10::make_intrusive<HeldShare>(share));
    at::Tensor sum = x.detach().clone(at::MemoryFormat::Contiguous);
    share.all_reduce(sum);
    return sum;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto held = c10::static_intrusive_pointer_cast<HeldShare>(context->saved_data["share"].toCapsule());
    return {shared_sum(gradients[0], held->share), at::Tensor()};
  }
};

/// Two passes over the batch, mean before variance: one sum of squares would lose the digits that they share.
template <typename Norm>
at::Tensor whole_batch_norm(Norm& norm, const at::Tensor& x, const BatchShare& share) {
  std::vector<std::int64_t> all_but_channels{0};
  std::vector<std::int64_t> channels{1, x.size(1)};
  for (std::int64_t i = 2; i < x.dim(); ++i) all_but_channels.push_back(i), channels.push_back(1);
  const double count = static_cast<double>(x.numel() / x.size(1)) * share.parts;
  const at::Tensor mean = shared_sum(x.sum(all_but_channels), share) / count;
  const at::Tensor centred = x - mean.view(channels);
  const at::Tensor variance = shared_sum(centred.square().sum(all_but_channels), share) / count;
  {
    const at::NoGradGuard no_grad;
    const double momentum = norm.options.momentum().value();
    norm.num_batches_tracked.add_(1);
    norm.running_mean.lerp_(mean.detach(), momentum);
    norm.running_var.lerp_(variance.detach() * (count / (count - 1)), momentum);
  }
  const at::Tensor gain = norm.weight * (variance + norm.options.eps()).rsqrt();
  return centred * gain.view(channels) + norm.bias.view(channels);
}

}  // namespace

bool couples_batch(const torch::nn::Module& network) {
  for (const auto& layer : network.modules())
    if (dynamic_cast<const CouplesBatch*>(layer.get()) != nullptr) return true;
  return false;
}

void share_batch(torch::nn::Module& network, const BatchShare& share) {
  for (const auto& layer : network.modules())
    if (auto* couples = dynamic_cast<CouplesBatch*>(layer.get())) couples->share_batch(share);
}

at::Tensor shared_sum(const at::Tensor& x, const BatchShare& share) {
  return SharedSum::apply(x, share);
}

at::Tensor BatchNorm1dImpl::forward(const at::Tensor& x) {
  return shares_batch() && is_training() ? whole_batch_norm(*this, x, share_) : torch::nn::BatchNorm1dImpl::forward(x);
}

at::Tensor BatchNorm2dImpl::forward(const at::Tensor& x) {
  return shares_batch() && is_training() ? whole_batch_norm(*this, x, share_) : torch::nn::BatchNorm2dImpl::forward(x);
}

}  // namespace ganvas::models
