#pragma once
// One JSON file = one experiment: networks, losses, optimisers, label smoothing, schedule, data, seed.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"
#include "data/dataset.h"
#include "models/network_spec.h"
#include "optim/optimizer_spec.h"
#include "train/augment/adaptive_augmentation.h"
#include "train/recipe/growing.h"

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
  std::string kind = "bce";     ///< bce, wasserstein, logistic (non-saturating), hinge
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

/// What the discriminator sees of the pictures.
struct AugmentationSpec {
  std::string pipe = "none";  ///< none, or a set of augment_presets(): bgc, ...
  AdaptationSpec adaptation;  ///< read when the pipe is not none
};

struct Recipe {
  std::string name;
  std::string title;               ///< one line for people
  std::vector<std::string> notes;  ///< the source of each number
  models::NetworkSpec network;
  data::DatasetOptions data;
  LossSpec loss;
  AugmentationSpec augment;
  GrowingSpec grow;
  optim::OptimizerSpec g_optimizer;
  optim::OptimizerSpec d_optimizer;
  int batch = 128;           ///< pictures a discriminator step
  double kimg = 1000;        ///< length of the run, thousands of reals
  double ema_kimg = 0;       ///< half-life of the EMA generator in kimg; 0: the EMA is the generator itself
  double ema_ramp = 0.05;    ///< EMA half-life is at most this fraction of the kimg so far; 0 no ramp
  double sample_kimg = 10;   ///< a sample sheet every so many kimg
  double save_seconds = 60;  ///< a checkpoint at least this often
  std::string film;          ///< at the end, a film of all sample sheets, in the run folder: "samples.gif"; empty: none
  int film_fps = 10;         ///< sheets a second
  std::uint64_t seed = 0;
};

Json to_json(const Recipe& recipe);
/// Throws Error naming the first unknown key, missing key or value out of range.
Recipe recipe_from_json(const Json& json, const std::string& what);
/// A path, or the name of a recipe in assets/recipes. Throws Error listing the known names.
Recipe load_recipe(const std::string& name_or_path);
/// Names of the built-in recipes, sorted.
std::vector<std::string> recipe_names();
/// Applies "key.sub=value" (--set), value parsed as JSON or taken as a string. Throws Error for unknown keys.
void set_recipe_value(Recipe& recipe, const std::string& assignment);

/// Where "key.sub" stands in the JSON of a recipe. Throws Error for unknown keys, naming the known ones.
Json& recipe_place(Json& json, const std::string& key);

/// Bytes at the peak of training by this recipe: weights, gradients, optimiser states, EMA, snapshots, activations,
/// loader. An estimate from shapes; docs/architecture.md says how it is made.
std::size_t peak_memory_bytes(const Recipe& recipe);

}  // namespace ganvas::train
