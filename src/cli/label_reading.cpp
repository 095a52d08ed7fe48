#include "cli/label_reading.h"

#include <algorithm>
#include <memory>

#include "core/error.h"
#include "data/faces/factors.h"
#include "latent/supervised_directions.h"
#include "metrics/face_network.h"

namespace ganvas {

namespace {

constexpr std::int64_t at_once = 64;

std::vector<LabelName> label_names(bool faces, int size) {
  std::vector<LabelName> names;
  if (faces) {
    for (const FaceFactor& factor : face_factors()) {
      std::string plain(factor.name);
      std::replace(plain.begin(), plain.end(), '_', ' ');
      if (!factor.categorical()) names.push_back({plain, plain});
      for (const FaceChoice& choice : factor.choices)
        names.push_back({plain, fmt::format("{}: {}", plain, choice.name)});
    }
  }
  for (int i = static_cast<int>(names.size()); i < size; ++i)
    names.push_back({fmt::format("label {}", i), fmt::format("label {}", i)});
  return names;
}

/// Pictures and labels, evenly out of the whole set.
struct Labelled {
  at::Tensor pictures;  // [N, C, R, R] in -1..1
  at::Tensor labels;    // [N, labels]
};

Labelled take(const Dataset& data, std::int64_t count) {
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

/// What a linear reader sees: the picture at 16 x 16, which a generator's softness does not touch.
at::Tensor coarse(const at::Tensor& pictures) {
  return at::_adaptive_avg_pool2d(pictures.to(at::kCPU, at::kFloat), {16, 16}).flatten(1);
}

at::Tensor face_factors_of(FaceExtractor& network, const at::Tensor& pictures) {
  std::vector<at::Tensor> rows;
  for (std::int64_t first = 0; first < pictures.size(0); first += at_once) {
    const at::Tensor some = pictures.narrow(0, first, std::min(at_once, pictures.size(0) - first));
    const at::Tensor bytes = ((some.to(at::kFloat) + 1) * 127.5).clamp(0, 255);
    rows.push_back(network.factors(network.run(bytes, ExtractorOutput::features)).to(at::kCPU, at::kDouble));
  }
  return at::cat(rows);
}

/// Probabilities of choices as log odds, which go on changing where a probability is all but 0 or 1.
at::Tensor evidence(at::Tensor values) {
  std::int64_t first = 0;
  for (const FaceFactor& factor : face_factors()) {
    at::Tensor own = values.narrow(1, first, factor.width());
    if (factor.categorical()) own.copy_(own.clamp(0.001, 0.999).logit());
    first += factor.width();
  }
  return values;
}

/// Of each column, between what was read and what is so. 0 where a column never changes.
at::Tensor correlation(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor x = a - a.mean(0), y = b.to(at::kDouble) - b.to(at::kDouble).mean(0);
  return (x * y).sum(0) / (x.square().sum(0) * y.square().sum(0)).sqrt().clamp_min(1e-12);
}

}  // namespace

LabelReading read_labels(const Dataset& data, bool faces, std::int64_t pictures, at::Device device) {
  require(data.label_size() > 0, "{} has no labels; sub-folders are labels.", data.name());
  LabelReading reading;
  reading.names = label_names(faces, data.label_size());
  if (faces) {
    const auto network = std::make_shared<FaceExtractor>(device);
    reading.read = [network](const at::Tensor& some) { return evidence(face_factors_of(*network, some)); };
    const Labelled held_out = take(data, std::min<std::int64_t>(pictures, 1000));
    reading.accuracy = correlation(face_factors_of(*network, held_out.pictures), held_out.labels);
    reading.text = "read off the pictures by the built-in face network";
  } else {
    const Labelled many = take(data, pictures);
    const auto reader = std::make_shared<LabelReader>(fit_label_reader(coarse(many.pictures), many.labels, 100));
    reading.read = [reader](const at::Tensor& some) { return reader->read(coarse(some)); };
    reading.accuracy = reader->accuracy;
    reading.text = fmt::format("read off the pictures at 16 x 16 by ridge regression on {} labelled pictures",
                               many.pictures.size(0));
  }
  return reading;
}

}  // namespace ganvas
