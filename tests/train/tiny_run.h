#pragma once
// A data set and a recipe so small that a training step takes milliseconds.

#include <string>
#include <utility>
#include <vector>

#include "data/dataset.h"
#include "support/temporary_folder.h"
#include "train/recipe/recipe.h"

namespace ganvas::test {

/// Pictures of 32 x 32 whose colours run across them, a different way for each index.
class TinyDataset : public data::Dataset {
 public:
  explicit TinyDataset(int channels = 3) : channels_(channels) {}
  [[nodiscard]] std::string name() const override { return "tiny"; }
  [[nodiscard]] std::int64_t size() const override { return 24; }
  [[nodiscard]] int resolution() const override { return 32; }
  [[nodiscard]] int channels() const override { return channels_; }
  [[nodiscard]] Image picture(std::int64_t index) const override {
    Image image(32, 32, channels_);
    for (std::size_t i = 0; i < image.pixels.size(); ++i) {
      image.pixels[i] = static_cast<std::uint8_t>(i * static_cast<std::size_t>(index + 1) / 7 + 11);
    }
    return image;
  }

 private:
  int channels_;
};

inline train::Recipe tiny_recipe() {
  train::Recipe recipe;
  recipe.name = "tiny";
  recipe.network.resolution = 32;
  recipe.network.z_dim = recipe.network.w_dim = 8;
  recipe.network.extra["channels"] = {8, 8, 6};
  recipe.data.resolution = 32;
  recipe.batch = 4;
  recipe.kimg = 1000;
  recipe.ema_kimg = 0.05;
  recipe.loss.d_real = {0.8, 1.0};
  return recipe;
}

/// The recipe after "key=value" settings.
inline train::Recipe with(train::Recipe recipe, const std::vector<std::string>& assignments) {
  for (const std::string& assignment : assignments) train::set_recipe_value(recipe, assignment);
  return recipe;
}

/// Everything that StyleGAN2-ADA has, with intervals that a few steps meet.
inline train::Recipe tiny_stylegan2(const std::vector<std::string>& assignments = {}) {
  train::Recipe recipe =
      with(tiny_recipe(), {"loss.kind=logistic", "loss.r1_gamma=1", "loss.r1_interval=3", "loss.path_weight=2",
                           "loss.path_interval=2", "loss.style_mixing=0.9", "augment.pipe=bgc"});
  recipe = with(std::move(recipe), assignments);
  recipe.network.family = "stylegan2";
  recipe.network.w_dim = 8;
  recipe.network.num_ws = 8;
  recipe.network.extra = {{"channel_base", 128}, {"channel_max", 8}, {"mapping_layers", 2}};
  return recipe;
}

/// A DCGAN whose pictures know nothing of one another: no batch norm.
inline train::Recipe tiny_without_norm(const std::vector<std::string>& assignments = {}) {
  train::Recipe recipe = tiny_recipe();
  recipe.network.extra["d_batch_norm"] = recipe.network.extra["g_batch_norm"] = false;
  return with(std::move(recipe), assignments);
}

}  // namespace ganvas::test
