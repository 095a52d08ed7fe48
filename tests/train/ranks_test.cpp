#include "train/ranks/process_group.h"

#include <ATen/Parallel.h>
#include <torch/nn/module.h>

#include <gtest/gtest.h>
#include <torch/csrc/distributed/c10d/HashStore.hpp>

#include <chrono>
#include <cstdlib>
#include <mutex>

#include "core/error.h"
#include "support/thread_ranks.h"
#include "train/run/follower.h"
#include "train/step/trainer.h"
#include "train/tiny_run.h"

namespace ganvas::train {
namespace {

using Clock = std::chrono::steady_clock;

/// Ranks are threads here: two Gloo groups in one process. LibTorch records the sums of all of a process's groups in
/// one table that it does not lock (FlightRecorder::recordWithResetEnabled in 2.11), so the record is switched off.
void with_groups(int size, const std::function<void(int rank, std::shared_ptr<ProcessGroup> group)>& body) {
  ::setenv("TORCH_FR_BUFFER_SIZE", "0", 1);
  const auto store = c10::make_intrusive<c10d::HashStore>();
  test::on_ranks(size, [&](int rank) { body(rank, std::make_shared<ProcessGroup>(store, rank, size)); });
}

Recipe stylegan2_on_ranks() {
  return test::tiny_stylegan2(
      {"batch=16", "loss.generator_first=true", "augment.p=0.3", "augment.interval=2", "augment.kimg=0.5"});
}

/// Every picture has one of three labels.
class LabelledDataset final : public test::TinyDataset {
 public:
  [[nodiscard]] int label_size() const override { return 3; }
  [[nodiscard]] std::vector<float> label(std::int64_t index) const override {
    std::vector<float> label(3, 0.0f);
    label[static_cast<std::size_t>(index % 3)] = 1;
    return label;
  }
};

/// StyleGAN, which trains other parameters and batches in each phase.
Recipe growing() {
  Recipe recipe = test::with(test::tiny_recipe(), {"batch=4", "loss.kind=logistic", "loss.r1_gamma=1"});
  recipe.network.family = "stylegan";
  recipe.network.w_dim = 8;
  recipe.network.num_ws = 8;
  recipe.network.extra = {
      {"channels", {6, 6, 4, 4}}, {"d_dense", 6}, {"mapping_layers", 2}, {"mapping_channels", 8}, {"mbstd_group", 2}};
  recipe.grow = {.start = 8, .stable_kimg = 0.04, .fade_kimg = 0.04, .batch = {{8, 8}, {16, 8}}};
  return recipe;
}

/// Weights, optimiser-driven figures and what they were before training, of a run.
struct RankRun {
  std::vector<at::Tensor> weights;
  std::vector<StepReport> reports;
  std::string hash;
};

std::vector<at::Tensor> weights_now(Trainer& trainer) {
  std::vector<at::Tensor> weights;
  for (torch::nn::Module* network : {static_cast<torch::nn::Module*>(&trainer.generator()),
                                     static_cast<torch::nn::Module*>(&trainer.discriminator()),
                                     static_cast<torch::nn::Module*>(&trainer.ema_generator())}) {
    for (const at::Tensor& parameter : network->parameters()) weights.push_back(parameter.detach().clone());
    for (const at::Tensor& buffer : network->buffers()) weights.push_back(buffer.to(at::kFloat, false, true));
  }
  return weights;
}

RankRun train(const Recipe& recipe, int steps, TrainerOptions options) {
  at::set_num_threads(1);
  Trainer trainer(recipe, std::make_shared<LabelledDataset>(), std::move(options));
  RankRun run;
  for (int i = 0; i < steps; ++i) run.reports.push_back(trainer.step());
  run.weights = weights_now(trainer);
  run.hash = trainer.weights_hash();
  return run;
}

double worst(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    most = std::max(most, ((a[i] - b[i]).abs() / b[i].abs().clamp_min(1)).max().item<double>());
  return most;
}

/// Twenty steps on two ranks, against one process with the whole batch.
void expect_ranks_equal_one(const Recipe& recipe, const std::string& what, double tolerance, int micro = 1) {
  constexpr int steps = 20;
  const RankRun one = train(recipe, steps, {});
  std::vector<RankRun> runs(2);
  with_groups(2, [&](int rank, const std::shared_ptr<ProcessGroup>& group) {
    runs[static_cast<std::size_t>(rank)] = train(recipe, steps, {.micro_batches = micro, .group = group});
  });
  EXPECT_EQ(runs[0].hash, runs[1].hash) << what << ": the ranks drift apart";
  const double difference = worst(runs[0].weights, one.weights);
  const double moved = worst(train(recipe, 0, {}).weights, one.weights);
  std::cout << what << ": worst difference " << difference << ", training moved weights by " << moved << "\n";
  EXPECT_LT(difference, tolerance) << what;
  EXPECT_GT(moved, 50 * tolerance) << what;
  for (int i = 0; i < steps; ++i) {
    const StepReport &two = runs[0].reports[i], &whole = one.reports[i];
    EXPECT_NEAR(two.d_loss, whole.d_loss, 1e-3) << what << " " << i;
    EXPECT_NEAR(two.g_loss, whole.g_loss, 1e-3) << what << " " << i;
    EXPECT_NEAR(two.real_score, whole.real_score, 1e-3) << what << " " << i;
    EXPECT_NEAR(two.path_length, whole.path_length, 1e-3) << what << " " << i;
    EXPECT_DOUBLE_EQ(two.augment_p, whole.augment_p) << what << " " << i;
    EXPECT_DOUBLE_EQ(two.kimg, whole.kimg);
  }
}

TEST(Ranks, TwoTrainDcganWithBatchNormAsOne) {
  expect_ranks_equal_one(test::tiny_recipe(), "DCGAN", 1e-4);
  expect_ranks_equal_one(test::with(test::tiny_recipe(), {"loss.fresh_latents=false", "loss.joint_batches=true"}),
                         "DCGAN, joint batches, fakes used twice", 1e-4);
}

TEST(Ranks, TwoTrainStylegan2WithAdaptiveAugmentationAsOne) {
  expect_ranks_equal_one(stylegan2_on_ranks(), "StyleGAN2-ADA", 1e-4);
  expect_ranks_equal_one(stylegan2_on_ranks(), "StyleGAN2-ADA in 2 micro-batches", 1e-4, 2);
}

TEST(Ranks, TwoTrainWithLabelsAsOne) {
  Recipe recipe = test::with(stylegan2_on_ranks(), {"loss.r1_interval=1"});
  recipe.network.c_dim = 3;
  expect_ranks_equal_one(recipe, "StyleGAN2-ADA with labels", 1e-4);
}

/// With plain gradient steps: Adam starts anew with each level, and its first step is the gradient's sign, which a last
/// digit may decide.
TEST(Ranks, TwoGrowAsOne) {
  const std::vector<std::string> sgd{"g_optimizer.kind=sgd", "d_optimizer.kind=sgd", "g_optimizer.lr=0.02",
                                     "d_optimizer.lr=0.02"};
  expect_ranks_equal_one(test::with(growing(), sgd), "growing StyleGAN", 1e-4);
}

/// Three steps by one number of ranks, three by another, against six by one process.
TEST(Ranks, ARunGoesOnWithAnotherNumberOfRanks) {
  constexpr int half = 3;
  const Recipe recipe = stylegan2_on_ranks();
  const auto dataset = std::make_shared<test::TinyDataset>();
  const auto part = [&](const std::string& from, const std::string& to, std::shared_ptr<ProcessGroup> group) {
    at::set_num_threads(1);
    Trainer trainer(recipe, dataset, {.group = group});
    if (!from.empty()) trainer.restore(from);
    for (int i = 0; i < half; ++i) trainer.step();
    if (!group || group->rank() == 0) trainer.save(to);
    return weights_now(trainer);
  };
  const test::TemporaryFolder folder;
  const auto file = [&](const char* name) { return (folder.path() / name).string(); };
  part("", file("one"), nullptr);
  const std::vector<at::Tensor> whole = part(file("one"), file("one-one"), nullptr);
  with_groups(2, [&](int rank, const std::shared_ptr<ProcessGroup>& group) {
    const std::vector<at::Tensor> weights = part(file("one"), file("one-two"), group);
    if (rank == 0) EXPECT_LT(worst(weights, whole), 1e-4) << "from one rank to two";
  });
  with_groups(2, [&](int, const std::shared_ptr<ProcessGroup>& group) { part("", file("two"), group); });
  EXPECT_LT(worst(part(file("two"), file("two-one"), nullptr), whole), 1e-4) << "from two ranks to one";
  with_groups(4, [&](int rank, const std::shared_ptr<ProcessGroup>& group) {
    const std::vector<at::Tensor> weights = part(file("two"), file("two-four"), group);
    if (rank == 0) EXPECT_LT(worst(weights, whole), 1e-4) << "from two ranks to four";
  });
}

TEST(Ranks, TalkToOneAnother) {
  with_groups(3, [](int rank, const std::shared_ptr<ProcessGroup>& group) {
    at::Tensor value = at::full({2, 3}, rank + 1.0);
    group->all_reduce(value);
    EXPECT_TRUE(at::equal(value, at::full({2, 3}, 6.0)));
    at::Tensor turned = at::full({2, 3}, 1.0).t();
    group->all_reduce(turned);
    EXPECT_TRUE(at::equal(turned, at::full({3, 2}, 3.0)));
    EXPECT_FALSE(group->any(false));
    EXPECT_TRUE(group->any(rank == 2));
    EXPECT_EQ(group->gather(std::string(static_cast<std::size_t>(rank), 'x')),
              (std::vector<std::string>{"", "x", "xx"}));
    EXPECT_EQ(group->from_first(rank == 0 ? "one word" : "not heard"), "one word");
  });
}

TEST(Ranks, ALostRankIsNamedWithinTenSeconds) {
  const auto start = Clock::now();
  std::string text;
  with_groups(2, [&](int rank, std::shared_ptr<ProcessGroup> group) {
    at::Tensor value = at::ones({4});
    group->all_reduce(value);
    if (rank == 1) return;         // its group ends here
    for (int i = 0; i < 2; ++i) {  // and stays lost
      try {
        group->all_reduce(value);
        ADD_FAILURE() << "a sum with nobody";
      } catch (const Error& error) {
        text = error.what();
      }
    }
  });
  EXPECT_LT(std::chrono::duration<double>(Clock::now() - start).count(), 10);
  EXPECT_NE(text.find("Rank 1 of 2 no longer answers"), std::string::npos) << text;
  EXPECT_NE(text.find("--resume"), std::string::npos) << text;
}

TEST(Ranks, FollowersStepWhenTheyAreTold) {
  const test::TemporaryFolder folder;
  const auto checkpoint = (folder.path() / "checkpoint").string();
  std::vector<std::string> hashes(2);
  with_groups(2, [&](int rank, const std::shared_ptr<ProcessGroup>& group) {
    Trainer trainer(test::tiny_recipe(), std::make_shared<test::TinyDataset>(), {.group = group});
    check_ranks_agree(*group, trainer);
    RankOrders orders(group);
    if (rank == 0) {
      orders.give({});
      trainer.step();
      trainer.save(checkpoint);
      const Edit edit{1, "g_optimizer.lr", 0.1}, half{1, "one_step", "discriminator"};
      orders.give({.edits = {to_json(edit).dump(), to_json(half).dump()}, .step = false});
      trainer.apply(edit);
      trainer.apply(half);
      orders.give({});
      trainer.step();
      orders.give({.step = false, .restore = checkpoint});
      trainer.restore(checkpoint);
      orders.give({});
      trainer.step();
      orders.give({.go = false});
    } else {
      run_follower(trainer, orders);
      EXPECT_EQ(trainer.steps(), 2);
      EXPECT_EQ(trainer.recipe().g_optimizer.lr, test::tiny_recipe().g_optimizer.lr);  // it went back
    }
    hashes[static_cast<std::size_t>(rank)] = trainer.weights_hash();
  });
  EXPECT_EQ(hashes[0], hashes[1]);
}

TEST(Ranks, OtherRecipesOnOtherRanksAreRefusedByAll) {
  std::vector<std::string> texts(2);
  with_groups(2, [&](int rank, const std::shared_ptr<ProcessGroup>& group) {
    const Recipe recipe = test::with(test::tiny_recipe(), {rank == 0 ? "seed=1" : "seed=2"});
    const Trainer trainer(recipe, std::make_shared<test::TinyDataset>(), {.group = group});
    try {
      check_ranks_agree(*group, trainer);
    } catch (const Error& error) {
      texts[static_cast<std::size_t>(rank)] = error.what();
    }
  });
  EXPECT_NE(texts[0].find("do not train the same"), std::string::npos) << texts[0];
  EXPECT_EQ(texts[0], texts[1]);
}

TEST(Ranks, MemoryThatRunsOutOnOneRankCutsTheBatchOnAll) {
  std::vector<RankRun> runs(2);
  std::vector<std::string> notices(2);
  with_groups(2, [&](int rank, const std::shared_ptr<ProcessGroup>& group) {
    const auto probe = [rank](std::int64_t pictures) {
      if (rank == 1 && pictures > 4) throw std::bad_alloc();
    };
    at::set_num_threads(1);
    Trainer trainer(stylegan2_on_ranks(), std::make_shared<test::TinyDataset>(), {.group = group, .probe = probe});
    for (int i = 0; i < 3; ++i) trainer.step();
    runs[static_cast<std::size_t>(rank)].hash = trainer.weights_hash();
    notices[static_cast<std::size_t>(rank)] = trainer.take_notice();
    EXPECT_EQ(trainer.micro_batches(), 2);
  });
  EXPECT_EQ(runs[0].hash, runs[1].hash);
  EXPECT_EQ(notices[0], "Out of memory at batch 8: going on with 2 micro-batches of 4, the same mathematics.");
  EXPECT_EQ(notices[1], notices[0]);
}

TEST(Ranks, TheEnvironmentOfTorchrun) {
  const auto set = [](const char* name, const char* value) {
    value != nullptr ? ::setenv(name, value, 1) : ::unsetenv(name);
  };
  set("WORLD_SIZE", nullptr);
  EXPECT_FALSE(rank_place_from_environment());
  set("WORLD_SIZE", "2"), set("RANK", "1"), set("LOCAL_RANK", "1"), set("MASTER_ADDR", "localhost");
  set("MASTER_PORT", "29500");
  const std::optional<RankPlace> place = rank_place_from_environment();
  ASSERT_TRUE(place);
  EXPECT_EQ(place->rank, 1);
  EXPECT_EQ(place->size, 2);
  EXPECT_EQ(place->port, 29500);
  set("RANK", "two");
  EXPECT_THROW(rank_place_from_environment(), Error);
  set("RANK", "2");
  EXPECT_THROW(rank_place_from_environment(), Error);
  for (const char* name : {"WORLD_SIZE", "RANK", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"}) set(name, nullptr);
}

}  // namespace
}  // namespace ganvas::train
