// Runs that begin with the networks of a model file.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"
#include "io/safetensors.h"
#include "models/networks_in_file.h"
#include "models/reference_models.h"
#include "train/step/take_start.h"
#include "train/step/trainer.h"
#include "train/tiny_run.h"
#include "train/transfer/start_model.h"
#include "train/transfer/take_over.h"

namespace ganvas::train {
namespace {

at::Tensor normal(at::IntArrayRef sizes, std::uint64_t seed) {
  return at::empty(sizes).normal_(0, 1, at::make_generator<at::CPUGeneratorImpl>(seed));
}

/// A data set of any size, for trainers that shall only begin.
class PlainDataset final : public data::Dataset {
 public:
  explicit PlainDataset(const models::NetworkSpec& spec) : spec_(spec) {}
  [[nodiscard]] std::string name() const override { return "plain"; }
  [[nodiscard]] std::int64_t size() const override { return 8; }
  [[nodiscard]] int resolution() const override { return spec_.resolution; }
  [[nodiscard]] int channels() const override { return spec_.image_channels; }
  [[nodiscard]] int label_size() const override { return spec_.c_dim; }
  [[nodiscard]] std::vector<float> label(std::int64_t) const override { return std::vector<float>(spec_.c_dim); }
  [[nodiscard]] Image picture(std::int64_t) const override {
    return {spec_.resolution, spec_.resolution, spec_.image_channels};
  }

