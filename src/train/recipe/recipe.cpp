#include "train/recipe/recipe.h"

#include <algorithm>
#include <limits>

#include "core/error.h"
#include "core/files.h"
#include "train/augment/augment.h"

namespace ganvas::train {
namespace {

namespace fs = std::filesystem;

/// One object of a recipe while it is read: known keys only, each value within its range, absent ones keep the default.
class Fields {
 public:
  Fields(const Json& json, std::string what, std::initializer_list<const char*> known)
      : json_(json), what_(std::move(what)) {
    require_known_keys(json, known, what_);
  }

  void number(const char* key, double& value, double low, double high) const {
    const Json* found = find(key);
    if (found == nullptr) return;
    require(found->is_number(), "{}: \"{}\" is {}; it must be a number.", what_, key, found->dump());
    value = found->get<double>();
    require(value >= low && value <= high, "{}: \"{}\" is {}; it must be from {} to {}.", what_, key, value, low, high);
  }

  template <typename Integer>
  void integer(const char* key, Integer& value, std::int64_t low, std::int64_t high) const {
    const Json* found = find(key);
    if (found == nullptr) return;
    require(found->is_number_integer(), "{}: \"{}\" is {}; it must be a whole number.", what_, key, found->dump());
    const auto given = found->get<std::int64_t>();
    require(given >= low && given <= high, "{}: \"{}\" is {}; it must be from {} to {}.", what_, key, found->dump(),
            low, high);
    value = static_cast<Integer>(given);
  }

  void boolean(const char* key, bool& value) const {
    const Json* found = find(key);
    if (found == nullptr) return;
    require(found->is_boolean(), "{}: \"{}\" is {}; it must be true or false.", what_, key, found->dump());
    value = found->get<bool>();
  }

  void text(const char* key, std::string& value) const {
    const Json* found = find(key);
    if (found == nullptr) return;
    require(found->is_string(), "{}: \"{}\" is {}; it must be a text.", what_, key, found->dump());
    value = found->get<std::string>();
  }

  void choice(const char* key, std::string& value, const std::vector<std::string>& choices) const {
    text(key, value);
    std::string known;
    for (const std::string& name : choices) known += (known.empty() ? "" : ", ") + name;
    require(std::find(choices.begin(), choices.end(), value) != choices.end(),
            "{}: \"{}\" is \"{}\"; it must be one of: {}.", what_, key, value, known);
  }

  /// A number (constant target) or [low, high].
  void range(const char* key, LabelRange& value) const {
    const Json* found = find(key);
    if (found == nullptr) return;
    const bool pair = found->is_array() && found->size() == 2 && (*found)[0].is_number() && (*found)[1].is_number();
    require(found->is_number() || pair, "{}: \"{}\" is {}; it must be a number or [low, high].", what_, key,
            found->dump());
    value.low = pair ? (*found)[0].get<double>() : found->get<double>();
    value.high = pair ? (*found)[1].get<double>() : value.low;
    require(value.low >= 0 && value.low <= value.high && value.high <= 1,
            "{}: \"{}\" is {}; label targets must rise within 0 to 1.", what_, key, found->dump());
  }

  [[nodiscard]] const Json& object(const char* key) const {
    const Json* found = find(key);
    require(found != nullptr, "{}: the key \"{}\" is missing.", what_, key);
    require(found->is_object(), "{}: \"{}\" must be an object.", what_, key);
    return *found;
  }

  [[nodiscard]] std::string inside(const char* key) const { return what_ + ": " + key; }

 private:
  [[nodiscard]] const Json* find(const char* key) const {
    const auto found = json_.find(key);
    return found == json_.end() ? nullptr : &*found;
  }

