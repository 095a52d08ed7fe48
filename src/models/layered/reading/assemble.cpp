#include "models/layered/reading/assemble.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "core/error.h"

namespace ganvas::models {
namespace {

const std::vector<std::string>& usual_activations() {
  static const std::vector<std::string> names{"relu", "leaky_relu", "elu", "selu", "silu", "gelu", "tanh", "identity"};
  return names;
}

std::vector<std::string> others_than(const std::string& chosen, std::vector<std::string> all) {
  std::erase(all, chosen);
  return all;
}

int whole(std::int64_t value) {
  return static_cast<int>(value);
}

class Assembler {
 public:
  Assembler(const Entrance& entrance, const std::vector<Draft>& drafts, const Way& way, Habits habits)
      : entrance_(entrance), drafts_(drafts), way_(way), habits_(std::move(habits)) {
    for (const Draft& draft : drafts) {
      used_.insert(draft.name);
      activations_known_ = activations_known_ || (draft.known && layer_kind(draft.known->kind).activation);
    }
    for (const Layer& layer : entrance.layers) used_.insert(layer.name);
  }

  Assembled make() {
    out_.layers = entrance_.layers;
    out_.assumed = entrance_.assumed;
    sizes_ = entrance_.sizes;
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
      if (i > 0) between(drafts_[i - 1], drafts_[i], way_.geometry[i]);
      fit_shape(i);
      add(drafts_[i], way_.geometry[i]);
      sizes_ = way_.sizes[i];
    }
    finish();
    return std::move(out_);
  }

 private:
  const Entrance& entrance_;
  const std::vector<Draft>& drafts_;
  const Way& way_;
  Habits habits_;
  Assembled out_;
  Sizes sizes_;
  std::set<std::string> used_;
  bool activations_known_ = false;  ///< the file has them as layers of their own

  /// The number after the layer's, where the list has it free; else the layer's name with `role`.
  std::string name_after(const Draft& draft, const char* role) {
    for (int by = 1; by <= 3; ++by) {
      const std::optional<std::string> next = next_name(draft.name, by);
      if (!next || used_.contains(*next)) continue;
      const bool in_gap = std::any_of(drafts_.begin(), drafts_.end(), [&](const Draft& later) {
        return later.gap && *later.gap >= by && next_name(draft.name, *later.gap + 1) == later.name;
      });
      if (in_gap || draft.last_of_list) return *used_.insert(*next).first;
      break;
    }
    return *used_.insert(draft.name + ":" + role).first;
  }

  [[nodiscard]] bool activated(const Draft& before, const Draft& after, const Geometry& geometry) const {
    if (activations_known_ || before.sort == Sort::plain || after.sort == Sort::plain) return false;
    if (before.sort == Sort::prelu || after.sort == Sort::prelu || before.sort == Sort::attention) return false;
    if (after.gap == 0 || (before.norm() && after.norm())) return false;
    // One layer without tensors, and it enlarges.
    if (after.gap == 1 && geometry.upsample > 1 && after.sort == Sort::convolution) return false;
    if (before.weighs() && after.norm()) return after.gap.has_value();
    return true;
  }

  /// Two layers without tensors between two convolutions: a discriminator may have a dropout there, and a bias has no
  /// effect before a norm.
  [[nodiscard]] bool normed(const Draft& before, const Draft& after, const Geometry& geometry) const {
    if (before.sort != Sort::convolution || after.sort != Sort::convolution) return false;
    const bool pixels = sizes_.size() == 3 && sizes_[1] > 1;
    return pixels && after.gap == 2 && geometry.upsample == 1 && !(entrance_.discriminator && before.biased());
  }

  void norm_each_picture(const std::string& name, const Draft& before) {
    out_.layers.push_back({.name = name, .kind = "instance_norm", .in = whole(sizes_[0]), .affine = false});
    out_.assumed.push_back({name,
                            "kind",
                            "instance_norm",
                            fmt::format("of the two layers without tensors behind {}", before.name),
                            {"identity"}});
  }

  void between(const Draft& before, const Draft& after, const Geometry& geometry) {
    if (activated(before, after, geometry)) {
      if (normed(before, after, geometry)) norm_each_picture(name_after(before, "norm"), before);
      activate(name_after(before, "act"), habits_.activation, habits_.slope);
    }
    if (after.sort == Sort::convolution && geometry.upsample > 1) {
      const std::optional<std::string> lead = next_name(after.name, -1);
      const bool free = lead && !used_.contains(*lead) && !after.gap && after.least > 0;
      const std::string name = free ? *used_.insert(*lead).first : name_after(before, "up");
      out_.layers.push_back({.name = name, .kind = "upsample", .scale = {geometry.upsample, geometry.upsample}});
      out_.assumed.push_back({name, "mode", "nearest", "what upsampling does in most public programs", {"bilinear"}});
    }
  }

