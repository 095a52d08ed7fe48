#include "train/augment/adaptive_augmentation.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace ganvas::train {
AdaptiveAugmentation::AdaptiveAugmentation(const AdaptationSpec& spec) : spec_(spec), p_(spec.p) {
  fields::check(spec, "The adaptation of the augmentation");
}

bool AdaptiveAugmentation::step(double sign_sum, std::int64_t reals) {
  require(reals > 0 && std::abs(sign_sum) <= static_cast<double>(reals),
          "The signs of {} logits cannot have the sum {}.", reals, sign_sum);
  sign_sum_ += sign_sum;
  reals_ += reals;
  if (++steps_ < spec_.interval) return false;
  statistic_ = sign_sum_ / static_cast<double>(reals_);
  if (spec_.mode == "ada") {
    const double move = static_cast<double>(reals_) / (spec_.kimg * 1000);
    if (statistic_ > spec_.target) p_ += move;
    if (statistic_ < spec_.target) p_ -= move;
    p_ = std::max(p_, 0.0);
    if (spec_.max_p) p_ = std::min(p_, *spec_.max_p);
  }
  sign_sum_ = 0;
  reals_ = 0;
  steps_ = 0;
  return true;
}

void AdaptiveAugmentation::set_spec(const AdaptationSpec& spec) {
  fields::check(spec, "The adaptation of the augmentation");
  if (spec.p != spec_.p) p_ = spec.p;
  if (spec.max_p) p_ = std::min(p_, *spec.max_p);
  spec_ = spec;
}

Json AdaptiveAugmentation::state() const {
  return {{"p", p_}, {"statistic", statistic_}, {"sign_sum", sign_sum_}, {"reals", reals_}, {"steps", steps_}};
}

void AdaptiveAugmentation::restore(const Json& state) {
  const auto p = get_required<double>(state, "p");
  const auto statistic = get_required<double>(state, "statistic");
  const auto sign_sum = get_required<double>(state, "sign_sum");
  const auto reals = get_required<std::int64_t>(state, "reals");
  const auto steps = get_required<int>(state, "steps");
  require(p >= 0 && std::isfinite(p) && std::abs(statistic) <= 1 && reals >= 0 &&
              std::abs(sign_sum) <= static_cast<double>(reals) && steps >= 0 && steps < spec_.interval,
          "The state of the augmentation's adaptation is out of range: {}.", state.dump());
  p_ = p;
  statistic_ = statistic;
  sign_sum_ = sign_sum;
  reals_ = reals;
  steps_ = steps;
}

}  // namespace ganvas::train
