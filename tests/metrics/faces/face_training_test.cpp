#include "metrics/faces/face_training.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/files.h"
#include "train/tiny_run.h"

namespace ganvas::metrics {
namespace {

TEST(FaceTraining, GoesOnToTheSameBytesAfterAnInterruption) {
  const test::TemporaryFolder folder;
  const FaceRecipe recipe{.pictures = 48, .steps = 6, .batch = 8};
  const auto whole = folder.path() / "whole.safetensors", parts = folder.path() / "parts.safetensors";
  std::vector<double> losses;
  ASSERT_TRUE(train_face_network(recipe, whole, [&](const FaceProgress& p) {
    losses.push_back(p.loss);
    return true;
  }));
  ASSERT_FALSE(train_face_network(recipe, parts, [](const FaceProgress& p) { return p.step < 3; }));
  EXPECT_FALSE(std::filesystem::exists(parts));
  FaceRecipe other = recipe;
  other.seed = 9;
  EXPECT_THROW(train_face_network(other, parts, [](const FaceProgress&) { return true; }), Error)
      << "a checkpoint of another recipe is not gone on from";
  std::int64_t first = 0;
  ASSERT_TRUE(train_face_network(recipe, parts, [&](const FaceProgress& p) {
    if (first == 0) first = p.step;
    return true;
  }));
  EXPECT_EQ(first, 4);
  EXPECT_EQ(read_file(parts), read_file(whole));
  EXPECT_FALSE(std::filesystem::exists(parts.string() + ".checkpoint"));
  EXPECT_LT(losses.back(), losses.front());
}

TEST(FaceTraining, TheCommittedNetworkIsThatOfTheCommittedRecipe) {
  const FaceRecipe recipe = load_face_recipe(asset("face-network.json"));
  EXPECT_EQ(recipe.seed, 0U);
  FaceNetwork network = load_face_network(face_network_path(), at::kCPU);
  double colors = 0;
  for (const FactorSkill& skill : factor_skills(*network, 200))
    if (skill.factor == "hair color") colors = skill.sharp;
  EXPECT_GT(colors, 0.9);
}

}  // namespace
}  // namespace ganvas::metrics