  void activate(const std::string& name, const std::string& kind, double slope) {
    out_.layers.push_back({.name = name, .kind = kind, .slope = slope});
    out_.activations.push_back(out_.layers.size() - 1);
  }

  void fit_shape(std::size_t i) {
    const Draft& draft = drafts_[i];
    const Sizes& out = way_.sizes[i];
    const std::string name = (out_.layers.empty() ? "input" : out_.layers.back().name) + ":shape";
    if (draft.sort == Sort::linear && sizes_.size() == 3) out_.layers.push_back({.name = name, .kind = "flatten"});
    if (sizes_.size() == 1 && out.size() == 3 && !(draft.known && draft.known->kind == "reshape")) {
      Layer shape{.name = name, .kind = "reshape"};
      const std::int64_t channels =
          draft.sort == Sort::convolution ? draft.weight().size(way_.geometry[i].transposed ? 0 : 1) : out[0];
      const auto [high, wide] = sides_of(sizes_[0], channels).value_or(std::pair(whole(out[1]), whole(out[2])));
      shape.shape = {whole(channels), high, wide};
      out_.layers.push_back(shape);
      if (high != wide)
        out_.assumed.push_back({name,
                                "shape",
                                fmt::format("[{},{},{}]", channels, high, wide),
                                "they make no square",
                                {fmt::format("[{},{},{}]", channels, wide, high)}});
    }
  }

  void add(const Draft& draft, const Geometry& geometry) {
    Layer layer{.name = draft.name};
    if (draft.known) {
      layer = *draft.known;
    } else if (draft.sort == Sort::linear) {
      layer.kind = "linear";
      layer.in = whole(draft.weight().size(1));
      layer.out = whole(draft.weight().size(0));
      layer.bias = draft.biased();
    } else if (draft.sort == Sort::convolution) {
      const at::Tensor& weight = draft.weight();
      layer.kind = geometry.transposed ? "transposed_convolution" : "convolution";
      layer.in = whole(weight.size(geometry.transposed ? 0 : 1));
      layer.out = whole(weight.size(geometry.transposed ? 1 : 0));
      layer.kernel = {whole(weight.size(2)), whole(weight.size(3))};
      layer.stride = {geometry.stride, geometry.stride};
      layer.padding = {geometry.padding, geometry.padding};
      layer.output_padding = {geometry.output_padding, geometry.output_padding};
      layer.bias = draft.biased();
      say_geometry(layer);
    } else if (draft.norm()) {
      add_norm(draft, layer);
    } else if (draft.sort == Sort::prelu) {
      layer.kind = "prelu";
      layer.in = whole(draft.weight().numel());
    } else {
      layer.kind = "attention";
      layer.in = whole(draft.tensors.at("value_conv.weight").size(0));
      layer.out = whole(draft.tensors.at("query_conv.weight").size(0));
      layer.bias = draft.tensors.contains("query_conv.bias");
    }
    out_.layers.push_back(layer);
    if (layer.kind == "batch_norm" && !draft.known) out_.norms.push_back(out_.layers.size() - 1);
  }

  void add_norm(const Draft& draft, Layer& layer) {
    layer.affine = draft.tensors.contains("weight");
    layer.in = whole(layer.affine ? draft.weight().numel() : draft.tensors.at("running_mean").numel());
    if (draft.sort == Sort::batch_norm) {
      layer.kind = "batch_norm";
      if (!out_.norms.empty()) layer.eps = habits_.later_eps;
      assume_eps(out_, layer,
                 layer.eps == 1e-5 ? "PyTorch's default" : "what public generators have that enlarge and convolve");
      return;
    }
    // Without moving averages: a batch norm that keeps none does the same to a picture alone.
    const bool flat = sizes_.size() == 1;
    layer.kind = flat ? "layer_norm" : "instance_norm";
    if (flat) layer.shape = {layer.in};
    out_.assumed.push_back({draft.name, "kind", layer.kind, "a norm with gains but without moving averages",
                            flat ? std::vector<std::string>{} : std::vector<std::string>{"group_norm"}});
  }

  void say_geometry(const Layer& layer) {
    if (layer.kernel[0] == 1 || (sizes_.size() == 3 ? sizes_[1] : 1) == 1) return;
    const bool doubles = layer.stride[0] == 2 && layer.kernel[0] == 4 && layer.padding[0] == 1;
    const std::string reason = doubles ? "4x4 kernels of public networks halve or double"
                                       : "the likeliest way through the layers that makes a usual size";
    out_.assumed.push_back({layer.name,
                            "stride",
                            fmt::format("[{0},{0}]", layer.stride[0]),
                            reason,
                            {layer.stride[0] == 1 ? "[2,2]" : "[1,1]"}});
    out_.assumed.push_back({layer.name,
                            "padding",
                            fmt::format("[{0},{0}]", layer.padding[0]),
                            reason,
                            {layer.padding[0] == 0 ? "[1,1]" : "[0,0]"}});
  }

