// The session with the real trainer on the built-in faces.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "core/error.h"
#include "io/safetensors.h"
#include "train/run/companions.h"
#include "train/run/run_folder.h"
#include "train/run/session.h"
#include "train/step/checkpoint.h"
#include "train/tiny_run.h"

namespace ganvas::train {
namespace {

Recipe faces_recipe(double kimg) {
  Recipe recipe = test::tiny_recipe();
  recipe.data.count = 64;
  recipe.kimg = kimg;
  return recipe;
}

SessionOptions in(const std::filesystem::path& folder) {
  SessionOptions options;
  options.run_folder = folder;
  options.threads = 1;
  options.nice = 0;
  options.publish_seconds = 0;
  return options;
}

std::string hash_of_run(const Recipe& recipe, const SessionOptions& options, bool viewer, bool in_training = false) {
  const auto session = start_session(recipe, options);
  session->show_in_training(in_training);
  bool seen = false;
  std::vector<std::pair<SnapshotPtr, std::string>> held;
  while (session->state() != SessionState::finished && session->state() != SessionState::failed) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (!viewer) continue;
    session->drain();
    if (auto snapshot = session->snapshots().take()) {
      if (held.empty()) held.emplace_back(*snapshot, (*snapshot)->weights.hash());
      EXPECT_FALSE((*snapshot)->weights.hash().empty());
      seen = seen || (*snapshot)->in_training.size() == (*snapshot)->weights.size();
    }
  }
  session->join();
  for (const auto& [snapshot, hash] : held) EXPECT_EQ(snapshot->weights.hash(), hash);
  EXPECT_EQ(seen, in_training);
  return session->weights_hash();
}

TEST(StartSession, SixtyStepsAreBitEqualWithAndWithoutAViewer) {
  const test::TemporaryFolder folder;
  const Recipe recipe = faces_recipe(0.24);
  const std::string alone = hash_of_run(recipe, in(folder.path() / "alone"), false);
  EXPECT_EQ(alone.size(), 64u);
  EXPECT_EQ(hash_of_run(recipe, in(folder.path() / "watched"), true), alone);
  EXPECT_EQ(hash_of_run(recipe, in(folder.path() / "in training"), true, true), alone);
}

TEST(StartSession, WhatNoMachineHoldsIsRefusedBeforeAnythingIsMade) {
  const test::TemporaryFolder folder;
  Recipe recipe = faces_recipe(1);
  recipe.network = {.family = "wgan", .resolution = 1024, .z_dim = 100, .w_dim = 100};
  recipe.network.extra = {{"g_channels", 4096}, {"d_channels", 4096}};
  try {
    start_session(recipe, in(folder.path() / "run"));
    ADD_FAILURE() << "it was started";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("of memory"), std::string::npos) << error.what();
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "run"));
}

TEST(StartSession, AResumedRunEndsLikeAnUninterruptedOne) {
  const test::TemporaryFolder folder;
  const std::string whole = hash_of_run(faces_recipe(0.16), in(folder.path() / "whole"), false);
  hash_of_run(faces_recipe(0.06), in(folder.path() / "parts"), false);
  SessionOptions options = in(folder.path() / "parts");
  options.resume_from = newest_checkpoint(options.run_folder);
  options.edits = {{"kimg", 0.16}};
  EXPECT_EQ(hash_of_run(faces_recipe(0.06), options, true), whole);
}

TEST(StartSession, RefusesAFolderThatHoldsARun) {
  const test::TemporaryFolder folder;
  hash_of_run(faces_recipe(0.008), in(folder.path() / "run"), false);
  EXPECT_THROW(start_session(faces_recipe(0.008), in(folder.path() / "run")), Error);
}

TEST(StartSession, SaysWhatIsWrongWithTheData) {
  const test::TemporaryFolder folder;
  Recipe recipe = faces_recipe(1);
  recipe.data.source = (folder.path() / "nowhere").string();
  const auto session = start_session(recipe, in(folder.path() / "run"));
  session->join();
  EXPECT_EQ(session->state(), SessionState::failed);
  const std::vector<Progress> progress = session->drain();
  const auto* last = std::get_if<StateChange>(&progress.back());
  ASSERT_NE(last, nullptr);
  EXPECT_NE(last->message.find("nowhere"), std::string::npos);
}

