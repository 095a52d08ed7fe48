#pragma once
// How strong the augmentation is, steered while training (Karras et al. 2020, "Training generative adversarial networks
// with limited data", section 3.1). Plain arithmetic without tensors: the caller sums the signs of the logits together
// with its other figures.

#include <cstdint>
#include <optional>
#include <string>

#include "core/json_fields.h"

namespace ganvas::train {

struct AdaptationSpec {
  std::string mode = "ada";     ///< ada: p follows the discriminator; fixed: p stays
  double p = 0;                 ///< probability at the start, or for good; >= 0
  double target = 0.6;          ///< ada: r_t that p steers for, -1..1
  double kimg = 500;            ///< ada: thousands of reals in which p rises from 0 to 1; > 0
  int interval = 4;             ///< discriminator steps from one adjustment to the next; >= 1
  std::optional<double> max_p;  ///< ada: p's ceiling, >= 0; without one a diverging run drives p far beyond 1

  bool operator==(const AdaptationSpec&) const = default;
};

/// Follows r_t = the mean of sign(D(real)) over an interval, the measure of overfitting: 0 when the discriminator does
/// not know reals, 1 when it is sure of all of them. After each interval p moves by the interval's reals / (1000 kimg),
/// up when r_t is above the target, down when below, and stays within 0 and the ceiling. Not thread-safe.
class AdaptiveAugmentation {
 public:
  /// Throws Error for values out of range.
  explicit AdaptiveAugmentation(const AdaptationSpec& spec);

  /// One discriminator step: the sum of the signs of the logits of `reals` pictures, of the data set and augmented.
  /// Returns true when it completed an interval. Throws Error when the sum is larger than the number of pictures.
  bool step(double sign_sum, std::int64_t reals);

  /// Another target, pace, ceiling or mode from now on; another p in the spec takes effect at once, else p stays.
  /// Throws Error for values out of range.
  void set_spec(const AdaptationSpec& spec);

  /// Multiplier of the probabilities of AugmentSpec.
  [[nodiscard]] double p() const { return p_; }
  /// r_t of the last whole interval; 0 before there was one. Also kept in the fixed mode.
  [[nodiscard]] double statistic() const { return statistic_; }

  /// Everything that decides the next values of p besides the spec.
  [[nodiscard]] Json state() const;
  /// Puts a state back; afterwards p goes on exactly as before. Throws Error when a key is missing or out of range.
  void restore(const Json& state);

 private:
  AdaptationSpec spec_;
  double p_ = 0;
  double statistic_ = 0;
  double sign_sum_ = 0;     // of the interval under way
  std::int64_t reals_ = 0;  // the same
  int steps_ = 0;           // the same
};

}  // namespace ganvas::train

namespace ganvas::fields {

template <>
inline constexpr auto table<train::AdaptationSpec> =
    std::tuple{live("mode", &train::AdaptationSpec::mode, one_of([] {
                      return std::vector<std::string>{"ada", "fixed"};
                    })),
               live("p", &train::AdaptationSpec::p, between(0, 1e9)),
               live("target", &train::AdaptationSpec::target, between(-1, 1)),
               live("kimg", &train::AdaptationSpec::kimg, between(1e-9, 1e9)),
               optional("interval", &train::AdaptationSpec::interval, between(1, 1'000'000)),
               live("max_p", &train::AdaptationSpec::max_p, between(0, 1e9))};

}  // namespace ganvas::fields
