#include "optim/optimizers.h"

#include <fmt/format.h>
#include <torch/nn/module.h>
#include <torch/optim/adam.h>

#include <gtest/gtest.h>

#include <cmath>

#include "optim/ema.h"

namespace ganvas::optim {
namespace {

/// One parameter of two values, and gradients that the test chooses.
struct Weights : torch::nn::Module {
  Weights() { value = register_parameter("value", at::tensor({1.0f, -2.0f})); }
  void set_gradient(float a, float b) { value.mutable_grad() = at::tensor({a, b}); }
  at::Tensor value;
};

OptimizerSpec spec_of(const std::string& kind) {
  OptimizerSpec spec;
  spec.kind = kind;
  spec.lr = 0.1;
  return spec;
}

TEST(Optimizers, AdamsFirstStepIsTheLearningRateInTheGradientsDirection) {
  Weights weights;
  const auto adam = make_optimizer(spec_of("adam"), weights);
  weights.set_gradient(3, -0.01f);
  adam->step();
  EXPECT_TRUE(at::allclose(weights.value.detach(), at::tensor({0.9f, -1.9f}), 1e-5, 1e-6));
}

TEST(Optimizers, AMappingNetworkHasItsOwnRate) {
  struct WithMapping : torch::nn::Module {
    std::shared_ptr<Weights> mapping = register_module("mapping", std::make_shared<Weights>());
    std::shared_ptr<Weights> synthesis = register_module("synthesis", std::make_shared<Weights>());
  };
  for (const char* kind : {"adam", "sgd", "rmsprop"}) {
    WithMapping network;
    OptimizerSpec spec = spec_of(kind);
    spec.mapping_rate = 0.25;
    const auto optimizer = make_optimizer(spec, network);
    const auto moved = [&](Weights& weights) {
      const at::Tensor before = weights.value.detach().clone();
      network.mapping->set_gradient(1, 1);
      network.synthesis->set_gradient(1, 1);
      optimizer->step();
      return (before - weights.value.detach())[0].item<double>();
    };
    const double mapping = moved(*network.mapping);
    EXPECT_GT(mapping, 0) << kind;
    WithMapping fresh;
    const auto again = make_optimizer(spec, fresh);
    fresh.synthesis->set_gradient(1, 1);
    again->step();
    EXPECT_NEAR(mapping, 0.25 * (1 - fresh.synthesis->value[0].item<double>()), 1e-6) << kind;
    spec.mapping_rate = 0;
    set_rates(*optimizer, spec);
    EXPECT_EQ(moved(*network.mapping), 0) << kind;
  }
}

TEST(Optimizers, AdamUsesItsBetas) {
  Weights weights;
  OptimizerSpec spec = spec_of("adam");
  spec.beta1 = 0.5;
  spec.beta2 = 0.75;
  spec.eps = 0.01;
  const auto adam = make_optimizer(spec, weights);
  double m = 0, v = 0, expected = 1;
  for (int step = 1; step <= 4; ++step) {
    const double g = 0.3 * step - 0.5;
    weights.set_gradient(static_cast<float>(g), 0);
    adam->step();
    m = 0.5 * m + 0.5 * g;
    v = 0.75 * v + 0.25 * g * g;
    expected -= 0.1 * (m / (1 - std::pow(0.5, step))) / (std::sqrt(v / (1 - std::pow(0.75, step))) + 0.01);
  }
  EXPECT_NEAR(weights.value[0].item<double>(), expected, 1e-5);
}

/// Parameters of several shapes and layouts, of which the last never gets a gradient.
struct ManyWeights : torch::nn::Module {
  ManyWeights() {
    const at::Generator random = at::detail::createCPUGenerator(1);
    for (const std::vector<std::int64_t>& sizes : {std::vector<std::int64_t>{}, {7}, {5, 3, 3, 3}, {40, 30}, {2}})
      register_parameter(fmt::format("p{}", parameters().size()), at::randn(sizes, random, at::kFloat));
    at::Tensor kernel = named_parameters()["p2"];
    kernel.set_data(kernel.detach().contiguous(at::MemoryFormat::ChannelsLast));
  }
  void set_gradients(std::uint64_t seed) {
    const at::Generator random = at::detail::createCPUGenerator(seed);
    for (at::Tensor parameter : parameters()) {
      if (parameter.numel() != 2) parameter.mutable_grad() = at::randn(parameter.sizes(), random, at::kFloat);
    }
  }
};

TEST(Optimizers, FusedAdamIsLibTorchsAdam) {
  ManyWeights ours, theirs;
  OptimizerSpec spec = spec_of("adam");
  spec.beta1 = 0.3;
  spec.beta2 = 0.9;
  spec.eps = 1e-3;
  const auto fused = make_optimizer(spec, ours);
  torch::optim::Adam plain(theirs.parameters(), torch::optim::AdamOptions(spec.lr).eps(spec.eps).betas({0.3, 0.9}));
  for (std::uint64_t step = 1; step <= 5; ++step) {
    ours.set_gradients(step);
    theirs.set_gradients(step);
    fused->step();
    plain.step();
  }
  for (std::size_t i = 0; i < ours.parameters().size(); ++i)
    EXPECT_TRUE(at::allclose(ours.parameters()[i], theirs.parameters()[i], 1e-6, 1e-6)) << i;
  io::WeightSet state;
  append_state(*fused, ours, "", state);
  EXPECT_EQ(state.at("p1.step").item<std::int64_t>(), 5);
  EXPECT_FALSE(state.contains("p4.step"));
}

TEST(Optimizers, SgdAddsMomentum) {
  Weights weights;
  OptimizerSpec spec = spec_of("sgd");
  spec.momentum = 0.5;
  const auto sgd = make_optimizer(spec, weights);
  for (int step = 0; step < 2; ++step) {
    weights.set_gradient(1, 0);
    sgd->step();
  }
  EXPECT_NEAR(weights.value[0].item<double>(), 1 - 0.1 * 1 - 0.1 * 1.5, 1e-6);
}

TEST(Optimizers, RmspropDividesByTheRunningRoot) {
  Weights weights;
  const auto rms = make_optimizer(spec_of("rmsprop"), weights);
  weights.set_gradient(2, 0);
  rms->step();
  EXPECT_NEAR(weights.value[0].item<double>(), 1 - 0.1 * 2 / (std::sqrt(0.01 * 4) + 1e-8), 1e-5);
}

TEST(Optimizers, ARestoredStateGoesOnExactly) {
  for (const std::string kind : {"adam", "rmsprop", "sgd"}) {
    OptimizerSpec spec = spec_of(kind);
    spec.momentum = 0.9;
    Weights one;
    const auto first = make_optimizer(spec, one);
    for (int step = 0; step < 3; ++step) {
      one.set_gradient(0.1f * static_cast<float>(step), -0.7f);
      first->step();
    }
    io::WeightSet saved;
    append_state(*first, one, "opt.", saved);
    EXPECT_GT(saved.size(), 0u) << kind;

    Weights two;
    {
      const at::NoGradGuard no_grad;
      two.value.copy_(one.value);
    }
    const auto second = make_optimizer(spec, two);
    restore_state(*second, two, "opt.", saved);
    for (int step = 0; step < 3; ++step) {
      one.set_gradient(0.3f, 0.2f);
      two.set_gradient(0.3f, 0.2f);
      first->step();
      second->step();
    }
    EXPECT_TRUE(at::equal(one.value, two.value)) << kind;
  }
}

TEST(Optimizers, EveryStepIsKnownAsAWriteToTheWeights) {
  for (const char* kind : {"adam", "sgd", "rmsprop"}) {
    Weights weights;
    const auto optimizer = make_optimizer(spec_of(kind), weights);
    weights.set_gradient(1, 1);
    const auto before = weights.value._version();
    take_step(*optimizer);
    EXPECT_GT(weights.value._version(), before) << kind << ": what is kept of the weights goes by it";
  }
}

TEST(Optimizers, AFreshOptimizerHasNoState) {
  Weights weights;
  io::WeightSet saved;
  append_state(*make_optimizer(spec_of("adam"), weights), weights, "opt.", saved);
  EXPECT_EQ(saved.size(), 0u);
}

struct Averaged : torch::nn::Module {
  Averaged(float weight, float statistic, std::int64_t count) {
    register_parameter("weight", at::tensor({weight}), false);
    register_buffer("statistic", at::tensor({statistic}));
    register_buffer("count", at::tensor({count}));
  }
};

TEST(Ema, BetaHalvesAfterTheHalfLife) {
  EXPECT_DOUBLE_EQ(ema_beta({.images = 64, .images_before = 1e9, .half_life = 64}), 0.5);
  EXPECT_DOUBLE_EQ(ema_beta({.images = 32, .images_before = 1e9, .half_life = 64}), std::sqrt(0.5));
}

TEST(Ema, TheRampLimitsTheHalfLife) {
  EXPECT_DOUBLE_EQ(ema_beta({.images = 50, .images_before = 1000, .half_life = 1e6, .ramp = 0.05}), 0.5);
  EXPECT_DOUBLE_EQ(ema_beta({.images = 50, .images_before = 0, .half_life = 1e6, .ramp = 0.05}), 0.0);
}

TEST(Ema, NoHalfLifeMeansNoAverage) {
  EXPECT_DOUBLE_EQ(ema_beta({.images = 50, .images_before = 1000, .half_life = 0}), 0.0);
}

TEST(Ema, WeightsAndStatisticsAreAveragedCountsAreCopied) {
  Averaged average(1, 10, 3);
  const Averaged network(5, 20, 7);
  update_ema(average, network, 0.75);
  EXPECT_FLOAT_EQ(average.named_parameters()["weight"].item<float>(), 2);
  EXPECT_FLOAT_EQ(average.named_buffers()["statistic"].item<float>(), 12.5);
  EXPECT_EQ(average.named_buffers()["count"].item<std::int64_t>(), 7);
  update_ema(average, network, 0);
  EXPECT_EQ(average.named_parameters()["weight"].item<float>(), 5);
}

}  // namespace
}  // namespace ganvas::optim
