#pragma once
// Pictures, generators and networks whose figures are known, for the tests of metrics.

#include <ATen/ATen.h>
#include <torch/script.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "io/safetensors.h"
#include "metrics/features/picture_source.h"
#include "models/generator.h"
#include "support/source_folder.h"

namespace ganvas::test {

inline std::string tiny_extractor() {
  return test::source_folder() + "/tests/reference/metrics/tiny_features.pt";
}

/// Inputs and figures of the reference case.
inline io::WeightSet metrics_case() {
  return io::read_safetensors(test::source_folder() + "/tests/reference/metrics/expected.safetensors");
}

/// Pictures [N, C, H, W] uint8, square, with one-hot labels where there are classes.
class TensorDataset final : public data::Dataset {
 public:
  explicit TensorDataset(const at::Tensor& pictures, std::vector<int> classes = {}, int class_count = 0)
      : pictures_(pictures.permute({0, 2, 3, 1}).contiguous()),
        classes_(std::move(classes)),
        class_count_(class_count) {}

  [[nodiscard]] std::string name() const override { return "the tensor"; }
  [[nodiscard]] std::int64_t size() const override { return pictures_.size(0); }
  [[nodiscard]] int resolution() const override { return static_cast<int>(pictures_.size(1)); }
  [[nodiscard]] int channels() const override { return static_cast<int>(pictures_.size(3)); }
  [[nodiscard]] int label_size() const override { return class_count_; }
  [[nodiscard]] Image picture(std::int64_t index) const override {
    Image image(resolution(), resolution(), channels());
    const at::Tensor one = pictures_[index];
    std::copy_n(one.const_data_ptr<std::uint8_t>(), one.numel(), image.pixels.begin());
    return image;
  }
  [[nodiscard]] std::vector<float> label(std::int64_t index) const override {
    std::vector<float> label(static_cast<std::size_t>(class_count_));
    if (class_count_ > 0) label[static_cast<std::size_t>(classes_[static_cast<std::size_t>(index)])] = 1;
    return label;
  }

 private:
  at::Tensor pictures_;  // [N, H, W, C]
  std::vector<int> classes_;
  int class_count_;
};

/// A source that counts what is taken from it.
class CountedPictures final : public metrics::PictureSource {
 public:
  explicit CountedPictures(const at::Tensor& pictures, const std::string& name = "pictures")
      : pictures_(std::make_shared<TensorDataset>(pictures), Json{{"name", name}}) {}
  [[nodiscard]] std::int64_t size() const override { return pictures_.size(); }
  at::Tensor pictures(std::int64_t first, std::int64_t count) override {
    taken += count;
    return pictures_.pictures(first, count);
  }
  [[nodiscard]] Json identity() const override { return pictures_.identity(); }

  std::int64_t taken = 0;

 private:
  metrics::DatasetPictures pictures_;
};

/// Grey pictures of one value each: the first value of the style, and of the class beyond the first 10 %. map() is psi
/// z.
class FlatGenerator final : public models::Generator {
 public:
  explicit FlatGenerator(int side = 8, int classes = 0) : models::Generator(spec_of(side, classes)) {}

  at::Tensor map(const at::Tensor& z, const at::Tensor& c, const models::MapOptions& options) override {
    at::Tensor w = z * options.truncation_psi;
    if (c.defined() && c.numel() > 0) w = w * 0 + c.argmax(1, true) * 0.1;
    return w.unsqueeze(1);
  }
  at::Tensor synthesize(const at::Tensor& w, const models::SynthesisOptions&) override {
    return w.select(2, 0).unsqueeze(2).unsqueeze(3).expand({w.size(0), 1, spec_.resolution, spec_.resolution});
  }

 private:
  static models::NetworkSpec spec_of(int side, int classes) {
    return {.family = "flat", .resolution = side, .image_channels = 1, .z_dim = 4, .w_dim = 4, .c_dim = classes};
  }
};

/// Writes a TorchScript program: `body` of forward(self, pictures).
inline std::filesystem::path write_program(const std::filesystem::path& path, const std::string& body,
                                           const std::string& flags = "") {
  torch::jit::Module program("Program");
  program.define("def forward(self, pictures: Tensor" + flags + ") -> Tensor:\n  " + body + "\n");
  program.save(path.string());
  return path;
}

}  // namespace ganvas::test
