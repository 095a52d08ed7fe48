#pragma once
// What a family of networks brings to the registry. One folder a family; registry.cpp lists them.

#include <optional>
#include <string>
#include <vector>

#include "models/generator.h"
#include "models/traits.h"

namespace ganvas::models {

/// A value of a network that a person gives: of which layer, which, and what as text.
struct GivenValue {
  std::string layer, key, value;
};

/// How another program of the same networks keeps them.
struct OtherLayout {
  const char* name = "";  ///< of the program: "rosinality"
  /// The tensors of one of our networks as its state dict. Throws Error naming what its networks do not have.
  io::WeightSet (*state_dict)(const NetworkSpec& spec, Role role, const io::WeightSet& weights) = nullptr;
  /// What the networks of a checkpoint are called: the generator's average, the generator, the discriminator.
  const char *average = "", *generator = "", *discriminator = "";
  /// What that program has to be told so that the state dicts fit.
  std::string (*arguments)(const NetworkSpec& spec) = nullptr;
};

struct Family {
  const char* name = "";  ///< NetworkSpec::family
  Traits traits;
  /// Networks with fresh weights on the CPU, drawn from `random` alone; with whatever the memory holds where `random`
  /// is undefined (models/fresh.h). Throw Error for sizes they cannot have.
  GeneratorPtr (*make_generator)(const NetworkSpec& spec, at::Generator random) = nullptr;
  DiscriminatorPtr (*make_discriminator)(const NetworkSpec& spec, at::Generator random) = nullptr;

  // A family gives of what follows only what differs.

  /// What the weights of a file of other programs are when their names and shapes are this family's; nothing otherwise.
  std::optional<Recognised> (*recognise)(const io::WeightSet& weights) =
      [](const io::WeightSet&) -> std::optional<Recognised> { return std::nullopt; };
  /// Whether the file itself describes its network, in a way that this family reads: no other is asked then, and the
  /// names of the tensors, which the description uses, stay as they are.
  bool (*described)(const io::WeightSet& weights) = [](const io::WeightSet&) { return false; };
  /// The file's tensors under the names, layouts and scalings of this family's networks: leftovers of the file's
  /// program dropped, kernels transposed or flipped where its framework keeps them differently.
  io::WeightSet (*to_network)(const io::WeightSet& weights) = [](const io::WeightSet& weights) { return weights; };
  /// Where the JSON of a specification keeps NetworkSpec::extra, and what it keeps: as it was given, or checked and
  /// with the defaults filled in.
  const char* settings_key = "extra";
  Json (*settings)(const NetworkSpec& spec) = [](const NetworkSpec& spec) { return spec.extra; };
  /// NetworkSpec::extra for both networks, where each was read by itself: the discriminator's own settings of `d`, all
  /// others of `g`.
  Json (*settings_of_pair)(const NetworkSpec& g, const NetworkSpec& d) = [](const NetworkSpec& g, const NetworkSpec&) {
    return g.extra;
  };
  /// As models::picture_width().
  int (*picture_width)(const NetworkSpec& spec) = [](const NetworkSpec& spec) { return spec.resolution; };
  /// The same networks for pictures of another size: the levels that both have keep their widths. Null: the settings
  /// are those of one size.
  NetworkSpec (*at_resolution)(const NetworkSpec& spec, int resolution) = nullptr;
  /// Sizes of layers that show in a tensor of that network, beside those of the latents. A file that claims larger ones
  /// than its tensors have is refused before anything is made.
  std::vector<int> (*widths)(const NetworkSpec& spec, Role role) = [](const NetworkSpec&, Role) {
    return std::vector<int>();
  };
  /// Elements of all activations of one picture (generator, forward).
  std::size_t (*activation_elements)(const NetworkSpec& spec) = [](const NetworkSpec& spec) {
    return std::size_t{64} * static_cast<std::size_t>(spec.resolution) * static_cast<std::size_t>(spec.resolution);
  };
  WeightCount (*weight_count)(const NetworkSpec& spec) = nullptr;  ///< null: counted in empty networks
  /// As models::layer_resolution().
  int (*layer_resolution)(const std::string& tensor, const NetworkSpec& spec) = [](const std::string&,
                                                                                   const NetworkSpec&) { return 4; };
  /// Sets values that files of the family may not say. Throws Error for what does not fit together, naming the
  /// choices. Null: there is nothing to set.
  void (*set_values)(NetworkSpec& spec, Role role, const std::vector<GivenValue>& values) = nullptr;
  std::vector<OtherLayout> other_layouts = {};
  std::vector<Assumption> (*assumptions)(const NetworkSpec& spec) = [](const NetworkSpec&) {
    return std::vector<Assumption>();
  };
};

/// The family of that name; null when there is none.
const Family* find_family(const std::string& name);
/// The family that reads the file's own description of its network; null where it has none.
const Family* describing_family(const io::WeightSet& weights);
/// How checkpoints of that program are written out of networks of that family. Throws Error naming the families that it
/// has, or the layouts that there are.
const OtherLayout& other_layout(const std::string& family, const std::string& name);
/// The names of all layouts of all families, each once.
std::vector<std::string> other_layout_names();
/// Each settings_key once.
std::vector<const char*> settings_keys();

}  // namespace ganvas::models
