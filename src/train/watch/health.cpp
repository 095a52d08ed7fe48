#include "train/watch/health.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "train/loss/losses.h"

namespace ganvas::train {
namespace {

constexpr double quick = 50;        // steps that short averages look back on
constexpr double slow = 200;        // steps that long averages look back on
constexpr std::int64_t over = 200;  // steps after which a trouble that does not hold any more is over
constexpr std::int64_t young = 50;  // steps before which there is no usual gradient
constexpr double clear = 0.3;       // diversity from which on a drop counts

bool finite(const StepReport& report) {
  return std::ranges::all_of(step_figures,
                             [&](const StepFigure& figure) { return std::isfinite(report.*figure.value); });
}

/// Moves an average that begins with its first value.
double smooth(std::map<std::string, double>& averages, const char* name, double value, double steps) {
  const auto [place, first] = averages.try_emplace(name, value);
  if (!first) place->second += (value - place->second) / steps;
  return place->second;
}

}  // namespace

HealthMonitor::HealthMonitor(const Recipe& recipe, HealthLimits limits)
    : limits_(limits),
      probabilities_(adversarial_loss(recipe.loss.kind).probabilities),
      certain_real_(limits.certain),
      ceiling_(recipe.augment.adaptation.max_p),
      augments_(recipe.augment.pipe != "none") {
  require(limits.examine_every >= 1, "The samples must be examined every so many steps, at least 1.");
  // A smoothed target is as high as D(real) should come.
  if (adversarial_loss(recipe.loss.kind).targets) {
    const LabelRange& target = recipe.loss.d_real;
    certain_real_ = std::min(certain_real_, (target.low + target.high) / 2 - 0.01);
  }
  if (augments_ && recipe.augment.adaptation.mode == "fixed") ceiling_ = 0;
}

std::vector<Alarm> HealthMonitor::watch(const StepReport& report) {
  std::vector<Alarm> alarms;
  if (!finite(report)) {
    note(Trouble::not_finite, true, report,
         "A loss or a gradient is no longer a number: the weights are spoiled. Go back to the last healthy checkpoint "
         "with a lower learning rate.",
         alarms);
    return alarms;
  }
  watch_gradients(report, alarms);
  watch_scores(report, alarms);
  watch_augmentation(report, alarms);
  watch_samples(report, alarms);
  return alarms;
}

void HealthMonitor::note(Trouble trouble, bool on, const StepReport& report, const std::string& message,
                         std::vector<Alarm>& out) {
  const auto found = on_.find(trouble);
  if (on) {
    if (found == on_.end()) out.push_back({report.step, trouble, message});
    on_[trouble] = report.step;
  } else if (found != on_.end() && report.step - found->second >= over) {
    on_.erase(found);
  }
}

int HealthMonitor::run_of(const std::string& name, bool holds) {
  std::int64_t& run = runs_[name];
  run = holds ? run + 1 : 0;
  return static_cast<int>(std::min<std::int64_t>(run, 1'000'000'000));
}

void HealthMonitor::watch_gradients(const StepReport& report, std::vector<Alarm>& out) {
  const double largest = std::max(std::abs(report.d_loss), std::abs(report.g_loss));
  bool exploded = run_of("loss", largest > limits_.largest_loss) >= 3;
  double times = largest;
  for (const auto& [name, norm] :
       {std::pair{"discriminator", report.d_grad_norm}, std::pair{"generator", report.g_grad_norm}}) {
    const bool vanished = run_of(name, norm < limits_.vanished) >= limits_.vanished_steps;
    note(Trouble::vanishing_gradient, vanished, report,
         fmt::format("The {}'s gradient has vanished: its norm has been below {:g} for {} steps. It no longer learns; "
                     "go back to an earlier checkpoint or change the loss.",
                     name, limits_.vanished, limits_.vanished_steps),
         out);
    // The usual norm: a geometric mean, so that one outburst does not hide the next.
    const std::string usual_name = std::string(name) + ".norm";
    const bool known = report.step > young && average_.contains(usual_name);
    const double usual = known ? std::exp(average_[usual_name]) : norm;
    const bool large = known && norm > limits_.explosion * usual;
    if (run_of(std::string(name) + ".large", large) >= 3) {
      exploded = true;
      times = norm / usual;
    }
    if (!large) smooth(average_, usual_name.c_str(), std::log(std::max(norm, 1e-300)), slow);
  }
  note(Trouble::exploding_gradient, exploded, report,
       fmt::format(
           "Losses or gradients explode: {:.3g} times what was usual. Lower the learning rates, or go back to an "
           "earlier checkpoint.",
           times),
       out);
}

void HealthMonitor::watch_scores(const StepReport& report, std::vector<Alarm>& out) {
  if (!probabilities_) return;
  const double real = smooth(average_, "real", report.real_score, quick);
  const double fake = smooth(average_, "fake", report.fake_score, quick);
  const bool certain = real > certain_real_ && fake < 1 - limits_.certain;
  note(Trouble::saturation, run_of("certain", certain) >= limits_.certain_steps, report,
       fmt::format(
           "The discriminator is saturated: for {} steps it has been certain about every picture (D(real) {:.3f}, "
           "D(fake) {:.4f}), so the generator learns little. Smooth the labels or lower the discriminator's "
           "learning rate.",
           limits_.certain_steps, real, fake),
       out);
}

void HealthMonitor::watch_augmentation(const StepReport& report, std::vector<Alarm>& out) {
  if (!augments_) return;
  note(
      Trouble::runaway, report.augment_p > limits_.runaway, report,
      fmt::format("The augmentation runs away: its strength p is {:.2f}, and from 0.8 on it shows in the samples. Give "
                  "it a ceiling (augment.max_p 0.8) or more pictures.",
                  report.augment_p),
      out);
  const double sign = smooth(average_, "sign", report.overfitting, quick);
  const bool stuck = ceiling_ && report.augment_p >= *ceiling_;
  note(Trouble::overfitting, run_of("overfit", stuck && sign > limits_.overfit) >= limits_.overfit_steps, report,
       fmt::format("The discriminator overfits: it has been sure of {:.0f} % of the reals for {} steps while the "
                   "augmentation cannot rise any more. Use more pictures, or a stronger augmentation.",
                   50 * (1 + sign), limits_.overfit_steps),
       out);
}

void HealthMonitor::watch_samples(const StepReport& report, std::vector<Alarm>& out) {
  if (!wants_samples(report.step)) {
    note(Trouble::collapse, false, report, {}, out);
    return;
  }
  distance_ = report.distance;
  const double seen = smooth(average_, "diversity", report.diversity, 3);
  best_diversity_ = std::max(best_diversity_, std::min(seen, 1.0));
  const bool alike = report.step >= limits_.settle_steps && report.diversity < limits_.least_diversity;
  const bool dropped = best_diversity_ >= clear && report.diversity < limits_.diversity_drop * best_diversity_;
  note(Trouble::collapse, run_of("alike", alike || dropped) >= limits_.collapsed_looks, report,
       fmt::format(
           "The generator has collapsed: its samples are nearly all alike, {:.0f} % as varied as the data ({:.0f} "
           "% at their best). It seldom recovers; go back to the last healthy checkpoint.",
           100 * report.diversity, 100 * best_diversity_),
       out);
}

Json HealthMonitor::state() const {
  Json on = Json::object();
  for (const auto& [trouble, step] : on_) on[to_string(trouble)] = step;
  return {{"average", average_},
          {"runs", runs_},
          {"on", on},
          {"best_diversity", best_diversity_},
          {"distance", distance_ ? Json(*distance_) : Json()}};
}

void HealthMonitor::restore(const Json& state) {
  average_ = get_required<std::map<std::string, double>>(state, "average");
  runs_ = get_required<std::map<std::string, std::int64_t>>(state, "runs");
  best_diversity_ = get_required<double>(state, "best_diversity");
  const Json distance = get_required<Json>(state, "distance");
  distance_ = distance.is_number() ? std::optional<double>(distance.get<double>()) : std::nullopt;
  on_.clear();
  const Json on = get_required<Json>(state, "on");
  for (const Trouble trouble : {Trouble::not_finite, Trouble::exploding_gradient, Trouble::vanishing_gradient,
                                Trouble::saturation, Trouble::collapse, Trouble::overfitting, Trouble::runaway}) {
    if (on.contains(to_string(trouble))) on_[trouble] = get_required<std::int64_t>(on, to_string(trouble));
  }
}

}  // namespace ganvas::train
