#pragma once
// A data set and a recipe so small that a training step takes milliseconds.

#include <filesystem>
#include <string>

#include "data/dataset.h"
#include "train/recipe.h"

namespace ganvas::test {

/// Pictures of 32 x 32 whose colours run across them, a different way for each index.
class TinyDataset : public Dataset {
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

inline Recipe tiny_recipe() {
  Recipe recipe;
  recipe.name = "tiny";
  recipe.network.resolution = 32;
  recipe.network.z_dim = recipe.network.w_dim = 8;
  recipe.network.dcgan.channels = {8, 8, 6};
  recipe.data.resolution = 32;
  recipe.batch = 4;
  recipe.kimg = 1000;
  recipe.ema_kimg = 0.05;
  recipe.loss.d_real = {0.8, 1.0};
  return recipe;
}

/// A folder of its own, removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "ganvas-train-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace ganvas::test
