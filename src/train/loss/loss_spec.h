#pragma once
// What a recipe says about losses. No torch.

#include <string>
#include <vector>

#include "core/json_fields.h"

namespace ganvas::train {

/// A label target: drawn uniformly from [low, high] anew for each picture of each step; a constant when low == high.
struct LabelRange {
  double low = 1.0;
  double high = 1.0;
};

/// More critic steps at the start and now and then, so that the critic is near its optimum (Arjovsky et al. 2017).
struct CriticWarmup {
  int d_steps = 0;  ///< critic steps of such a generator step; 0: no warm-up
  int first = 25;   ///< generator steps at the start that are such
  int every = 500;  ///< and each so many-th; 0: none later
};

/// Weights are factors of a term's mean; 0 leaves the term out. An interval above 1 makes a term a step of its own
/// every so many steps, weighted by the interval (lazy regularisation, Karras et al. 2019).
struct LossSpec {
  std::string kind = "bce";     ///< one of adversarial_loss_names()
  LabelRange d_real{1.0, 1.0};  ///< target of reals in the discriminator step
  LabelRange d_fake{0.0, 0.0};  ///< target of fakes in the discriminator step
  LabelRange g_fake{1.0, 1.0};  ///< target of fakes in the generator step
  double d_real_weight = 1.0;   ///< weight of each term of the loss
  double d_fake_weight = 1.0;
  double g_weight = 1.0;
  bool fresh_latents = true;   ///< generator step draws new latents (Jovian) or re-uses the fakes (pytorch/examples)
  bool joint_batches = false;  ///< reals and fakes through D in one batch (changes batch norm statistics)
  double weight_clip = 0.0;    ///< clamp critic parameters to +-this before each critic step; 0 off
  int d_steps = 1;             ///< discriminator steps a generator step
  CriticWarmup warmup;
  bool generator_first = false;   ///< generator step before the discriminator's; needs fresh latents
  double gradient_penalty = 0.0;  ///< of WGAN-GP, on mixtures of reals and fakes, in each critic step
  double r1_gamma = 0.0;          ///< R1 on reals, times gamma / 2
  int r1_interval = 1;
  double path_weight = 0.0;  ///< path length regularisation of the generator
  int path_interval = 4;
  double path_decay = 0.01;   ///< how far the average length moves to a batch's mean
  int path_shrink = 2;        ///< its batch is so many times smaller
  double style_mixing = 0.0;  ///< probability that a batch's styles change to those of second latents at some layer
};

/// The names of all adversarial losses (losses.cpp).
std::vector<std::string> adversarial_loss_names();

/// Throws Error, naming `what`, for settings that contradict each other.
void check_loss(const LossSpec& loss, const std::string& what);

}  // namespace ganvas::train

namespace ganvas::fields {

/// A number (constant target) or [low, high].
template <>
struct Codec<train::LabelRange> {
  static Json write(const train::LabelRange& range);
  static train::LabelRange read(const Json& json, const std::string& what);
};

template <>
inline constexpr auto table<train::CriticWarmup> =
    std::tuple{optional("d_steps", &train::CriticWarmup::d_steps, between(0, 10'000)),
               optional("first", &train::CriticWarmup::first, between(0, 1'000'000'000)),
               optional("every", &train::CriticWarmup::every, between(0, 1'000'000'000))};

template <>
inline constexpr auto table<train::LossSpec> =
    std::tuple{optional("kind", &train::LossSpec::kind, one_of(train::adversarial_loss_names)),
               live("d_real", &train::LossSpec::d_real),
               live("d_fake", &train::LossSpec::d_fake),
               live("g_fake", &train::LossSpec::g_fake),
               live("d_real_weight", &train::LossSpec::d_real_weight, between(0, 1000)),
               live("d_fake_weight", &train::LossSpec::d_fake_weight, between(0, 1000)),
               live("g_weight", &train::LossSpec::g_weight, between(0, 1000)),
               optional("fresh_latents", &train::LossSpec::fresh_latents),
               optional("joint_batches", &train::LossSpec::joint_batches),
               live("weight_clip", &train::LossSpec::weight_clip, between(0, 1000)),
               live("d_steps", &train::LossSpec::d_steps, between(1, 1000)),
               optional("warmup", &train::LossSpec::warmup),
               optional("generator_first", &train::LossSpec::generator_first),
               live("gradient_penalty", &train::LossSpec::gradient_penalty, between(0, 1e6)),
               live("r1_gamma", &train::LossSpec::r1_gamma, between(0, 1e6)),
               optional("r1_interval", &train::LossSpec::r1_interval, between(1, 100'000)),
               live("path_weight", &train::LossSpec::path_weight, between(0, 1e6)),
               optional("path_interval", &train::LossSpec::path_interval, between(1, 100'000)),
               optional("path_decay", &train::LossSpec::path_decay, between(0, 1)),
               optional("path_shrink", &train::LossSpec::path_shrink, between(1, 65536)),
               live("style_mixing", &train::LossSpec::style_mixing, between(0, 1))};
template <>
inline constexpr auto rule_of<train::LossSpec> = train::check_loss;

}  // namespace ganvas::fields
