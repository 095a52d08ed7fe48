#include "app/style_app.h"
#include "latent/model_mixing.h"
#include "models/traits.h"

namespace ganvas::test {
namespace {

class ModelMixing : public StyleApp {
 protected:
  void SetUp() override {
    StyleApp::SetUp();
    io::write_safetensors(folder / "other.safetensors",
                          models::model_file_of(*models::make_generator(style_spec(), at::kCPU, 5)));
  }
  /// Hash of the picture once `mix` is on screen: it differs from `before`, or nothing is mixed.
  std::string hash_with(app::ModelMix mix, const std::string& before) {
    app->send(app::command::SetModelMix{std::move(mix)});
    std::string now = hash();
    EXPECT_TRUE(eventually([&] {
      now = hash();
      return now != before;
    }));
    return now;
  }
  std::string hash_of_file(const std::string& path) {
    app::AppOptions options;
    options.state.model = path;
    options.device = "cpu";
    options.threads = 1;
    app = std::make_unique<app::App>(options);
    return hash();
  }
};

TEST_F(ModelMixing, GoesFromOneModelToTheOther) {
  const std::string own = hash();
  const std::string path = folder / "other.safetensors";
  const std::string half = hash_with({path, "", 8, 0.5, 0.5}, own);
  const std::string whole = hash_with({path, "", 8, 1, 1}, half);
  EXPECT_EQ(hash_with({}, whole), own);
  EXPECT_EQ(hash_of_file(path), whole);
}

TEST_F(ModelMixing, WhatIsSavedIsWhatWasSeen) {
  const std::string own = hash();
  const std::string swapped = hash_with({folder / "other.safetensors", "", 8, 1, 0}, own);
  app->send(app::command::SaveModel{folder / "mixed.safetensors"});
  ASSERT_TRUE(until([&](const app::ViewModel&) { return std::filesystem::exists(folder / "mixed.safetensors"); }));
  ASSERT_TRUE(until([&](const app::ViewModel& view) { return !view.notices.empty(); }));
  EXPECT_TRUE(app->errors().empty());
  EXPECT_EQ(hash_of_file(folder / "mixed.safetensors"), swapped);
}

TEST_F(ModelMixing, SaysWhatDoesNotFit) {
  const std::string own = hash();
  write_model(folder / "plain.safetensors", 3);
  app->send(app::command::SetModelMix{{folder / "plain.safetensors", "", 8, 0.5, 0.5}});
  ASSERT_TRUE(until([&](const app::ViewModel&) { return !app->errors().empty(); }));
  EXPECT_EQ(hash(), own) << "the picture stays";
}

TEST(MixedWeights, SwapLayersByResolution) {
  const models::NetworkSpec spec = style_spec();
  const io::WeightSet a = models::weights_of(*models::make_generator(spec, at::kCPU, 1)),
                      b = models::weights_of(*models::make_generator(spec, at::kCPU, 2));
  const io::WeightSet mixed = latent::mixed_weights(a, b, {.split = 8, .coarse = 1, .fine = 0}, spec);
  int coarse = 0, fine = 0;
  for (const auto& [name, tensor] : mixed.items()) {
    const bool low = models::layer_resolution(name, spec) < 8;
    EXPECT_TRUE(at::equal(tensor, (low ? b : a).at(name))) << name;
    (low ? coarse : fine) += 1;
  }
  EXPECT_GT(coarse, 0);
  EXPECT_GT(fine, 0);
}

}  // namespace
}  // namespace ganvas::test
