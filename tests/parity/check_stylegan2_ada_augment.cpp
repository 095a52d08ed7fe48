// The augmentation pipeline of StyleGAN2-ADA: with every transform at a percentile, its gradients, with the random
// numbers that the authors' program drew, and the adaptation of its probability.
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "parity/reference.h"
#include "train/augment/adaptive_augmentation.h"
#include "train/augment/augment.h"

namespace ganvas::parity {
namespace {

/// The recorded numbers of one call, handed out in their order.
class Replay {
 public:
  Replay(const Case& subject, const std::string& name, const Json& kinds, at::IntArrayRef pictures) {
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const auto kind = kinds.at(i).get<std::string>();
      const at::Tensor draw = subject.input(fmt::format("{}.draw{:03}_{}", name, i, kind));
      if (draw.sizes() == pictures) {
        noise_ = draw;
        continue;
      }
      const at::Tensor flat = draw.to(at::kDouble).flatten().contiguous();
      const double* values = flat.const_data_ptr<double>();
      for (std::int64_t k = 0; k < flat.numel(); ++k) numbers_.emplace_back(kind, values[k]);
    }
  }

  train::AugmentDraws draws() {
    return {.uniform = [this] { return next("rand"); }, .normal = [this] { return next("randn"); }};
  }
  [[nodiscard]] const at::Tensor& noise() const { return noise_; }
  [[nodiscard]] bool used_up() const { return position_ == numbers_.size(); }

 private:
  double next(const std::string& kind) {
    EXPECT_EQ(numbers_.at(position_).first, kind) << "number " << position_;
    return numbers_.at(position_++).second;
  }

  std::vector<std::pair<std::string, double>> numbers_;
  at::Tensor noise_;
  std::size_t position_ = 0;
};

at::Tensor at_percentile(const Case& subject, const Json& call, const at::Tensor& pictures) {
  const train::AugmentSpec spec = train::augment_from_json(call.at("spec"), "spec");
  const train::AugmentValues values = train::augmentation_at(spec, call.at("debug_percentile").get<double>());
  const auto input = call.at("input").get<std::string>();
  const at::Tensor noise = spec.noise > 0 ? subject.input("noise" + input.substr(3)) : at::Tensor();
  return train::apply_augmentations(pictures, std::vector(static_cast<std::size_t>(pictures.size(0)), values), noise);
}

void check_gradient(const Case& subject, Comparison& comparison, const Json& call) {
  const auto input = call.at("input").get<std::string>();
  const at::Tensor pictures = subject.input(input).clone().requires_grad_();
  const at::Tensor out = at_percentile(subject, call, pictures);
  const at::Tensor sum = (out * subject.input("cot" + input.substr(3))).sum();
  comparison.compare(call.at("key").get<std::string>(), torch::autograd::grad({sum}, {pictures})[0]);
}

void check_random(const Case& subject, Comparison& comparison, const Json& call) {
  const auto key = call.at("key").get<std::string>();
  const std::string name = key.substr(0, key.find('.'));
  const at::Tensor pictures = subject.input(name + ".img");
  const train::AugmentSpec spec = train::augment_from_json(call.at("spec"), "spec");
  Replay replay(subject, name, call.at("draws"), pictures.sizes());
  const auto values = train::draw_augmentations(spec, call.at("p").get<double>(), pictures.size(0), replay.draws());
  EXPECT_TRUE(replay.used_up()) << key;
  comparison.compare(key, train::apply_augmentations(pictures, values, replay.noise()));
}

void check_adaptation(const Case& subject, Comparison& comparison, const Json& call) {
  const auto key = call.at("key").get<std::string>();
  const auto batch = call.at("batch_size").get<std::int64_t>();
  const int interval = call.at("ada_interval").get<int>();
  train::AdaptiveAugmentation adaptation({.p = call.at("p_initial").get<double>(),
                                          .target = call.at("ada_target").get<double>(),
                                          .kimg = call.at("ada_kimg").get<double>(),
                                          .interval = interval});
  const at::Tensor signs = subject.input(key + ".signs");
  std::vector<double> statistics, probabilities;
  for (const at::Tensor& update : signs.unbind(0)) {
    for (const at::Tensor& step : update.view({interval, batch}).unbind(0)) {
      if (!adaptation.step(step.sum().item<double>(), batch)) continue;
      statistics.push_back(adaptation.statistic());
      probabilities.push_back(adaptation.p());
    }
  }
  comparison.compare(key + ".mean_sign", at::tensor(statistics, at::kDouble));
  comparison.compare(key + ".p", at::tensor(probabilities, at::kDouble));
}

}  // namespace

void check_stylegan2_ada_augment(const Case& subject, Comparison& comparison) {
  comparison.compare("buf.Hz_geom", train::geometry_filter());
  comparison.compare("buf.Hz_fbank", train::band_filters());
  for (const Json& call : subject.config.at("list")) {
    if (call.contains("ada_target")) {
      check_adaptation(subject, comparison, call);
    } else if (call.contains("draws")) {
      check_random(subject, comparison, call);
    } else if (call.contains("what")) {
      check_gradient(subject, comparison, call);
    } else {
      const at::Tensor& pictures = subject.input(call.at("input").get<std::string>());
      comparison.compare(call.at("key").get<std::string>(), at_percentile(subject, call, pictures));
    }
  }
}

}  // namespace ganvas::parity
