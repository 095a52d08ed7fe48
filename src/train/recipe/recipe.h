#pragma once
// One JSON file = one experiment: networks, losses, optimisers, label smoothing, schedule, data, seed.

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "core/json_fields.h"
#include "data/dataset.h"
#include "models/network_spec.h"
#include "optim/optimizer_spec.h"
#include "train/augment/adaptive_augmentation.h"
#include "train/loss/loss_spec.h"
#include "train/recipe/growing.h"
#include "train/recipe/start_spec.h"

namespace ganvas::train {

/// What the discriminator sees of the pictures.
struct AugmentationSpec {
  std::string pipe = "none";  ///< one of augmentation_pipes(): bgc, ...
  AdaptationSpec adaptation;  ///< read when the pipe is not none
};

/// "none" and the sets of augment_presets().
std::vector<std::string> augmentation_pipes();

struct Recipe {
  std::string name;
  std::string title;               ///< one line for people
  std::vector<std::string> notes;  ///< the source of each number
  models::NetworkSpec network;
  StartSpec start;
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

/// What must hold between the parts of a recipe.
void check_recipe(const Recipe& recipe, const std::string& what);

}  // namespace ganvas::train

/// A row for each key of a recipe, in the order in which files have them. Keys with `live` may change while a run
/// trains (live_keys()).
namespace ganvas::fields {

template <>
struct Codec<models::NetworkSpec> {
  static Json write(const models::NetworkSpec& spec) { return models::to_json(spec); }
  static models::NetworkSpec read(const Json& json, const std::string& what);
};

template <>
inline constexpr auto table<data::DatasetOptions> =
    std::tuple{optional("source", &data::DatasetOptions::source),
               optional("seed", &data::DatasetOptions::seed, between(0, std::numeric_limits<std::int64_t>::max())),
               optional("count", &data::DatasetOptions::count, between(1, 1'000'000'000)),
               optional("labels", &data::DatasetOptions::labels), optional("mirror", &data::DatasetOptions::mirror)};

inline constexpr double below_one = 1.0 - 1e-9;
template <>
inline constexpr auto table<optim::OptimizerSpec> =
    std::tuple{optional("kind", &optim::OptimizerSpec::kind, one_of([] {
                          return std::vector<std::string>{"adam", "sgd", "rmsprop"};
                        })),
               live("lr", &optim::OptimizerSpec::lr, between(0, 100)),
               live("mapping_rate", &optim::OptimizerSpec::mapping_rate, between(0, 100)),
               optional("beta1", &optim::OptimizerSpec::beta1, between(0, below_one)),
               optional("beta2", &optim::OptimizerSpec::beta2, between(0, below_one)),
               optional("eps", &optim::OptimizerSpec::eps, between(0, 1)),
               optional("alpha", &optim::OptimizerSpec::alpha, between(0, below_one)),
               optional("momentum", &optim::OptimizerSpec::momentum, between(0, below_one))};

template <>
inline constexpr auto table<train::AugmentationSpec> =
    std::tuple{merged(&train::AugmentationSpec::adaptation),
               optional("pipe", &train::AugmentationSpec::pipe, one_of(train::augmentation_pipes))};

template <>
inline constexpr auto table<train::Recipe> =
    std::tuple{required("name", &train::Recipe::name),
               optional("title", &train::Recipe::title),
               optional("notes", &train::Recipe::notes),
               required("network", &train::Recipe::network),
               optional("start", &train::Recipe::start),
               optional("data", &train::Recipe::data),
               required("loss", &train::Recipe::loss),
               optional("augment", &train::Recipe::augment),
               optional("grow", &train::Recipe::grow),
               required("g_optimizer", &train::Recipe::g_optimizer),
               required("d_optimizer", &train::Recipe::d_optimizer),
               live("batch", &train::Recipe::batch, between(1, 65536)),
               live("kimg", &train::Recipe::kimg, between(0, 1e9)),
               live("ema_kimg", &train::Recipe::ema_kimg, between(0, 1e9)),
               live("ema_ramp", &train::Recipe::ema_ramp, between(0, 1)),
               live("sample_kimg", &train::Recipe::sample_kimg, between(0.001, 1e9)),
               live("save_seconds", &train::Recipe::save_seconds, between(0.01, 1e9)),
               optional("film", &train::Recipe::film),
               optional("film_fps", &train::Recipe::film_fps, between(1, 100)),
               optional("seed", &train::Recipe::seed, between(0, std::numeric_limits<std::int64_t>::max()))};
template <>
inline constexpr auto rule_of<train::Recipe> = train::check_recipe;

}  // namespace ganvas::fields