/// StyleGAN2-ADA on two ranks that are threads.
Recipe small_stylegan2(double kimg) {
  Recipe recipe = test::tiny_stylegan2({"batch=8", "augment.p=0.3"});
  recipe.data.count = 64;
  recipe.kimg = kimg;
  return recipe;
}

SessionOptions on_two_ranks(const std::filesystem::path& folder) {
  SessionOptions options = in(folder);
  options.ranks = 2;
  options.threads = 2;
  return options;
}

TEST(Companions, AreChosenForSmallNetworksWithoutBatchNorm) {
  SessionOptions options;
  options.threads = 2;
  EXPECT_EQ(fitting_ranks(small_stylegan2(1), options), 2);
  EXPECT_EQ(fitting_ranks(test::tiny_without_norm(), options), 2);
  EXPECT_EQ(fitting_ranks(test::tiny_recipe(), options), 1) << "batch norm";
  EXPECT_EQ(fitting_ranks(test::with(small_stylegan2(1), {"batch=5"}), options), 1) << "no halves";
  options.threads = 1;
  EXPECT_EQ(fitting_ranks(small_stylegan2(1), options), 1);
}

TEST(Companions, TrainTheSameBitsWatchedOrNotAndResumed) {
  const test::TemporaryFolder folder;
  const std::string whole = hash_of_run(small_stylegan2(0.16), on_two_ranks(folder.path() / "whole"), false);
  EXPECT_EQ(whole.size(), 64U);
  EXPECT_EQ(hash_of_run(small_stylegan2(0.16), on_two_ranks(folder.path() / "watched"), true), whole);
  hash_of_run(small_stylegan2(0.064), on_two_ranks(folder.path() / "parts"), false);
  SessionOptions options = on_two_ranks(folder.path() / "parts");
  options.resume_from = newest_checkpoint(options.run_folder);
  options.edits = {{"kimg", 0.16}};
  EXPECT_EQ(hash_of_run(small_stylegan2(0.064), options, true), whole);
}

TEST(Companions, TrainWhatOneRankTrains) {
  const test::TemporaryFolder folder;
  const auto weights = [&](const SessionOptions& options) {
    hash_of_run(small_stylegan2(0.04), options, false);
    return io::read_safetensors(options.run_folder / "model.safetensors");
  };
  const io::WeightSet one = weights(in(folder.path() / "one")), two = weights(on_two_ranks(folder.path() / "two"));
  double worst = 0;
  for (const auto& [name, tensor] : one.items())
    worst = std::max(worst, (tensor.to(at::kDouble) - two.at(name).to(at::kDouble)).abs().max().item<double>());
  EXPECT_LT(worst, 1e-4);
}

TEST(Companions, EndWithARunThatIsStopped) {
  const test::TemporaryFolder folder;
  for (int i = 0; i < 10; ++i) {
    const auto session =
        start_session(small_stylegan2(1000), on_two_ranks(folder.path() / ("run" + std::to_string(i))));
    std::this_thread::sleep_for(std::chrono::milliseconds(7 * i));
    session->stop();
    session->join();
    EXPECT_EQ(session->state(), SessionState::stopped);
  }
}

TEST(Companions, GoOnAfterALiveChange) {
  const test::TemporaryFolder folder;
  const auto changed = [&](const char* name, bool change) {
    SessionOptions options = on_two_ranks(folder.path() / name);
    if (change) options.edits = {{"g_optimizer.lr", 0.001}, {"loss.r1_gamma", 3}};
    return hash_of_run(small_stylegan2(0.08), options, false);
  };
  const std::string once = changed("once", true);
  EXPECT_EQ(changed("again", true), once);
  EXPECT_NE(changed("never", false), once);
}

}  // namespace
}  // namespace ganvas::train
