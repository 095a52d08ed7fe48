#include "metrics/features/picture_source.h"

#include <algorithm>
#include <limits>

#include "core/error.h"
#include "core/random.h"
#include "data/resize.h"
#include "ops/vector/parallel.h"

namespace ganvas::metrics {
namespace {

constexpr std::uint64_t label_stream = 0x6c6162656cULL;

std::vector<std::int64_t> indices_of(const data::Dataset& dataset, int only_class) {
  require(only_class >= 0 && only_class < dataset.label_size(), "{} has {} classes, so none has number {}.",
          dataset.name(), dataset.label_size(), only_class);
  std::vector<std::int64_t> indices;
  for (std::int64_t i = 0; i < dataset.size(); ++i) {
    const std::vector<float> label = dataset.label(i);
    if (std::max_element(label.begin(), label.end()) - label.begin() == only_class) indices.push_back(i);
  }
  require(!indices.empty(), "{} has no picture of class {}.", dataset.name(), only_class);
  return indices;
}

}  // namespace

DatasetPictures::DatasetPictures(std::shared_ptr<const data::Dataset> dataset, Json identity,
                                 std::optional<int> only_class)
    : dataset_(std::move(dataset)), identity_(std::move(identity)) {
  if (!only_class) return;
  identity_["class"] = *only_class;
  indices_ = indices_of(*dataset_, *only_class);
}

std::int64_t DatasetPictures::size() const {
  return indices_ ? static_cast<std::int64_t>(indices_->size()) : dataset_->size();
}

at::Tensor DatasetPictures::pictures(std::int64_t first, std::int64_t count) {
  require(first >= 0 && count >= 1 && first + count <= size(), "{} has no pictures {} to {}.", dataset_->name(), first,
          first + count - 1);
  const std::int64_t height = dataset_->resolution(), width = dataset_->width(), channels = dataset_->channels();
  const at::Tensor bytes = at::empty({count, height, width, channels}, at::kByte);
  ops::parallel_for(0, count, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t index = indices_ ? (*indices_)[static_cast<std::size_t>(first + i)] : first + i;
      const Image picture = data::usable_picture(*dataset_, index).picture;
      std::copy(picture.pixels.begin(), picture.pixels.end(),
                bytes.mutable_data_ptr<std::uint8_t>() + i * height * width * channels);
    }
  });
  return bytes.permute({0, 3, 1, 2}).contiguous();
}

at::Tensor sample_label(const models::NetworkSpec& spec, const SamplingOptions& options, std::int64_t i) {
  if (spec.c_dim == 0) return {};
  const at::Tensor label = at::zeros({1, spec.c_dim});
  if (options.only_class) {
    require(*options.only_class >= 0 && *options.only_class < spec.c_dim,
            "The model has {} classes, so none has number {}.", spec.c_dim, *options.only_class);
    label[0][*options.only_class] = 1;
    return label;
  }
  RandomStream stream(options.seed + static_cast<std::uint64_t>(i), label_stream);
  if (options.labels && options.labels->label_size() == spec.c_dim) {
    const auto index = stream.below(static_cast<std::uint32_t>(options.labels->size()));
    const std::vector<float> values = options.labels->label(index);
    std::copy(values.begin(), values.end(), label.mutable_data_ptr<float>());
  } else {
    label[0][static_cast<std::int64_t>(stream.below(static_cast<std::uint32_t>(spec.c_dim)))] = 1;
  }
  return label;
}

std::string label_choice(const models::NetworkSpec& spec, const SamplingOptions& options) {
  if (spec.c_dim == 0) return {};
  if (options.only_class) return fmt::format("class {}", *options.only_class);
  return options.labels && options.labels->label_size() == spec.c_dim ? "of the data" : "at random";
}

GeneratorPictures::GeneratorPictures(models::GeneratorPtr generator, SamplingOptions options, Json identity)
    : generator_(std::move(generator)), options_(std::move(options)), identity_(std::move(identity)) {
  require(generator_->spec().z_dim > 0, "This model takes no latents.");
}

std::int64_t GeneratorPictures::size() const {
  return std::numeric_limits<std::uint32_t>::max();  // as many seeds differ
}

at::Tensor GeneratorPictures::pictures(std::int64_t first, std::int64_t count) {
  const at::NoGradGuard no_grad;
  const models::NetworkSpec& spec = generator_->spec();
  std::vector<float> latents;
  std::vector<at::Tensor> labels;
  for (std::int64_t i = first; i < first + count; ++i) {
    const std::vector<float> z =
        latent_from_seed(options_.seed + static_cast<std::uint64_t>(i), static_cast<std::size_t>(spec.z_dim));
    latents.insert(latents.end(), z.begin(), z.end());
    if (spec.c_dim > 0) labels.push_back(sample_label(spec, options_, i));
  }
  const at::Tensor z = at::tensor(latents, at::kFloat).view({count, spec.z_dim}).to(options_.device);
  const at::Tensor c = labels.empty() ? at::Tensor() : at::cat(labels).to(options_.device);
  const at::Tensor w = generator_->map(z, c, {.truncation_psi = options_.psi});
  const at::Tensor made = generator_->synthesize(
      w, {.noise_mode = options_.noise_mode, .noise_seed = options_.seed + static_cast<std::uint64_t>(first)});
  return (made.to(at::kFloat) * 127.5 + 128).clamp(0, 255).to(at::kByte);
}

Json GeneratorPictures::identity() const {
  Json all = identity_;
  all["seed"] = options_.seed;
  all["psi"] = options_.psi;
  all["noise"] = options_.noise_mode;
  if (generator_->spec().c_dim > 0) all["labels"] = label_choice(generator_->spec(), options_);
  return all;
}

}  // namespace ganvas::metrics
