#include "train/augment/adaptive_augmentation.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace ganvas::train {
namespace {

void require_valid(const AdaptationSpec& spec, const std::string& what) {
  require(spec.mode == "ada" || spec.mode == "fixed", "{}: \"mode\" is \"{}\"; it must be one of: ada, fixed.", what,
          spec.mode);
  require(spec.p >= 0 && std::isfinite(spec.p), "{}: \"p\" is {}; it must be at least 0.", what, spec.p);
  require(spec.target >= -1 && spec.target <= 1, "{}: \"target\" is {}; it must be from -1 to 1.", what, spec.target);
  require(spec.kimg > 0 && std::isfinite(spec.kimg), "{}: \"kimg\" is {}; it must be above 0.", what, spec.kimg);
  require(spec.interval >= 1, "{}: \"interval\" is {}; it must be at least 1.", what, spec.interval);
  require(!spec.max_p || (*spec.max_p >= 0 && std::isfinite(*spec.max_p)),
          "{}: \"max_p\" is {}; it must be at least 0.", what, spec.max_p.value_or(0));
}

}  // namespace

Json to_json(const AdaptationSpec& spec) {
  return {{"mode", spec.mode},         {"p", spec.p},
          {"target", spec.target},     {"kimg", spec.kimg},
          {"interval", spec.interval}, {"max_p", spec.max_p ? Json(*spec.max_p) : Json()}};
}

AdaptationSpec adaptation_from_json(const Json& json, const std::string& what) {
  require_known_keys(json, {"mode", "p", "target", "kimg", "interval", "max_p"}, what);
  AdaptationSpec spec;
  spec.mode = get_or(json, "mode", spec.mode);
  spec.p = get_or(json, "p", spec.p);
  spec.target = get_or(json, "target", spec.target);
  spec.kimg = get_or(json, "kimg", spec.kimg);
  const auto interval = get_or<double>(json, "interval", spec.interval);
  require(interval >= 1 && interval <= 1e6 && interval == std::floor(interval),
          "{}: \"interval\" is {}; it must be a whole number from 1 to 1000000.", what, interval);
  spec.interval = static_cast<int>(interval);
  if (json.contains("max_p") && !json["max_p"].is_null()) spec.max_p = get_required<double>(json, "max_p");
  require_valid(spec, what);
  return spec;
}

AdaptiveAugmentation::AdaptiveAugmentation(const AdaptationSpec& spec) : spec_(spec), p_(spec.p) {
  require_valid(spec, "The adaptation of the augmentation");
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
  require_valid(spec, "The adaptation of the augmentation");
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
