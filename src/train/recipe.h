#pragma once
// One JSON file = one experiment: networks, losses, optimisers, label smoothing, schedule, data, seed.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"
#include "data/dataset.h"
#include "models/network_spec.h"

namespace ganvas {

/// A label target: drawn uniformly from [low, high] anew for each picture of each step; a constant when low == high.
struct LabelRange {
  double low = 1.0;
  double high = 1.0;
};

struct LossSpec {
  std::string kind = "bce";     ///< bce, wasserstein
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
};

struct OptimizerSpec {
  std::string kind = "adam";  ///< adam, sgd, rmsprop
  double lr = 2e-4;
  double beta1 = 0.5;
  double beta2 = 0.999;
  double eps = 1e-8;
  double alpha = 0.99;    ///< rmsprop
  double momentum = 0.0;  ///< sgd
};

struct Recipe {
  std::string name;
  std::string title;               ///< one line for people
  std::vector<std::string> notes;  ///< the source of each number
  NetworkSpec network;
  DatasetOptions data;
  LossSpec loss;
  OptimizerSpec g_optimizer;
  OptimizerSpec d_optimizer;
  int batch = 128;           ///< pictures a discriminator step
  double kimg = 1000;        ///< length of the run, thousands of reals
  double ema_kimg = 0;       ///< half-life of the EMA generator in kimg; 0: the EMA is the generator itself
  double ema_ramp = 0.05;    ///< EMA half-life is at most this fraction of the kimg so far; 0 no ramp
  double sample_kimg = 10;   ///< a sample sheet every so many kimg
  double save_seconds = 60;  ///< a checkpoint at least this often
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

/// Bytes at the peak of training by this recipe: weights, gradients, optimiser states, EMA, snapshots, activations,
/// loader. An estimate from shapes; docs/architecture.md says how it is made.
std::size_t peak_memory_bytes(const Recipe& recipe);

}  // namespace ganvas
