#include "train/recipe/recipe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "core/error.h"
#include "models/dcgan/settings.h"
#include "models/generator.h"
#include "train/tiny_run.h"

namespace ganvas::train {
namespace {

const std::vector<int> full_width{512, 256, 128, 64};

void expect_range(const LabelRange& range, double low, double high) {
  EXPECT_DOUBLE_EQ(range.low, low);
  EXPECT_DOUBLE_EQ(range.high, high);
}

void expect_adam(const optim::OptimizerSpec& optimizer) {
  EXPECT_EQ(optimizer.kind, "adam");
  EXPECT_DOUBLE_EQ(optimizer.lr, 2e-4);
  EXPECT_DOUBLE_EQ(optimizer.beta1, 0.5);
  EXPECT_DOUBLE_EQ(optimizer.beta2, 0.999);
  EXPECT_DOUBLE_EQ(optimizer.eps, 1e-8);
}

/// What all versions of the anime experiment share.
void expect_jovian(const Recipe& recipe) {
  const models::NetworkSpec& network = recipe.network;
  EXPECT_EQ(network.family, "dcgan");
  EXPECT_EQ(network.resolution, 64);
  EXPECT_EQ(network.image_channels, 3);
  EXPECT_EQ(network.z_dim, 128);
  EXPECT_EQ(network.c_dim, 0);
  EXPECT_EQ(models::dcgan_settings(network).channels, full_width);
  EXPECT_TRUE(models::dcgan_settings(network).d_channels.empty());  // the mirror image
  EXPECT_TRUE(models::dcgan_settings(network).g_batch_norm);
  EXPECT_TRUE(models::dcgan_settings(network).d_batch_norm);
  EXPECT_TRUE(models::dcgan_settings(network).d_batch_norm_first);
  EXPECT_DOUBLE_EQ(models::dcgan_settings(network).d_slope, 0.2);
  EXPECT_EQ(models::dcgan_settings(network).output, "tanh");
  EXPECT_EQ(models::dcgan_settings(network).init, "default");
  EXPECT_FALSE(models::dcgan_settings(network).bias);
  EXPECT_EQ(recipe.batch, 128);
  EXPECT_NEAR(recipe.kimg, 25 * 63.632, 1e-9);
  EXPECT_DOUBLE_EQ(recipe.ema_kimg, 0);
  EXPECT_TRUE(recipe.loss.fresh_latents);
  EXPECT_FALSE(recipe.loss.joint_batches);
  EXPECT_DOUBLE_EQ(recipe.loss.d_real_weight, 1);
  EXPECT_DOUBLE_EQ(recipe.loss.d_fake_weight, 1);
  EXPECT_DOUBLE_EQ(recipe.loss.g_weight, 1);
}

void expect_cross_entropy(const Recipe& recipe) {
  EXPECT_EQ(recipe.loss.kind, "bce");
  EXPECT_EQ(recipe.loss.d_steps, 1);
  EXPECT_DOUBLE_EQ(recipe.loss.weight_clip, 0);
  expect_adam(recipe.g_optimizer);
}

TEST(Recipes, AnimeVersion1) {
  const Recipe recipe = load_recipe("anime-dcgan-v1");
  expect_jovian(recipe);
  expect_cross_entropy(recipe);
  expect_adam(recipe.d_optimizer);
  EXPECT_EQ(models::dcgan_settings(recipe.network).g_activation, "relu");
  expect_range(recipe.loss.d_real, 1, 1);
  expect_range(recipe.loss.d_fake, 0, 0);
  expect_range(recipe.loss.g_fake, 1, 1);
}

TEST(Recipes, AnimeVersion2HasLeakyReluInTheGenerator) {
  const Recipe recipe = load_recipe("anime-dcgan-v2");
  expect_jovian(recipe);
  expect_cross_entropy(recipe);
  expect_adam(recipe.d_optimizer);
  EXPECT_EQ(models::dcgan_settings(recipe.network).g_activation, "leaky_relu");
  EXPECT_DOUBLE_EQ(models::dcgan_settings(recipe.network).g_slope, 0.2);
  expect_range(recipe.loss.d_real, 1, 1);
  expect_range(recipe.loss.d_fake, 0, 0);
  expect_range(recipe.loss.g_fake, 1, 1);
}

TEST(Recipes, AnimeVersion3SmoothsOneSide) {
  const Recipe recipe = load_recipe("anime-dcgan-v3");
  expect_jovian(recipe);
  expect_cross_entropy(recipe);
  expect_adam(recipe.d_optimizer);
  EXPECT_EQ(models::dcgan_settings(recipe.network).g_activation, "relu");
  expect_range(recipe.loss.d_real, 0.9, 0.9);
  expect_range(recipe.loss.d_fake, 0, 0);
  expect_range(recipe.loss.g_fake, 1, 1);
}

TEST(Recipes, AnimeVersion4DrawsTheSmoothing) {
  const Recipe recipe = load_recipe("anime-dcgan-v4");
  expect_jovian(recipe);
  expect_cross_entropy(recipe);
  expect_adam(recipe.d_optimizer);
  EXPECT_EQ(models::dcgan_settings(recipe.network).g_activation, "relu");
  expect_range(recipe.loss.d_real, 0.8, 1);
  expect_range(recipe.loss.d_fake, 0, 0.2);
  expect_range(recipe.loss.g_fake, 0.8, 1);
}

TEST(Recipes, AnimeVersion5TrainsTheDiscriminatorBySgd) {
  const Recipe recipe = load_recipe("anime-dcgan-v5");
  expect_jovian(recipe);
  expect_cross_entropy(recipe);
  EXPECT_EQ(models::dcgan_settings(recipe.network).g_activation, "relu");
  EXPECT_EQ(recipe.d_optimizer.kind, "sgd");
  EXPECT_DOUBLE_EQ(recipe.d_optimizer.lr, 2e-4);
  EXPECT_DOUBLE_EQ(recipe.d_optimizer.momentum, 0);
  expect_range(recipe.loss.d_real, 0.7, 0.9);
  expect_range(recipe.loss.d_fake, 0.1, 0.3);
  expect_range(recipe.loss.g_fake, 0.7, 0.9);
}

TEST(Recipes, AnimeVersion6IsAWassersteinGan) {
  const Recipe recipe = load_recipe("anime-dcgan-v6");
  expect_jovian(recipe);
  EXPECT_EQ(models::dcgan_settings(recipe.network).g_activation, "relu");
  EXPECT_EQ(recipe.loss.kind, "wasserstein");
  EXPECT_EQ(recipe.loss.d_steps, 5);
  EXPECT_DOUBLE_EQ(recipe.loss.weight_clip, 0.01);
  for (const optim::OptimizerSpec& optimizer : {recipe.g_optimizer, recipe.d_optimizer}) {
    EXPECT_EQ(optimizer.kind, "rmsprop");
    EXPECT_DOUBLE_EQ(optimizer.lr, 5e-5);
    EXPECT_DOUBLE_EQ(optimizer.alpha, 0.99);
    EXPECT_DOUBLE_EQ(optimizer.eps, 1e-8);
  }
}

TEST(Recipes, PyTorchsExample) {
  const Recipe recipe = load_recipe("dcgan-pytorch-examples");
  expect_cross_entropy(recipe);
  expect_adam(recipe.d_optimizer);
  EXPECT_EQ(recipe.network.resolution, 64);
  EXPECT_EQ(recipe.network.z_dim, 100);
  EXPECT_EQ(models::dcgan_settings(recipe.network).channels, full_width);
  EXPECT_TRUE(models::dcgan_settings(recipe.network).d_batch_norm);
  EXPECT_FALSE(models::dcgan_settings(recipe.network).d_batch_norm_first);
  EXPECT_EQ(models::dcgan_settings(recipe.network).g_activation, "relu");
  EXPECT_DOUBLE_EQ(models::dcgan_settings(recipe.network).d_slope, 0.2);
  EXPECT_EQ(models::dcgan_settings(recipe.network).output, "tanh");
  EXPECT_EQ(models::dcgan_settings(recipe.network).init, "normal002");
  EXPECT_EQ(recipe.batch, 64);
  EXPECT_DOUBLE_EQ(recipe.kimg, 25 * 50.0);
  EXPECT_FALSE(recipe.loss.fresh_latents);
  EXPECT_FALSE(recipe.loss.joint_batches);
  EXPECT_DOUBLE_EQ(recipe.ema_kimg, 0);
  expect_range(recipe.loss.d_real, 1, 1);
  expect_range(recipe.loss.d_fake, 0, 0);
  expect_range(recipe.loss.g_fake, 1, 1);
}

TEST(Recipes, TheStarterModelIsSmallAndAveraged) {
  const Recipe recipe = load_recipe("starter-dcgan");
  EXPECT_EQ(recipe.data.source, "faces");
  EXPECT_EQ(recipe.network.resolution, 64);
  EXPECT_GT(recipe.ema_kimg, 0);
  EXPECT_LE(models::dcgan_settings(recipe.network).channels.front(), 256);
}

TEST(Recipes, EveryBuiltInRecipeLoadsAndReadsBackTheSame) {
  const std::vector<std::string> names = recipe_names();
  EXPECT_GE(names.size(), 26u);
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  for (const std::string& name : names) {
    const Recipe recipe = load_recipe(name);
    EXPECT_EQ(recipe.name, name);
    EXPECT_FALSE(recipe.title.empty()) << name;
    EXPECT_FALSE(recipe.notes.empty()) << name;
    EXPECT_EQ(recipe.data.resolution, recipe.network.resolution) << name;
    EXPECT_EQ(models::empty_generator(recipe.network)->spec().num_ws, recipe.network.num_ws) << name;
    EXPECT_GT(models::empty_discriminator(recipe.network)->parameters().size(), 3u) << name;
    EXPECT_GT(peak_memory_bytes(recipe), 1'000'000u) << name;
    EXPECT_EQ(to_json(recipe_from_json(to_json(recipe), name)), to_json(recipe)) << name;
  }
}

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(RecipeJson, NamesWhatDoesNotFit) {
  const auto with = [](const std::string& pointer, const Json& value) {
    Json json = to_json(test::tiny_recipe());
    json[Json::json_pointer(pointer)] = value;
    return message_of([&] { recipe_from_json(json, "recipe x"); });
  };
  EXPECT_NE(with("/loss/clip", 1).find("\"clip\""), std::string::npos);
  EXPECT_NE(with("/batches", 1).find("\"batches\""), std::string::npos);
  EXPECT_NE(with("/batch", 0).find("from 1 to 65536"), std::string::npos);
  EXPECT_NE(with("/batch", 1.5).find("whole number"), std::string::npos);
  EXPECT_NE(with("/loss/d_real", Json::array({0.9, 0.8})).find("rise within 0 to 1"), std::string::npos);
  EXPECT_NE(with("/loss/d_real", "high").find("number or [low, high]"), std::string::npos);
  EXPECT_NE(with("/loss/kind", "least_squares").find("bce, wasserstein, logistic, hinge"), std::string::npos);
  EXPECT_NE(with("/g_optimizer/kind", "lion").find("adam, sgd, rmsprop"), std::string::npos);
  EXPECT_NE(with("/g_optimizer/beta1", 1).find("\"beta1\""), std::string::npos);
  Json missing = to_json(test::tiny_recipe());
  missing.erase("loss");
  EXPECT_NE(message_of([&] { recipe_from_json(missing, "recipe x"); }).find("\"loss\" is missing"), std::string::npos);
}

TEST(RecipeJson, AnUnknownRecipeListsTheKnownOnes) {
  const std::string message = message_of([] { load_recipe("anime-dcgan-v99"); });
  EXPECT_NE(message.find("anime-dcgan-v99"), std::string::npos);
  EXPECT_NE(message.find("starter-dcgan"), std::string::npos);
}

TEST(RecipeSettings, AssignNestedValues) {
  Recipe recipe = test::tiny_recipe();
  set_recipe_value(recipe, "batch=16");
  set_recipe_value(recipe, "loss.d_real=[0.7,0.9]");
  set_recipe_value(recipe, "g_optimizer.lr=1e-3");
  set_recipe_value(recipe, "d_optimizer.kind=sgd");
  set_recipe_value(recipe, "data.source=/pictures/a=b");
  set_recipe_value(recipe, "title=7");
  EXPECT_EQ(recipe.batch, 16);
  expect_range(recipe.loss.d_real, 0.7, 0.9);
  EXPECT_DOUBLE_EQ(recipe.g_optimizer.lr, 1e-3);
  EXPECT_EQ(recipe.d_optimizer.kind, "sgd");
  EXPECT_EQ(recipe.data.source, "/pictures/a=b");
  EXPECT_EQ(recipe.title, "7");
}

TEST(RecipeSettings, RefuseUnknownKeysAndBadValues) {
  Recipe recipe = test::tiny_recipe();
  EXPECT_NE(message_of([&] { set_recipe_value(recipe, "loss.smoothing=1"); }).find("d_real"), std::string::npos);
  EXPECT_NE(message_of([&] { set_recipe_value(recipe, "batch.size=1"); }).find("batch.size"), std::string::npos);
  EXPECT_NE(message_of([&] { set_recipe_value(recipe, "batch=many"); }).find("whole number"), std::string::npos);
  EXPECT_NE(message_of([&] { set_recipe_value(recipe, "batch"); }).find("key=value"), std::string::npos);
  EXPECT_EQ(recipe.batch, test::tiny_recipe().batch);
}

TEST(PeakMemory, GrowsWithWhatCosts) {
  Recipe recipe = load_recipe("anime-dcgan-v1");
  const std::size_t base = peak_memory_bytes(recipe);
  EXPECT_GT(base, 100'000'000u);
  EXPECT_LT(base, 2'000'000'000u);
  recipe.batch *= 2;
  EXPECT_GT(peak_memory_bytes(recipe), base);
  recipe.batch /= 2;
  recipe.d_optimizer.kind = "sgd";
  EXPECT_LT(peak_memory_bytes(recipe), base);
  EXPECT_LT(peak_memory_bytes(load_recipe("starter-dcgan")), base);
}

}  // namespace
}  // namespace ganvas::train