 private:
  models::NetworkSpec spec_;
};

std::unique_ptr<Trainer> begun(const Recipe& recipe, std::vector<std::string>* lines = nullptr) {
  at::set_num_threads(1);
  auto trainer = std::make_unique<Trainer>(recipe, std::make_shared<PlainDataset>(recipe.network), TrainerOptions{});
  const std::vector<std::string> said = trainer->begin();
  if (lines != nullptr) *lines = said;
  return trainer;
}

/// A checkpoint of a run of so many steps.
std::filesystem::path trained(const Recipe& recipe, int steps, const std::filesystem::path& file) {
  at::set_num_threads(1);
  Trainer trainer(recipe, std::make_shared<PlainDataset>(recipe.network), {});
  for (int i = 0; i < steps; ++i) trainer.step();
  trainer.save(file);
  return file;
}

/// The recipe of the tests with the networks of the file.
Recipe recipe_from(const std::filesystem::path& file, const std::vector<std::string>& settings = {}) {
  Recipe recipe = test::with(test::tiny_stylegan2(), settings);
  begin_with(recipe, file);
  return recipe;
}

void expect_equal(const torch::nn::Module& network, const io::WeightSet& weights) {
  EXPECT_EQ(models::weights_of(network).hash(), weights.hash());
}

TEST(Begin, EveryReferenceModelThatHasThreeNetworksGivesThemBitEqual) {
  int tried = 0;
  for (const std::filesystem::path& file : models::reference_models()) {
    SCOPED_TRACE(file.string());
    const std::vector<models::NetworkInFile> networks = models::networks_in(io::open_model_file(file));
    if (std::none_of(networks.begin(), networks.end(), [](const auto& network) { return network.is_generator(); }))
      continue;
    const StartModel model = read_start_model(file);
    if (model.discriminator.size() == 0) continue;
    Recipe recipe = test::tiny_recipe();  // of another family than most: the network becomes the file's
    recipe.network.family = "wgan";
    recipe.network.extra = Json::object();
    begin_with(recipe, file);
    const auto trainer = begun(recipe);
    expect_equal(trainer->generator(), model.generator);
    expect_equal(trainer->ema_generator(), model.average);
    expect_equal(trainer->discriminator(), model.discriminator);
    ++tried;
  }
  EXPECT_GE(tried, 5);
}

TEST(Begin, TheFirstPictureIsTheFiles) {
  const test::TemporaryFolder folder;
  const auto file = trained(test::tiny_stylegan2(), 3, folder.path() / "before.safetensors");
  const std::vector<models::NetworkInFile> networks = models::networks_in(io::open_model_file(file));
  const models::NetworkInFile& shown = models::choose_network(networks, "", "");
  const models::GeneratorPtr before = models::generator_of(shown.found->spec, shown.weights, at::kCPU);
  const auto trainer = begun(recipe_from(file));
  const at::NoGradGuard no_grad;
  const at::Tensor z = normal({2, 8}, 1);
  const auto picture = [&](models::Generator& g) { return g.synthesize(g.map(z, {}, {}), {}); };
  EXPECT_TRUE(picture(trainer->ema_generator()).equal(picture(*before)));
}

TEST(Begin, TheCommonLevelsOfAnotherSizeAreBitEqual) {
  const test::TemporaryFolder folder;
  const auto file = trained(test::tiny_stylegan2(), 2, folder.path() / "small.safetensors");
  Recipe larger = test::tiny_stylegan2();
  larger.network.resolution = 64;
  larger.network.num_ws = 10;
  begin_with(larger, file);
  EXPECT_EQ(larger.network.resolution, 64);
  std::vector<std::string> lines;
  const auto trainer = begun(larger, &lines);
  const StartModel model = read_start_model(file);
  const auto expect_common = [](const torch::nn::Module& network, const io::WeightSet& before, const char* fresh) {
    const io::WeightSet now = models::weights_of(network);
    int common = 0;
    for (const auto& [name, tensor] : now.items()) {
      if (name.find(fresh) != std::string::npos) continue;
      ASSERT_TRUE(before.contains(name)) << name;
      EXPECT_TRUE(tensor.equal(before.at(name))) << name;
      ++common;
    }
    EXPECT_GT(common, 10);
  };
  expect_common(trainer->generator(), model.generator, ".b64.");
  expect_common(trainer->discriminator(), model.discriminator, "b64.");
  EXPECT_NE(std::find(lines.begin(), lines.end(), "generator: synthesis.b64: fresh"), lines.end());
  EXPECT_NE(std::find(lines.begin(), lines.end(), "generator: synthesis.b4 to synthesis.b32: taken from the file"),
            lines.end());
}

TEST(Begin, FromGreyToColourAndBackShowsAndSeesTheSame) {
  const at::NoGradGuard no_grad;
  const test::TemporaryFolder folder;
  for (const char* family : {"stylegan2", "dcgan"}) {
    SCOPED_TRACE(family);
    Recipe grey = std::string(family) == "dcgan" ? test::tiny_recipe() : test::tiny_stylegan2();
    grey.network.image_channels = 1;
    Recipe colour = grey;
    colour.network.image_channels = 3;
    const models::GeneratorPtr g = models::make_generator(grey.network, at::kCPU, 1);
    const models::DiscriminatorPtr d = models::make_discriminator(grey.network, at::kCPU, 2);
    const models::GeneratorPtr g3 = models::make_generator(colour.network, at::kCPU, 3);
    const models::DiscriminatorPtr d3 = models::make_discriminator(colour.network, at::kCPU, 4);
    take_over(*g3, colour.network, models::Role::generator, models::weights_of(*g));
    take_over(*d3, colour.network, models::Role::discriminator, models::weights_of(*d));
    for (torch::nn::Module* network : std::initializer_list<torch::nn::Module*>{g.get(), d.get(), g3.get(), d3.get()})
      network->eval();
    const at::Tensor z = normal({2, 8}, 5);
    const at::Tensor picture = g->synthesize(g->map(z, {}, {}), {});
    EXPECT_TRUE(at::allclose(g3->synthesize(g3->map(z, {}, {}), {}), picture.expand({2, 3, -1, -1}), 1e-4, 1e-5));
    EXPECT_TRUE(at::allclose(d3->forward(picture.repeat({1, 3, 1, 1}), {}), d->forward(picture, {}), 1e-3, 1e-4));
    // And back: of three equal channels one.
    const models::GeneratorPtr g1 = models::make_generator(grey.network, at::kCPU, 6);
    const models::DiscriminatorPtr d1 = models::make_discriminator(grey.network, at::kCPU, 7);
    take_over(*g1, grey.network, models::Role::generator, models::weights_of(*g3));
    take_over(*d1, grey.network, models::Role::discriminator, models::weights_of(*d3));
    g1->eval();
    d1->eval();
    EXPECT_TRUE(at::allclose(g1->synthesize(g1->map(z, {}, {}), {}), picture, 1e-4, 1e-5));
    EXPECT_TRUE(at::allclose(d1->forward(picture, {}), d->forward(picture, {}), 1e-3, 1e-4));
  }
}

TEST(Begin, LabelsThatAreNewChangeNothingAtFirst) {
  const at::NoGradGuard no_grad;
  const Recipe without = test::tiny_stylegan2();
  Recipe labelled = without;
  labelled.network.c_dim = 3;
  const models::GeneratorPtr g = models::make_generator(without.network, at::kCPU, 1);
  const models::GeneratorPtr g_of_labels = models::make_generator(labelled.network, at::kCPU, 2);
  take_over(*g_of_labels, labelled.network, models::Role::generator, models::weights_of(*g));
  const at::Tensor z = normal({3, 8}, 5);
  EXPECT_TRUE(at::allclose(g_of_labels->map(z, at::eye(3), {}), g->map(z, {}, {}), 1e-4, 1e-5));
}

TEST(Begin, FrozenLayersStayAsTheyWere) {
  const test::TemporaryFolder folder;
  const auto file = trained(test::tiny_stylegan2(), 2, folder.path() / "before.safetensors");
  Recipe recipe = test::tiny_stylegan2();
  begin_with(recipe, file, 4);
  const auto trainer = begun(recipe);
  const io::WeightSet before = models::weights_of(trainer->discriminator());
  for (int i = 0; i < 3; ++i) trainer->step();
  const io::WeightSet after = models::weights_of(trainer->discriminator());
  // From the picture on: the first layer, the block's two and what leads past them.
  for (const auto& [name, tensor] : before.items()) {
    const bool frozen = name.starts_with("b32.") || name.ends_with("resample_filter");
    EXPECT_EQ(tensor.equal(after.at(name)), frozen) << name;
  }
}

TEST(Begin, AGeneratorAloneBeginsWithAFreshDiscriminatorAndSaysSo) {
  const test::TemporaryFolder folder;
  const Recipe recipe = test::tiny_stylegan2();
  const models::GeneratorPtr g = models::make_generator(recipe.network, at::kCPU, 9);
  io::write_safetensors(folder.path() / "g.safetensors", models::model_file_of(*g));
  const Recipe wanted = recipe_from(folder.path() / "g.safetensors");
  std::vector<std::string> lines;
  const auto trainer = begun(wanted, &lines);
  expect_equal(trainer->generator(), models::weights_of(*g));
  expect_equal(trainer->ema_generator(), models::weights_of(*g));
  EXPECT_NE(std::find(lines.begin(), lines.end(),
                      "discriminator: the file has no discriminator; a fresh one begins to learn"),
            lines.end());
  trainer->step();
}

TEST(Begin, ACheckpointOfTheSameNetworksGivesItsOptimisersToo) {
  const test::TemporaryFolder folder;
  Recipe recipe = test::tiny_stylegan2();
  const auto file = trained(recipe, 3, folder.path() / "before.safetensors");
  recipe = recipe_from(file);
  const auto trainer = begun(recipe);
  trainer->save(folder.path() / "after.safetensors");
  const io::WeightSet before = io::read_safetensors(file),
                      after = io::read_safetensors(folder.path() / "after.safetensors");
  for (const auto& [name, tensor] : before.items()) EXPECT_TRUE(tensor.equal(after.at(name))) << name;
}

TEST(Begin, ARunGoesOnWithoutTheFileThatItBeganWith) {
  const test::TemporaryFolder folder;
  const auto file = trained(test::tiny_stylegan2(), 2, folder.path() / "before.safetensors");
  const Recipe recipe = recipe_from(file);
  const auto dataset = std::make_shared<PlainDataset>(recipe.network);
  Trainer whole(recipe, dataset, {});
  whole.begin();
  for (int i = 0; i < 2; ++i) whole.step();
  whole.save(folder.path() / "half.safetensors");
  for (int i = 0; i < 2; ++i) whole.step();
  std::filesystem::remove(file);
  Trainer resumed(recipe, dataset, {});
  resumed.restore(folder.path() / "half.safetensors");
  for (int i = 0; i < 2; ++i) resumed.step();
  EXPECT_EQ(resumed.weights_hash(), whole.weights_hash());
}

TEST(Begin, WhatCannotBeginARunIsRefusedWithASentence) {
  const test::TemporaryFolder folder;
  const Recipe recipe = test::tiny_stylegan2();
  const models::DiscriminatorPtr d = models::make_discriminator(recipe.network, at::kCPU, 9);
  io::write_safetensors(folder.path() / "d.safetensors", models::model_file_of(*d));
  EXPECT_THROW(recipe_from(folder.path() / "d.safetensors"), Error);
  EXPECT_THROW(recipe_from(folder.path() / "nothing.pt"), Error);
  const models::GeneratorPtr g = models::make_generator(test::tiny_recipe().network, at::kCPU, 9);
  io::write_safetensors(folder.path() / "g.safetensors", models::model_file_of(*g));
  Recipe frozen = test::tiny_recipe();
  EXPECT_THROW(begin_with(frozen, folder.path() / "g.safetensors", 2), Error) << "a DCGAN has no such layers";
}

}  // namespace
}  // namespace ganvas::train
