#include "train/run/branch.h"

#include <ATen/Parallel.h>

#include <gtest/gtest.h>

#include <map>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/json.h"
#include "train/run/run_folder.h"
#include "train/run/session.h"
#include "train/step/trainer.h"
#include "train/tiny_run.h"
#include "train/watch/weight_history.h"

namespace ganvas::train {
namespace {

namespace fs = std::filesystem;

/// A run by hand: checkpoints at steps 3 and 9, kept moments at steps 0, 3, 6 and 9, four pictures a step.
class Branches : public testing::Test {
 protected:
  test::TemporaryFolder folder;
  fs::path run = folder.path() / "run", branch = folder.path() / "branch";
  Recipe recipe = small_recipe();
  std::shared_ptr<const data::Dataset> data = data::open_dataset(recipe.data);
  std::string end;  // weights after 9 steps

  static Recipe small_recipe() {
    Recipe recipe = test::tiny_recipe();
    recipe.data.count = 64;
    return recipe;
  }
  void SetUp() override {
    at::set_num_threads(1);
    write_json(run / "recipe.json", to_json(recipe));
    fs::create_directories(run / "checkpoints");
    Trainer trainer(recipe, data, {});
    WeightHistory history(history_folder(run));
    RunLog log(run, 0);
    history.add(0, 0, trainer.snapshot()->weights);
    for (int step = 1; step <= 9; ++step) {
      log.add(trainer.step());
      if (step % 3 == 0) history.add(step, trainer.kimg(), trainer.snapshot()->weights);
      if (step == 3 || step == 9) trainer.save(checkpoint_path(run, step));
    }
    log.flush();
    end = trainer.weights_hash();
  }
  static std::map<std::string, std::string> contents(const fs::path& of) {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(of)) {
      if (!entry.is_regular_file()) continue;
      const std::string bytes = read_file(entry.path());
      all[entry.path().lexically_relative(of).string()] = sha256_of(bytes.data(), bytes.size());
    }
    return all;
  }
  std::size_t lines(const fs::path& of) {
    const std::string log = read_file(of / "log.jsonl");
    return static_cast<std::size_t>(std::count(log.begin(), log.end(), '\n'));
  }
};

TEST_F(Branches, AtACheckpointItGoesOnExactlyAsTheRunDid) {
  const auto before = contents(run);
  const Branch made = branch_run(run, 0.013, branch);
  EXPECT_TRUE(made.exact());
  EXPECT_EQ(made.step, 3);
  EXPECT_EQ(made.kimg, 0.012);
  EXPECT_EQ(contents(run), before) << "the run is only read";
  EXPECT_EQ(newest_whole_checkpoint(branch), checkpoint_path(branch, 3));
  EXPECT_EQ(WeightHistory(history_folder(branch)).moments().size(), 2U);
  EXPECT_EQ(lines(branch), 3U);
  const Json from = read_json(branch / "branch.json");
  EXPECT_EQ(from["step"], 3);
  EXPECT_EQ(fs::path(from["from"].get<std::string>()), run);
  Trainer trainer(recipe, data, {});
  trainer.restore(checkpoint_path(branch, 3));
  for (int i = 0; i < 6; ++i) trainer.step();
  EXPECT_EQ(trainer.weights_hash(), end);
}

TEST_F(Branches, BetweenCheckpointsTheGeneratorIsThatOfTheMoment) {
  const Branch made = branch_run(run, 0.024, branch);
  EXPECT_FALSE(made.exact());
  EXPECT_EQ(made.step, 6);
  EXPECT_EQ(made.checkpoint_step, 3) << "as near as 9, and earlier";
  EXPECT_NE(to_text(made).find("discriminator of step 3"), std::string::npos);
  Trainer trainer(recipe, data, {});
  trainer.restore(checkpoint_path(branch, 6));
  EXPECT_EQ(trainer.steps(), 6);
  EXPECT_EQ(trainer.kimg(), 0.024);
  const io::WeightSet kept = WeightHistory(history_folder(run)).read(2);
  for (models::Generator* network : {&trainer.generator(), &trainer.ema_generator()}) {
    const io::WeightSet weights = models::weights_of(*network);
    for (const auto& [name, tensor] : weights.items()) EXPECT_TRUE(at::equal(tensor, kept.at(name))) << name;
  }
  Trainer at_three(recipe, data, {});
  at_three.restore(checkpoint_path(run, 3));
  const io::WeightSet critic = models::weights_of(at_three.discriminator()),
                      own = models::weights_of(trainer.discriminator());
  for (const auto& [name, tensor] : own.items()) EXPECT_TRUE(at::equal(tensor, critic.at(name))) << name;
  EXPECT_EQ(trainer.step().step, 7);
}

TEST_F(Branches, ASessionTakesItUp) {
  branch_run(run, 0.024, branch);
  SessionOptions options;
  options.run_folder = branch;
  options.resume_from = newest_whole_checkpoint(branch);
  options.threads = 1;
  options.edits = {{"kimg", 0.032}};
  const auto session = start_session(recipe, options);
  session->join();
  EXPECT_EQ(session->state(), SessionState::finished);
  EXPECT_EQ(lines(branch), 9U) << "six steps of the run, two of its own, and the last line";
}

TEST_F(Branches, WhatCannotBeBranchedIsSaid) {
  branch_run(run, 0.012, branch);
  EXPECT_THROW(branch_run(run, 0.012, branch), Error) << "it holds a run";
  fs::remove_all(run / "checkpoints");
  EXPECT_THROW(branch_run(run, 0.012, folder.path() / "more"), Error);
  EXPECT_FALSE(fs::exists(folder.path() / "more"));
}

}  // namespace
}  // namespace ganvas::train
