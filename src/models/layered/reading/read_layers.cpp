#include "models/layered/reading/read_layers.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "models/layered/graph/onnx.h"
#include "models/layered/layers/chain.h"
#include "models/layered/reading/keras.h"
#include "models/layered/reading/modules.h"
#include "models/layered/reading/statistics.h"
#include "models/layered/script/torchscript.h"

namespace ganvas::models {
namespace {

constexpr double margin_of_ways = 3;    // of costs within which statistics decide
constexpr double weight_of_misfit = 8;  // of statistics against costs
constexpr double says_nothing = 0.4;    // a misfit above this is none

std::string file_of(const io::WeightSet& weights) {
  return weights.provenance.file.empty() ? "The file" : weights.provenance.file;
}

bool is_one_of(std::int64_t value, std::initializer_list<std::int64_t> list) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// What a picture of this size costs: usual ones nothing.
std::optional<double> cost_of_picture(const Sizes& sizes) {
  Sizes picture = sizes;
  if (sizes.size() == 1) {
    for (const std::int64_t channels : {1, 3, 4}) {
      const auto side = static_cast<std::int64_t>(std::llround(std::sqrt(static_cast<double>(sizes[0] / channels))));
      if (side * side * channels == sizes[0]) {
        picture = {channels, side, side};
        break;
      }
    }
  }
  if (picture.size() != 3 || picture[0] > 4) return std::nullopt;
  const auto [side, longer] = std::minmax(picture[1], picture[2]);
  if (side < 8 || longer > 4096 || longer > 4 * side) return std::nullopt;
  if (side != longer) return 3;
  const double grey_digits = picture[0] == 1 && side == 28 ? -1.5 : 0;
  if (is_one_of(side, {28, 32, 64, 128, 256, 512, 1024})) return grey_digits + (picture[0] > 1 && side == 28 ? 1 : 0);
  if (is_one_of(side, {16, 48, 96, 160, 192, 224, 384, 768, 2048})) return 1.5;
  return side % 8 == 0 ? 6 : 9;
}

/// Outputs of a layer with weights, taken either way.
std::int64_t outputs_of(const Draft& draft) {
  if (draft.sort == Sort::attention) return draft.tensors.at("value_conv.weight").size(0);
  return draft.weight().size(0);
}

struct Ends {
  const Draft* first = nullptr;
  const Draft* last = nullptr;
};

Ends ends_of(const std::vector<Draft>& drafts) {
  Ends ends;
  for (const Draft& draft : drafts) {
    if (!draft.weighs()) continue;
    if (ends.first == nullptr) ends.first = &draft;
    ends.last = &draft;
  }
  return ends;
}

bool takes_pictures(const Draft& first) {
  return first.sort == Sort::convolution && first.weight().size(1) <= 4 &&
         first.weight().size(0) > first.weight().size(1);
}

bool scores(const Draft& last) {
  return outputs_of(last) == 1 && (last.sort == Sort::linear || last.weight().dim() == 4);
}

/// What is a StyleGAN2 by its program's name, but another network than NVIDIA's.
void refuse_other_stylegans(const io::WeightSet& weights) {
  for (const auto& [name, tensor] : weights.items())
    require(!name.ends_with("G.initial_block"),
            "{} is of lucidrains' program stylegan2_pytorch (it has {}), which ganvas does not open; draw its pictures "
            "with that.",
            file_of(weights), name);
}

/// Refuses by name what is another kind of network.
void refuse_other_kinds(const io::WeightSet& weights, const Ends& ends) {
  for (const auto& [name, tensor] : weights.items()) {
    for (const char* part : {"time_embed", "time_mlp", "timestep", "mid_block", "down_blocks", "diffusion"})
      require(name.find(part) == std::string::npos,
              "{} looks like a diffusion model (it has {}), which ganvas does not open.", file_of(weights), name);
  }
  require(ends.first != nullptr, "{} holds {} tensors{} but no layer that multiplies.", file_of(weights),
          weights.size(), weights.size() == 0 ? "" : " (" + weights.items().front().first + ", ...)");
  const std::int64_t out = outputs_of(*ends.last);
  if (!takes_pictures(*ends.first)) return;
  require(ends.last->sort != Sort::linear || out == 1,
          "{} looks like a classifier of {} classes, which takes pictures and makes none.", file_of(weights), out);
  require(
      scores(*ends.last),
      "{} takes pictures ({} has {} channels) and does not score them: an autoencoder, a translator of pictures, a "
      "diffusion model or a generator whose noise is a picture, none of which makes pictures out of a list of values.",
      file_of(weights), ends.first->name, ends.first->weight().size(1));
}

/// Generators that enlarge and then convolve mostly descend from one public program, which begins with a dense layer
/// and its norm and has an eps of 0.8 in the others.
Habits habits_of(const std::vector<Draft>& drafts, const Way& way) {
  const bool enlarging =
      std::any_of(way.geometry.begin(), way.geometry.end(), [](const Geometry& one) { return one.upsample > 1; });
  if (!enlarging) return {};
  const bool dense_and_norm = drafts.size() > 1 && drafts[0].sort == Sort::linear && drafts[1].norm();
  return {.activation = "leaky_relu", .later_eps = dense_and_norm ? 0.8 : 1e-5};
}

Recognised generator_of_drafts(std::vector<Draft> drafts, const io::WeightSet& weights) {
  const Entrance entrance = generator_entrance(drafts);
  std::string stuck;
  const std::vector<Way> ways = ways_through(drafts, entrance.sizes, cost_of_picture, 8, stuck);
  require(!ways.empty(), "{}", stuck);
  const auto assembled = [&](const Way& way) { return assemble(entrance, drafts, way, habits_of(drafts, way)); };
  const Way* chosen = &ways[0];
  double least = 1e9;
  for (const Way& way : ways) {
    if (ways.size() == 1 || way.cost > ways[0].cost + margin_of_ways || way.cost >= least) break;
    Assembled network = assembled(way);
    const std::optional<double> misfit = settle_by_statistics(network, entrance, weights, false);
    if (!misfit || *misfit > says_nothing) continue;
    const double cost = way.cost + weight_of_misfit * *misfit;
    if (cost < least) least = cost, chosen = &way;
  }
  Assembled network = assembled(*chosen);
  settle_by_statistics(network, entrance, weights, true);
  std::vector<std::pair<std::string, Sizes>> inputs{{"z", {entrance.z_dim}}};
  if (entrance.c_dim > 0) inputs.push_back({"label", {entrance.c_dim}});
  const Sizes picture = sizes_of(network.layers, inputs).back();
  return {
      layered_spec({.generator = network.layers, .assumed = network.assumed}, picture, entrance.z_dim, entrance.c_dim),
      Role::generator};
}

Recognised discriminator_of_drafts(std::vector<Draft> drafts, const Draft& first) {
  // Logits are what comes before a sigmoid.
  while (drafts.size() > 1 && drafts.back().known && drafts.back().known->kind == "sigmoid") drafts.pop_back();
  const bool flat = drafts.front().sort == Sort::linear;
  const auto one_score = [](const Sizes& sizes) -> std::optional<double> {
    if (sizes[0] != 1) return std::nullopt;
    return sizes.size() == 1 || sizes[1] == 1 ? 0 : 2.0 + static_cast<double>(sizes[1]);
  };
  Entrance entrance{.discriminator = true};
  std::optional<Way> best;
  std::string stuck, first_stuck;
  Sizes chosen;
  const auto consider = [&](const Sizes& picture, double cost) {
    const std::vector<Way> ways =
        ways_through(drafts, flat ? Sizes{picture[0] * picture[1] * picture[2]} : picture, one_score, 1, stuck);
    if (first_stuck.empty()) first_stuck = stuck;
    if (ways.empty() || (best && best->cost <= ways[0].cost + cost)) return;
    best = ways[0];
    best->cost += cost;
    chosen = picture;
  };
  if (first.sort == Sort::linear) {
    for (const std::int64_t count : {1, 3, 4}) {
      const auto side = static_cast<std::int64_t>(
          std::llround(std::sqrt(static_cast<double>(first.weight().size(1)) / static_cast<double>(count))));
      if (side * side * count == first.weight().size(1)) consider({count, side, side}, 0);
    }
  } else {
    // A last kernel that is not square looks at pictures that are not.
    const at::Tensor& last = ends_of(drafts).last->weight();
    const std::int64_t high = last.dim() == 4 ? last.size(2) : 1, wide = last.dim() == 4 ? last.size(3) : 1;
    for (const std::int64_t side : {28, 32, 64, 128, 256, 16, 48, 96, 512, 1024}) {
      for (const std::int64_t of : {std::min(high, wide), std::max(high, wide)}) {
        if (of < 1 || side * high % of != 0 || side * wide % of != 0) continue;
        const Sizes picture{first.weight().size(1), side * high / of, side * wide / of};
        if (const auto cost = cost_of_picture(picture)) consider(picture, *cost);
      }
    }
  }
  require(best.has_value(), "{}", first_stuck);
  entrance.sizes = chosen;
  if (flat) {
    entrance.layers.push_back({.name = "pixels", .kind = "flatten"});
    entrance.sizes = {chosen[0] * chosen[1] * chosen[2]};
  }
  const Assembled network = assemble(entrance, drafts, *best, {.activation = "leaky_relu"});
  return {layered_spec({.discriminator = network.layers, .assumed = network.assumed}, chosen, NetworkSpec().z_dim, 0),
          Role::discriminator};
}

Recognised network_of_drafts(std::vector<Draft> drafts, const io::WeightSet& weights) {
  const Ends ends = ends_of(drafts);
  const bool mlp_critic = ends.first->sort == Sort::linear && ends.last->sort == Sort::linear && scores(*ends.last);
  if (scores(*ends.last) && (takes_pictures(*ends.first) || mlp_critic))
    return discriminator_of_drafts(drafts, Draft(*ends.first));
  return generator_of_drafts(std::move(drafts), weights);
}

}  // namespace

bool says_its_layers(const io::WeightSet& weights) {
  return weights.metadata.contains("keras.config") || weights.metadata.contains("onnx.graph") ||
         weights.metadata.contains("torchscript");
}

io::WeightSet network_weights(const io::WeightSet& weights) {
  if (weights.metadata.contains("keras.config")) return plain_keras_weights(weights);
  if (weights.metadata.contains("onnx.graph")) return plain_onnx_weights(weights);
  if (weights.metadata.contains("torchscript")) return plain_torchscript_weights(weights);
  return with_plain_weights(weights);
}

std::optional<Recognised> recognise_layers(const io::WeightSet& file) {
  std::string why;
  try {
    if (auto keras = recognise_keras(file)) return keras;
  } catch (const Error& error) {
    fail("{} is a Keras model that cannot be read layer by layer: {}.", file_of(file), error.what());
  }
  try {
    if (auto onnx = recognise_onnx(file)) return onnx;
  } catch (const Error& error) {
    fail("{} is an ONNX graph that cannot be read layer by layer: {}.", file_of(file), error.what());
  }
  try {
    if (auto program = recognise_torchscript(file)) return program;
  } catch (const Error& error) {
    fail(
        "{} is a TorchScript program that cannot be read without executing it: {}. If you trust who made it, start "
        "ganvas with --allow-torchscript, which executes it.",
        file_of(file), error.what());
  }
  try {
    refuse_other_stylegans(file);
    const io::WeightSet weights = with_plain_weights(file);
    const auto modules = weights.metadata.find("torch.modules");
    std::vector<Draft> drafts =
        modules != weights.metadata.end() ? drafts_of_modules(*modules, weights) : drafts_of(weights);
    refuse_other_kinds(weights, ends_of(drafts));
    try {
      return network_of_drafts(drafts, weights);
    } catch (const Error&) {
      const auto ordered = norms_by_number(drafts);
      if (!ordered) throw;
      try {
        return network_of_drafts(*ordered, weights);
      } catch (const Error&) {
        // The order of the file is what to speak of.
      }
      throw;
    }
  } catch (const Error& error) {
    why = error.what();
  }
  if (why.ends_with('.')) fail("{}", why);
  fail(
      "{} holds {} tensors{} that fit none of the known network families, and they do not run one after another as "
      "layers either: {}.",
      file_of(file), file.size(), file.size() == 0 ? "" : " (" + file.items().front().first + ", ...)", why);
}

}  // namespace ganvas::models