  void finish() {
    if (entrance_.discriminator) return;
    const Draft& last = drafts_.back();
    if (!activations_known_) {
      const std::string name = name_after(last, "act");
      out_.layers.push_back({.name = name, .kind = "tanh"});
      out_.assumed.push_back({name,
                              "kind",
                              "tanh",
                              "what public generators end in; a sigmoid's pixels are 0 to 1",
                              {"sigmoid", "identity"}});
    }
    if (sizes_.size() == 3) return;
    int channels = 1, side = 1;
    for (const int count : {1, 3, 4}) {
      side = 1;
      while (std::int64_t{count} * side * side < sizes_[0]) ++side;
      channels = count;
      if (std::int64_t{count} * side * side == sizes_[0]) break;
    }
    out_.layers.push_back({.name = "picture", .kind = "reshape", .shape = {channels, side, side}});
  }
};

}  // namespace

Entrance generator_entrance(std::vector<Draft>& drafts) {
  std::vector<Draft> embeddings, rest;
  for (const Draft& draft : drafts) (draft.sort == Sort::embedding ? embeddings : rest).push_back(draft);
  if (rest.empty()) fail("it has no layers that make pictures");
  require(embeddings.size() <= 1, "it has {} embeddings, and nothing says how they come together", embeddings.size());
  const Draft& first = rest.front();
  require(first.weighs() && first.sort != Sort::attention, "{} comes first, and nothing says what it works on",
          first.name);
  const int in = first.known ? first.known->in : whole(first.weight().size(first.sort == Sort::linear ? 1 : 0));
  drafts = rest;
  if (embeddings.empty()) return {.z_dim = in, .sizes = {in}};
  const at::Tensor& table = embeddings[0].weight();
  Entrance entrance{.c_dim = whole(table.size(0)), .sizes = {in}};
  const auto width = whole(table.size(1));
  entrance.layers.push_back(
      {.name = embeddings[0].name, .kind = "embedding", .inputs = {"label"}, .in = entrance.c_dim, .out = width});
  const std::string& label = embeddings[0].name;
  if (width == in) {
    entrance.z_dim = in;
    entrance.layers.push_back({.name = "input", .kind = "multiply", .inputs = {"z", label}});
    entrance.assumed.push_back({"input", "kind", "multiply", "the embedding is as wide as the first layer", {"add"}});
    return entrance;
  }
  require(width < in, "its embedding {} of {} values is wider than its first layer {} takes", label, width, first.name);
  entrance.z_dim = in - width;
  entrance.layers.push_back({.name = "input", .kind = "concatenate", .inputs = {"z", label}});
  entrance.assumed.push_back({"input",
                              "inputs",
                              fmt::format("[\"z\",\"{}\"]", label),
                              "public generators put the label behind the latent",
                              {fmt::format("[\"{}\",\"z\"]", label)}});
  return entrance;
}

Assembled assemble(const Entrance& entrance, const std::vector<Draft>& drafts, const Way& way, const Habits& habits) {
  Assembled made = Assembler(entrance, drafts, way, habits).make();
  for (const std::size_t index : made.activations)
    assume_kind(made, index,
                entrance.discriminator ? "what public discriminators have" : "what public generators have");
  return made;
}

void assume_eps(Assembled& network, const Layer& norm, const std::string& reason) {
  std::erase_if(network.assumed, [&](const Assumption& said) { return said.layer == norm.name && said.key == "eps"; });
  network.assumed.push_back({norm.name, "eps", fmt::format("{}", norm.eps), reason,
                             others_than(fmt::format("{}", norm.eps), {"1e-05", "0.8", "0.001"})});
}

void assume_kind(Assembled& network, std::size_t index, const std::string& reason) {
  const Layer& layer = network.layers[index];
  std::erase_if(network.assumed, [&](const Assumption& said) {
    return said.layer == layer.name && (said.key == "kind" || said.key == "slope");
  });
  network.assumed.push_back({layer.name, "kind", layer.kind, reason, others_than(layer.kind, usual_activations())});
  if (layer.kind == "leaky_relu")
    network.assumed.push_back(
        {layer.name, "slope", fmt::format("{}", layer.slope), reason, {layer.slope == 0.2 ? "0.01" : "0.2"}});
}

}  // namespace ganvas::models
