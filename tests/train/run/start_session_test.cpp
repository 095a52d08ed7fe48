// The session with the real trainer on the built-in faces.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "core/error.h"
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

}  // namespace
}  // namespace ganvas::train
