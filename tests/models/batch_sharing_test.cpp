#include "models/batch_sharing.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/modules/batchnorm.h>

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "models/generator.h"
#include "support/thread_ranks.h"

namespace ganvas::models {
namespace {

at::Tensor values(at::IntArrayRef sizes, std::uint64_t seed) {
  return at::randn(sizes, at::make_generator<at::CPUGeneratorImpl>(seed), at::TensorOptions().dtype(at::kDouble));
}

/// What one layer and one batch give: all that training could see.
struct Seen {
  at::Tensor y, x_gradient, gain_gradient, second, mean, variance;
};

/// A loss that mixes first and second derivatives, as R1 does. The sum over parts is the whole batch's.
template <typename Norm>
Seen run(Norm& norm, const at::Tensor& pictures, const at::Tensor& weights) {
  at::Tensor x = pictures.clone().requires_grad_();
  Seen seen;
  seen.y = norm->forward(x);
  const at::Tensor first = (seen.y.tanh() * weights).sum();
  seen.x_gradient = torch::autograd::grad({first}, {x}, {}, true, true)[0];
  seen.second = torch::autograd::grad({seen.x_gradient.square().sum()}, {x}, {}, true)[0];
  first.backward();
  seen.gain_gradient = norm->weight.grad();
  seen.mean = norm->running_mean.clone();
  seen.variance = norm->running_var.clone();
  return seen;
}

template <typename Norm>
Norm fresh(std::int64_t channels) {
  Norm norm(channels);
  norm->to(at::kDouble);
  const at::NoGradGuard no_grad;
  norm->weight.copy_(values({channels}, 5));
  norm->bias.copy_(values({channels}, 6));
  return norm;
}

template <typename Norm>
void check_parts_equal_whole(at::IntArrayRef sizes) {
  const at::Tensor x = values(sizes, 1) * 3 + 7, weights = values(sizes, 2);
  Norm whole = fresh<Norm>(sizes[1]);
  const Seen expected = run(whole, x, weights);

  constexpr int ranks = 2;
  test::ThreadSum sum(ranks);
  std::vector<Seen> parts(ranks);
  test::on_ranks(ranks, [&](int rank) {
    Norm norm = fresh<Norm>(sizes[1]);
    norm->share_batch({ranks, [&sum, rank](at::Tensor& tensor) { sum(rank, tensor); }});
    parts[rank] = run(norm, x.chunk(ranks)[rank], weights.chunk(ranks)[rank]);
  });
  const auto near = [](const at::Tensor& a, const at::Tensor& b) { return at::allclose(a, b, 1e-9, 1e-9); };
  EXPECT_TRUE(near(at::cat({parts[0].y, parts[1].y}), expected.y));
  EXPECT_TRUE(near(at::cat({parts[0].x_gradient, parts[1].x_gradient}), expected.x_gradient));
  EXPECT_TRUE(near(at::cat({parts[0].second, parts[1].second}), expected.second));
  EXPECT_TRUE(near(parts[0].gain_gradient + parts[1].gain_gradient, expected.gain_gradient));
  for (const Seen& part : parts) {
    EXPECT_TRUE(near(part.mean, expected.mean));
    EXPECT_TRUE(near(part.variance, expected.variance));
  }
}

TEST(BatchSharing, BatchNormOfTwoPartsIsThatOfTheWholeBatchToTheSecondDerivative) {
  check_parts_equal_whole<BatchNorm2d>({6, 3, 4, 5});
  check_parts_equal_whole<BatchNorm1d>({6, 5});
}

TEST(BatchSharing, OneProcessHasLibTorchsBatchNormBitForBit) {
  BatchNorm2d own = fresh<BatchNorm2d>(3);
  torch::nn::BatchNorm2d theirs = fresh<torch::nn::BatchNorm2d>(3);
  const at::Tensor x = values({4, 3, 2, 2}, 1);
  EXPECT_TRUE(at::equal(own->forward(x), theirs->forward(x)));
  EXPECT_TRUE(at::equal(own->running_var, theirs->running_var));
}

TEST(BatchSharing, KnowsWhichNetworksCoupleABatch) {
  NetworkSpec spec;
  spec.resolution = 32;
  spec.extra["channels"] = {4, 4, 4};
  EXPECT_TRUE(couples_batch(*make_generator(spec, at::kCPU)));
  EXPECT_TRUE(couples_batch(*make_discriminator(spec, at::kCPU)));
  spec.extra["g_batch_norm"] = spec.extra["d_batch_norm"] = false;
  EXPECT_FALSE(couples_batch(*make_generator(spec, at::kCPU)));
  EXPECT_FALSE(couples_batch(*make_discriminator(spec, at::kCPU)));
  const NetworkSpec gp{.family = "wgan_gp", .resolution = 32, .z_dim = 7, .extra = {{"channels", 2}}};
  EXPECT_TRUE(couples_batch(*make_generator(gp, at::kCPU)));
  EXPECT_FALSE(couples_batch(*make_discriminator(gp, at::kCPU)));
}

TEST(BatchSharing, NoiseOfAPartIsThatOfItsRows) {
  const NetworkSpec spec{.family = "stylegan2",
                         .resolution = 16,
                         .z_dim = 7,
                         .w_dim = 8,
                         .extra = {{"channel_base", 64}, {"channel_max", 6}, {"mapping_layers", 2}}};
  const at::NoGradGuard no_grad;
  const GeneratorPtr g = make_generator(spec, at::kCPU, 3);
  for (const auto& item : g->named_parameters())
    if (item.key().ends_with("noise_strength")) at::Tensor(item.value()).fill_(0.5);
  const at::Tensor w = g->map(at::randn({4, 7}), {}, {});
  const at::Tensor whole = g->synthesize(w, {.noise_mode = "random", .noise_seed = 9});
  const at::Tensor rows = at::tensor({3, 1}, at::kLong);
  const at::Tensor part = g->synthesize(
      w.index_select(0, rows), {.noise_mode = "random", .noise_seed = 9, .noise_rows = rows, .noise_batch = 4});
  EXPECT_TRUE(at::allclose(part, whole.index_select(0, rows), 1e-5, 1e-5));
  EXPECT_FALSE(at::allclose(whole[3], whole[1], 1e-3, 1e-3));
}

}  // namespace
}  // namespace ganvas::models
