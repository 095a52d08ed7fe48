#include "cli/directions/reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "data/faces/factors.h"
#include "latent/directions/supervised_directions.h"
#include "metrics/faces/face_network.h"

namespace ganvas::cli {

namespace {

/// Pictures and labels, evenly out of the whole set.
struct Labelled {
  at::Tensor pictures;  // [N, C, R, R] in -1..1
  at::Tensor labels;    // [N, labels]
};

Labelled take(const data::Dataset& data, std::int64_t count) {
  count = std::min(count, data.size());
  std::vector<at::Tensor> pictures, labels;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t index = i * data.size() / count;
    const Image image = data.picture(index);
    const at::Tensor bytes = at::from_blob(const_cast<std::uint8_t*>(image.pixels.data()),
                                           {image.height, image.width, image.channels}, at::kByte);
    pictures.push_back(((bytes.permute({2, 0, 1}).to(at::kFloat) - 127.5) / 127.5).contiguous());
    labels.push_back(at::tensor(data.label(index)));
  }
  return {at::stack(pictures), at::stack(labels)};
}

/// The picture at 16 x 16, which a generator's softness does not touch.
at::Tensor coarse(const at::Tensor& pictures) {
  return at::_adaptive_avg_pool2d(pictures.to(at::kCPU, at::kFloat), {16, 16}).flatten(1);
}

}  // namespace

std::vector<LabelName> label_names(const std::string& data, int size) {
  std::vector<LabelName> names;
  if (data == "faces") {
    for (const data::FaceFactor& factor : data::face_factors()) {
      std::string plain(factor.name);
      std::replace(plain.begin(), plain.end(), '_', ' ');
      if (!factor.categorical()) names.push_back({plain, plain});
      for (const data::FaceChoice& choice : factor.choices)
        names.push_back({plain, fmt::format("{}: {}", plain, choice.name)});
    }
  }
  // The classes of a folder are its sub-folders, in the order of their names.
  std::set<std::string> folders;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(data, error))
    if (entry.is_directory(error)) folders.insert(entry.path().filename().string());
  if (static_cast<int>(folders.size()) == size)
    for (const std::string& folder : folders) names.push_back({folder, folder});
  for (int i = static_cast<int>(names.size()); i < size; ++i)
    names.push_back({fmt::format("label {}", i), fmt::format("label {}", i)});
  return names;
}

Reading learned_reading(const data::Dataset& data, std::int64_t count) {
  const Labelled many = take(data, count);
  const latent::LabelReader reader = latent::fit_label_reader(coarse(many.pictures), many.labels, 100);
  return {[reader](const at::Tensor& pictures) { return reader.read(coarse(pictures)); }, reader.accuracy, 1e-9,
          fmt::format("Factors are read off the pictures at 16 x 16 by ridge regression on {} labelled pictures; only "
                      "those count that it reads with a correlation of {} or more on pictures it has not seen",
                      many.pictures.size(0), readable)};
}

Reading face_reading(at::Device device) {
  const auto network = std::make_shared<metrics::FaceExtractor>(device);
  const auto read = [network](const at::Tensor& pictures) {
    const at::NoGradGuard no_grad;
    std::vector<at::Tensor> factors;
    for (std::int64_t first = 0; first < pictures.size(0); first += 256) {
      const at::Tensor some = pictures.narrow(0, first, std::min<std::int64_t>(256, pictures.size(0) - first));
      const at::Tensor bytes = (some.clamp(-1, 1) * 127.5 + 127.5).round();
      factors.push_back(network->factors(network->run(bytes, metrics::ExtractorOutput::features)).cpu());
    }
    return at::cat(factors).to(at::kDouble);
  };
  return {read, at::ones({data::face_label_size()}, at::kDouble), 0.02,
          "Factors are read off the pictures by the built-in face network"};
}

}  // namespace ganvas::cli
