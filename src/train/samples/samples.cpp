#include "train/samples/samples.h"

#include <torch/nn/module.h>

#include <cstring>

#include "core/pictures/contact_sheet.h"
#include "ops/to_rgba8/to_rgba8.h"
#include "train/random/random_tensors.h"

namespace ganvas::train {
namespace {

/// Labels of the first pictures of the data set; undefined for an unconditional network.
at::Tensor first_labels(const data::Dataset& dataset, int c_dim, std::int64_t count) {
  if (c_dim == 0) return {};
  at::Tensor c = at::empty({count, c_dim}, at::kFloat);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::vector<float> label = dataset.label(i % dataset.size());
    std::copy(label.begin(), label.end(), c.data_ptr<float>() + i * c_dim);
  }
  return c;
}

std::vector<Image> spread_pictures(const data::Dataset& dataset, std::int64_t count) {
  std::vector<Image> pictures;
  for (std::int64_t i = 0; i < count; ++i)
    pictures.push_back(data::usable_picture(dataset, i * dataset.size() / count).picture);
  return pictures;
}

/// While it lives, a network is in eval mode.
class Evaluating {
 public:
  explicit Evaluating(torch::nn::Module& network) : network_(network), before_(network.is_training()) {
    network_.eval();
  }
  ~Evaluating() { network_.train(before_); }
  Evaluating(const Evaluating&) = delete;
  Evaluating& operator=(const Evaluating&) = delete;

 private:
  torch::nn::Module& network_;
  bool before_;
};

}  // namespace

at::Tensor samples_of(models::Generator& generator, const Recipe& recipe, const data::Dataset& dataset,
                      SeedPurpose purpose, std::int64_t count, std::int64_t at_once) {
  const at::NoGradGuard no_grad;
  const Evaluating evaluating(generator);
  const at::Device device = generator.parameters().front().device();
  RandomStream random = stream_of(recipe.seed, purpose);
  const at::Tensor z = draw_normal({count, recipe.network.z_dim}, random).to(device);
  at::Tensor c = first_labels(dataset, recipe.network.c_dim, count);
  if (c.defined()) c = c.to(device);
  std::vector<at::Tensor> pictures;
  for (std::int64_t i = 0; i < count; i += at_once) {
    const std::int64_t part = std::min(at_once, count - i);
    const at::Tensor w = generator.map(z.narrow(0, i, part), c.defined() ? c.narrow(0, i, part) : c, {});
    pictures.push_back(generator.synthesize(w, {}));
  }
  return pictures.size() == 1 ? pictures.front() : at::cat(pictures);
}

at::Tensor spread_reals(const data::Dataset& dataset, std::int64_t count) {
  std::vector<at::Tensor> pictures;
  for (Image& image : spread_pictures(dataset, count)) {
    const at::Tensor bytes = at::from_blob(image.pixels.data(), {image.height, image.width, image.channels}, at::kByte);
    pictures.push_back(bytes.permute({2, 0, 1}).to(at::kFloat));
  }
  return at::stack(pictures).mul_(1.0 / 127.5).sub_(1.0);
}

Image sample_sheet_of(models::Generator& generator, const Recipe& recipe, const data::Dataset& dataset, int columns,
                      int rows, std::int64_t at_once) {
  const std::int64_t count = static_cast<std::int64_t>(columns) * rows;
  at::Tensor grid;
  ops::to_rgba8(samples_of(generator, recipe, dataset, SeedPurpose::sheet_latents, count, at_once), columns, grid);
  const at::Tensor host = grid.cpu().contiguous();
  Image image(static_cast<int>(host.size(1)), static_cast<int>(host.size(0)), 4);
  std::memcpy(image.pixels.data(), host.data_ptr(), image.pixels.size());
  return image;
}

Image real_sheet_of(const data::Dataset& dataset, int columns, int rows) {
  return make_contact_sheet(spread_pictures(dataset, static_cast<std::int64_t>(columns) * rows), columns, /*gap=*/0,
                            {0, 0, 0, 0});
}

}  // namespace ganvas::train
