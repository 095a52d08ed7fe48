// Each number of each recipe that a write-up or a public system fixes, and no number that nobody answers for.

#include "train/recipe_pins.h"

#include <torch/nn/module.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "models/generator.h"
#include "models/stylegan/settings.h"
#include "models/stylegan2/settings.h"
#include "models/wgan/settings.h"
#include "train/recipe/recipe.h"

namespace ganvas::train {
namespace {

using test::Pins;

/// Recipe -> keys that nobody published and that are not the program's defaults: ours to choose.
const std::map<std::string, std::set<std::string>>& own_choices() {
  static const std::map<std::string, std::set<std::string>> choices{
      {"faces-dcgan", {"kimg"}},
      {"faces-wgan", {"kimg"}},
      {"faces-wgan-gp", {"kimg"}},
      {"wgan-gp-original", {"sample_kimg"}},
      {"animefaces512-stylegan", {"sample_kimg"}},
      {"first-faces",
       {"network.resolution", "network.z_dim", "network.w_dim", "network.dcgan.channels", "network.dcgan.d_channels",
        "data.count", "batch", "kimg", "ema_kimg", "sample_kimg"}},
      {"starter-dcgan",
       {"network.z_dim", "network.w_dim", "network.dcgan.channels", "network.dcgan.d_channels", "data.count", "kimg",
        "ema_kimg"}},
      {"starter-stylegan",
       {"network.resolution", "network.z_dim", "network.w_dim", "network.extra.channels", "network.extra.d_dense",
        "network.extra.mapping_channels", "grow.stable_kimg", "grow.fade_kimg", "grow.batch", "data.count", "batch",
        "kimg", "ema_kimg"}},
      {"starter-stylegan2",
       {"network.z_dim", "network.w_dim", "network.extra.channel_base", "network.extra.channel_max",
        "network.extra.conv_clamp", "network.extra.fp16_resolutions", "data.count", "batch", "kimg", "ema_ramp"}}};
  return choices;
}

struct WeightCounts {
  std::int64_t generator = 0;
  std::int64_t discriminator = 0;
};

/// Recipe -> weights of its networks, counted from the widths and kernels that the systems give.
const std::map<std::string, WeightCounts>& published_weights() {
  constexpr WeightCounts jovian{3'806'080, 2'765'696};
  constexpr WeightCounts pytorch{3'576'704, 2'765'568};
  constexpr WeightCounts faces{2'910'080, 2'780'032};
  constexpr WeightCounts config_f{30'370'060, 29'012'513};
  static const std::map<std::string, WeightCounts> counts{{"anime-dcgan-v1", jovian},
                                                          {"anime-dcgan-v2", jovian},
                                                          {"anime-dcgan-v3", jovian},
                                                          {"anime-dcgan-v4", jovian},
                                                          {"anime-dcgan-v5", jovian},
                                                          {"anime-dcgan-v6", jovian},
                                                          {"anime-dcgan-sigmoid", jovian},
                                                          {"anime-dcgan-leaky015", jovian},
                                                          {"faces-dcgan", faces},
                                                          {"faces-wgan", faces},
                                                          {"faces-wgan-gp", {2'910'080, 2'778'112}},
                                                          {"dcgan-pytorch-examples", pytorch},
                                                          {"mnist-dcgan", {1'066'880, 661'248}},
                                                          {"animefaces512-dcgan", pytorch},
                                                          {"animefaces512-wgan", pytorch},
                                                          {"wgan-original", pytorch},
                                                          {"wgan-gp-original", {8'540'483, 7'491'841}},
                                                          {"animefaces512-stylegan", {26'179'768, 23'080'225}},
                                                          {"animefaces512-stylegan2-ada", {28'700'647, 28'982'849}},
                                                          {"stylegan2-ada-auto", {23'191'522, 24'001'089}},
                                                          {"stylegan2-ada-stylegan2", config_f},
                                                          {"stylegan2-ada-paper256", {24'767'458, 24'001'089}},
                                                          {"stylegan2-ada-paper512", {30'276'583, 28'982'849}},
                                                          {"stylegan2-ada-paper1024", config_f},
                                                          {"stylegan2-ada-cifar", {19'947'539, 20'720'641}},
                                                          {"first-faces", {362'432, 167'808}},
                                                          {"starter-dcgan", {1'083'840, 694'656}},
                                                          {"starter-stylegan", {242'252, 224'033}},
                                                          {"starter-stylegan2", {275'144, 296'401}}};
  return counts;
}

/// The recipe's JSON with the defaults of its networks' family filled in.
Json complete(const Recipe& recipe) {
  Json json = to_json(recipe);
  const std::string& family = recipe.network.family;
  Json settings = Json::object();
  if (family == "stylegan") settings = to_json(models::stylegan_settings(recipe.network));
  if (family == "stylegan2") settings = to_json(models::stylegan2_settings(recipe.network));
  if (family == "wgan") settings = to_json(models::wgan_settings(recipe.network));
  if (family == "wgan_gp") settings = to_json(models::wgan_gp_settings(recipe.network));
  settings.update(recipe.network.extra);
  json["network"]["extra"] = settings;
  return json;
}

/// What stands at "key.path"; null when there is nothing.
Json at_path(const Json& json, const std::string& path) {
  const auto dot = path.find('.');
  const auto found = json.is_object() ? json.find(path.substr(0, dot)) : json.end();
  if (!json.is_object() || found == json.end()) return nullptr;
  return dot == std::string::npos ? *found : at_path(*found, path.substr(dot + 1));
}

/// Numbers may differ by the rounding of a product.
bool same(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) {
    const auto x = a.get<double>(), y = b.get<double>();
    return std::abs(x - y) <= 1e-12 * std::max(std::abs(x), std::abs(y));
  }
  if (!a.is_structured() || a.type() != b.type() || a.size() != b.size()) return a == b;
  for (const auto& [key, value] : a.items()) {
    if (a.is_object() && !b.contains(key)) return false;
    if (!same(value, a.is_object() ? b.at(key) : b.at(std::stoul(key)))) return false;
  }
  return true;
}

/// Paths of everything below `json` that is not the same in `other`. Names and notes are no settings.
std::vector<std::string> differing(const Json& json, const Json& other, const std::string& prefix = "") {
  std::vector<std::string> paths;
  for (const auto& [key, value] : json.items()) {
    if (prefix.empty() && (key == "name" || key == "title" || key == "notes")) continue;
    const Json there = other.is_object() && other.contains(key) ? other.at(key) : Json();
    if (value.is_object() && !value.empty()) {
      const std::vector<std::string> deeper = differing(value, there, prefix + key + ".");
      paths.insert(paths.end(), deeper.begin(), deeper.end());
    } else if (!same(value, there)) {
      paths.push_back(prefix + key);
    }
  }
  return paths;
}

/// `path` or what it is a part of.
template <typename Keys>
bool covers(const Keys& keys, const std::string& path) {
  if (keys.contains(path)) return true;
  const auto dot = path.rfind('.');
  return dot != std::string::npos && covers(keys, path.substr(0, dot));
}

std::set<std::string> own_choices_of(const std::string& name) {
  const auto found = own_choices().find(name);
  return found == own_choices().end() ? std::set<std::string>{} : found->second;
}

class RecipePins : public testing::TestWithParam<std::string> {
 protected:
  Recipe recipe = load_recipe(GetParam());
  Pins pins = test::recipe_pins().contains(GetParam()) ? test::recipe_pins().at(GetParam()) : Pins{};
};

TEST_P(RecipePins, HoldInTheFile) {
  ASSERT_FALSE(pins.empty()) << "Write down in recipe_pins.cpp what " << GetParam() << " must say.";
  const Json json = complete(recipe);
  for (const auto& [key, value] : pins) {
    const Json found = at_path(json, key);
    EXPECT_TRUE(same(found, value)) << key << " is " << found << ", published " << value;
  }
}

TEST_P(RecipePins, NameEveryNumberThatIsNoDefault) {
  const std::set<std::string> choices = own_choices_of(GetParam());
  for (const std::string& path : differing(to_json(recipe), to_json(Recipe()))) {
    EXPECT_TRUE(covers(pins, path) || covers(choices, path))
        << path << " is neither pinned nor named among the own choices of recipe_pins.cpp";
  }
}

TEST_P(RecipePins, LeaveOnlyRealChoicesOpen) {
  const std::vector<std::string> paths = differing(to_json(recipe), to_json(Recipe()));
  for (const std::string& choice : own_choices_of(GetParam())) {
    EXPECT_FALSE(pins.contains(choice)) << choice << " is pinned";
    EXPECT_TRUE(std::ranges::any_of(paths, [&](const std::string& path) { return covers(std::set{choice}, path); }))
        << choice << " is the default";
  }
}

TEST_P(RecipePins, HaveNotesThatNameTheirSource) {
  ASSERT_FALSE(recipe.notes.empty());
  std::string notes;
  for (const std::string& note : recipe.notes) {
    EXPECT_GT(note.size(), 20u) << note;
    notes += note + '\n';
  }
  std::vector<std::string> sources{"rite-up",          "notebook",  "PyTorch's example",
                                   "pytorch/examples", "s program", "et al."};
  for (const std::string& other : recipe_names()) {
    if (other != recipe.name) sources.push_back("As " + other);
  }
  EXPECT_TRUE(std::ranges::any_of(sources, [&](const std::string& source) {
    return notes.find(source) != std::string::npos;
  })) << notes;
}

std::int64_t weights_of_network(const torch::nn::Module& network) {
  std::int64_t count = 0;
  for (const at::Tensor& parameter : network.parameters()) count += parameter.numel();
  return count;
}

TEST_P(RecipePins, GiveNetworksOfThePublishedSize) {
  ASSERT_TRUE(published_weights().contains(GetParam()));
  const WeightCounts published = published_weights().at(GetParam());
  EXPECT_EQ(weights_of_network(*models::empty_generator(recipe.network)), published.generator);
  EXPECT_EQ(weights_of_network(*models::empty_discriminator(recipe.network)), published.discriminator);
  // Weights and their gradients are a part of what training takes.
  const auto weights = static_cast<std::size_t>(published.generator + published.discriminator);
  EXPECT_GT(peak_memory_bytes(recipe), 2 * sizeof(float) * weights);
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, RecipePins, testing::ValuesIn(recipe_names()), test_name);

TEST(RecipePinTables, NameRecipesThatThereAre) {
  const std::vector<std::string> names = recipe_names();
  const auto there = [&](const std::string& name) { return std::ranges::find(names, name) != names.end(); };
  for (const auto& [name, pins] : test::recipe_pins()) EXPECT_TRUE(there(name)) << name;
  for (const auto& [name, keys] : own_choices()) EXPECT_TRUE(there(name)) << name;
  for (const auto& [name, counts] : published_weights()) EXPECT_TRUE(there(name)) << name;
}

}  // namespace
}  // namespace ganvas::train