  const Json& json_;
  std::string what_;
};

Json to_json(const LabelRange& range) {
  return range.low == range.high ? Json(range.low) : Json::array({range.low, range.high});
}

Json to_json(const LossSpec& loss) {
  return {{"kind", loss.kind},
          {"d_real", to_json(loss.d_real)},
          {"d_fake", to_json(loss.d_fake)},
          {"g_fake", to_json(loss.g_fake)},
          {"d_real_weight", loss.d_real_weight},
          {"d_fake_weight", loss.d_fake_weight},
          {"g_weight", loss.g_weight},
          {"fresh_latents", loss.fresh_latents},
          {"joint_batches", loss.joint_batches},
          {"weight_clip", loss.weight_clip},
          {"d_steps", loss.d_steps},
          {"warmup", {{"d_steps", loss.warmup.d_steps}, {"first", loss.warmup.first}, {"every", loss.warmup.every}}},
          {"generator_first", loss.generator_first},
          {"gradient_penalty", loss.gradient_penalty},
          {"r1_gamma", loss.r1_gamma},
          {"r1_interval", loss.r1_interval},
          {"path_weight", loss.path_weight},
          {"path_interval", loss.path_interval},
          {"path_decay", loss.path_decay},
          {"path_shrink", loss.path_shrink},
          {"style_mixing", loss.style_mixing}};
}

CriticWarmup warmup_from_json(const Json& json, const std::string& what) {
  CriticWarmup warmup;
  const Fields fields(json, what, {"d_steps", "first", "every"});
  fields.integer("d_steps", warmup.d_steps, 0, 10'000);
  fields.integer("first", warmup.first, 0, 1'000'000'000);
  fields.integer("every", warmup.every, 0, 1'000'000'000);
  return warmup;
}

LossSpec loss_from_json(const Json& json, const std::string& what) {
  LossSpec loss;
  const Fields fields(json, what,
                      {"kind",          "d_real",      "d_fake",          "g_fake",           "d_real_weight",
                       "d_fake_weight", "g_weight",    "fresh_latents",   "joint_batches",    "weight_clip",
                       "d_steps",       "warmup",      "generator_first", "gradient_penalty", "r1_gamma",
                       "r1_interval",   "path_weight", "path_interval",   "path_decay",       "path_shrink",
                       "style_mixing"});
  fields.choice("kind", loss.kind, {"bce", "wasserstein", "logistic", "hinge"});
  fields.range("d_real", loss.d_real);
  fields.range("d_fake", loss.d_fake);
  fields.range("g_fake", loss.g_fake);
  fields.number("d_real_weight", loss.d_real_weight, 0, 1000);
  fields.number("d_fake_weight", loss.d_fake_weight, 0, 1000);
  fields.number("g_weight", loss.g_weight, 0, 1000);
  fields.boolean("fresh_latents", loss.fresh_latents);
  fields.boolean("joint_batches", loss.joint_batches);
  fields.number("weight_clip", loss.weight_clip, 0, 1000);
  fields.integer("d_steps", loss.d_steps, 1, 1000);
  if (json.contains("warmup")) loss.warmup = warmup_from_json(fields.object("warmup"), fields.inside("warmup"));
  fields.boolean("generator_first", loss.generator_first);
  fields.number("gradient_penalty", loss.gradient_penalty, 0, 1e6);
  fields.number("r1_gamma", loss.r1_gamma, 0, 1e6);
  fields.integer("r1_interval", loss.r1_interval, 1, 100'000);
  fields.number("path_weight", loss.path_weight, 0, 1e6);
  fields.integer("path_interval", loss.path_interval, 1, 100'000);
  fields.number("path_decay", loss.path_decay, 0, 1);
  fields.integer("path_shrink", loss.path_shrink, 1, 65536);
  fields.number("style_mixing", loss.style_mixing, 0, 1);
  require(loss.fresh_latents || !loss.generator_first,
          "{}: a generator step that comes first has no fakes to use again; set \"fresh_latents\" to true.", what);
  return loss;
}

Json to_json(const AugmentationSpec& augment) {
  Json json = to_json(augment.adaptation);
  json["pipe"] = augment.pipe;
  return json;
}

AugmentationSpec augmentation_from_json(Json json, const std::string& what) {
  AugmentationSpec augment;
  if (const auto pipe = json.find("pipe"); pipe != json.end()) {
    require(pipe->is_string(), "{}: \"pipe\" must be a text.", what);
    augment.pipe = pipe->get<std::string>();
    json.erase(pipe);
  }
  if (augment.pipe != "none") augment_preset(augment.pipe);  // names the known ones
  augment.adaptation = adaptation_from_json(json, what);
  return augment;
}

Json to_json(const optim::OptimizerSpec& optimizer) {
  return {{"kind", optimizer.kind},        {"lr", optimizer.lr},   {"beta1", optimizer.beta1},
          {"beta2", optimizer.beta2},      {"eps", optimizer.eps}, {"alpha", optimizer.alpha},
          {"momentum", optimizer.momentum}};
}

optim::OptimizerSpec optimizer_from_json(const Json& json, const std::string& what) {
  optim::OptimizerSpec optimizer;
  const Fields fields(json, what, {"kind", "lr", "beta1", "beta2", "eps", "alpha", "momentum"});
  constexpr double below_one = 1.0 - 1e-9;
  fields.choice("kind", optimizer.kind, {"adam", "sgd", "rmsprop"});
  fields.number("lr", optimizer.lr, 0, 100);
  fields.number("beta1", optimizer.beta1, 0, below_one);
  fields.number("beta2", optimizer.beta2, 0, below_one);
  fields.number("eps", optimizer.eps, 0, 1);
  fields.number("alpha", optimizer.alpha, 0, below_one);
  fields.number("momentum", optimizer.momentum, 0, below_one);
  return optimizer;
}

data::DatasetOptions data_from_json(const Json& json, const std::string& what, const models::NetworkSpec& network) {
  data::DatasetOptions data;
  const Fields fields(json, what, {"source", "seed", "count", "labels", "mirror"});
  data.labels = network.c_dim > 0;  // a data set's labels may be broken where nobody needs them
  fields.text("source", data.source);
  fields.integer("seed", data.seed, 0, std::numeric_limits<std::int64_t>::max());
  fields.integer("count", data.count, 1, 1'000'000'000);
  fields.boolean("labels", data.labels);
  fields.boolean("mirror", data.mirror);
  data.resolution = network.resolution;
  data.channels = network.image_channels;
  return data;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

Json to_json(const Recipe& recipe) {
  return {{"name", recipe.name},
          {"title", recipe.title},
          {"notes", recipe.notes},
          {"network", to_json(recipe.network)},
          {"data",
           {{"source", recipe.data.source},
            {"seed", recipe.data.seed},
            {"count", recipe.data.count},
            {"labels", recipe.data.labels},
            {"mirror", recipe.data.mirror}}},
          {"loss", to_json(recipe.loss)},
          {"augment", to_json(recipe.augment)},
          {"grow", to_json(recipe.grow)},
          {"g_optimizer", to_json(recipe.g_optimizer)},
          {"d_optimizer", to_json(recipe.d_optimizer)},
          {"batch", recipe.batch},
          {"kimg", recipe.kimg},
          {"ema_kimg", recipe.ema_kimg},
          {"ema_ramp", recipe.ema_ramp},
          {"sample_kimg", recipe.sample_kimg},
          {"save_seconds", recipe.save_seconds},
          {"film", recipe.film},
          {"film_fps", recipe.film_fps},
          {"seed", recipe.seed}};
}

Recipe recipe_from_json(const Json& json, const std::string& what) {
  Recipe recipe;
  const Fields fields(
      json, what,
      {"name", "title", "notes", "network", "data", "loss", "augment", "grow", "g_optimizer", "d_optimizer", "batch",
       "kimg", "ema_kimg", "ema_ramp", "sample_kimg", "save_seconds", "film", "film_fps", "seed"});
  fields.text("name", recipe.name);
  require(!recipe.name.empty(), "{}: the key \"name\" is missing.", what);
  fields.text("title", recipe.title);
  recipe.notes = get_or(json, "notes", recipe.notes);
  recipe.network = models::network_spec_from_json(fields.object("network"));
  recipe.data = data_from_json(json.contains("data") ? fields.object("data") : Json::object(), fields.inside("data"),
                               recipe.network);
  recipe.loss = loss_from_json(fields.object("loss"), fields.inside("loss"));
  if (json.contains("augment"))
    recipe.augment = augmentation_from_json(fields.object("augment"), fields.inside("augment"));
  if (json.contains("grow")) recipe.grow = growing_from_json(fields.object("grow"), fields.inside("grow"));
  require(recipe.grow.start == 0 || recipe.network.family == "stylegan",
          "{}: only StyleGAN grows; set \"grow.start\" to 0 for the family {}.", what, recipe.network.family);
  recipe.g_optimizer = optimizer_from_json(fields.object("g_optimizer"), fields.inside("g_optimizer"));
  recipe.d_optimizer = optimizer_from_json(fields.object("d_optimizer"), fields.inside("d_optimizer"));
  fields.integer("batch", recipe.batch, 1, 65536);
  fields.number("kimg", recipe.kimg, 0, 1e9);
  fields.number("ema_kimg", recipe.ema_kimg, 0, 1e9);
  fields.number("ema_ramp", recipe.ema_ramp, 0, 1);
  fields.number("sample_kimg", recipe.sample_kimg, 0.001, 1e9);
  fields.number("save_seconds", recipe.save_seconds, 0.01, 1e9);
  fields.text("film", recipe.film);
  require(
      recipe.film.empty() || (recipe.film.find('/') == std::string::npos && recipe.film.find('.') != std::string::npos),
      "{}: \"film\" is the name of a film in the run folder, such as samples.gif, not \"{}\".", what, recipe.film);
  fields.integer("film_fps", recipe.film_fps, 1, 100);
  fields.integer("seed", recipe.seed, 0, std::numeric_limits<std::int64_t>::max());
  return recipe;
}

std::vector<std::string> recipe_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(asset("recipes"))) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Recipe load_recipe(const std::string& name_or_path) {
  const std::vector<std::string> names = recipe_names();
  if (std::find(names.begin(), names.end(), name_or_path) != names.end()) {
    const fs::path path = asset("recipes/" + name_or_path + ".json");
    return recipe_from_json(read_json(path), "recipe " + name_or_path);
  }
  std::error_code error;
  require(fs::is_regular_file(name_or_path, error), "There is no recipe \"{}\": neither a file nor one of {}.",
          name_or_path, joined(names));
  return recipe_from_json(read_json(name_or_path), "recipe " + name_or_path);
}

Json& recipe_place(Json& json, const std::string& key) {
  Json* place = &json;
  for (std::size_t start = 0; start <= key.size();) {
    const auto end = std::min(key.find('.', start), key.size());
    const std::string part = key.substr(start, end - start);
    std::vector<std::string> known;
    if (place->is_object()) {
      for (const auto& item : place->items()) known.push_back(item.key());
    }
    require(place->is_object() && place->contains(part), "A recipe has no \"{}\"; known here: {}.", key, joined(known));
    place = &(*place)[part];
    start = end + 1;
  }
  return *place;
}

void set_recipe_value(Recipe& recipe, const std::string& assignment) {
  const auto equals = assignment.find('=');
  require(equals != std::string::npos && equals > 0, "\"{}\" is no setting; write key=value, such as batch=64.",
          assignment);
  const std::string key = assignment.substr(0, equals);
  const std::string text = assignment.substr(equals + 1);
  Json json = to_json(recipe);
  Json& place = recipe_place(json, key);
  Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  place = value.is_discarded() || place.is_string() ? Json(text) : std::move(value);
  recipe = recipe_from_json(json, "recipe " + recipe.name + " with " + assignment);
}

}  // namespace ganvas::train
