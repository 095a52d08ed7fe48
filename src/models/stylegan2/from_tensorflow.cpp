#include <algorithm>
#include <charconv>

#include "core/error.h"
#include "models/stylegan2/foreign_names.h"
#include "ops/upfirdn2d/upfirdn2d.h"

namespace ganvas::models {
namespace {

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

bool is_generator(const io::WeightSet& weights) {
  return std::any_of(weights.items().begin(), weights.items().end(),
                     [](const auto& item) { return item.first.ends_with("/mod_weight"); });
}

/// "8x8/Conv1/weight" -> 8 and "Conv1/weight"; 0 for other names.
int take_side(std::string& name) {
  int side = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), side);
  const std::string front = fmt::format("{0}x{0}/", side);
  if (error != std::errc() || side < 4 || !name.starts_with(front)) return 0;
  name.erase(0, front.size());
  return side;
}

struct Renaming {
  const char *theirs, *ours;
};

/// `name` with its layer renamed; empty when the layer is unknown.
std::string renamed(const std::string& name, std::initializer_list<Renaming> layers) {
  for (const auto& [theirs, ours] : layers) {
    const std::string front = std::string(theirs) + "/";
    if (name.starts_with(front)) return std::string(ours) + "." + name.substr(front.size());
  }
  return {};
}

std::string numbered(const std::string& name, const std::string& theirs, const std::string& ours) {
  if (!name.starts_with(theirs)) return {};
  std::string rest = name.substr(theirs.size());
  const auto slash = rest.find('/');
  if (slash == std::string::npos) return {};
  return ours + rest.substr(0, slash) + "." + rest.substr(slash + 1);
}

std::string tensor_name(std::string name) {
  for (const auto& [theirs, ours] :
       {Renaming{".mod_weight", ".affine.weight"}, Renaming{".mod_bias", ".affine.bias"}}) {
    if (name.ends_with(theirs)) name.replace(name.size() - std::string_view(theirs).size(), std::string::npos, ours);
  }
  return name;
}

/// Noise plane i belongs to layer i: the 4x4 convolution, then two a resolution.
std::string noise_name(int index) {
  if (index == 0) return "synthesis.b4.conv1.noise_const";
  return fmt::format("synthesis.b{}.conv{}.noise_const", 8 << ((index - 1) / 2), (index - 1) % 2);
}

std::string generator_name(std::string name) {
  for (const std::string_view part : {"G_synthesis/", "synthesis/", "G_mapping/", "mapping/"}) {
    if (name.starts_with(part)) name.erase(0, part.size());
  }
  if (name == "dlatent_avg") return "mapping.w_avg";
  if (name.starts_with("noise")) return noise_name(std::min(std::atoi(name.c_str() + 5), 20));
  if (const std::string dense = numbered(name, "Dense", "mapping.fc"); !dense.empty()) return dense;
  if (const auto label = renamed(name, {{"LabelConcat", "embed"}, {"LabelEmbed", "embed"}}); !label.empty())
    return "mapping." + label;
  const int side = take_side(name);
  const std::string layer = renamed(
      name, {{"Conv0_up", "conv0"}, {"Conv1", "conv1"}, {"Conv", "conv1"}, {"ToRGB", "torgb"}, {"Skip", "skip"}});
  if (side == 4 && name == "Const/const") return "synthesis.b4.const";
  return side == 0 || layer.empty() ? "" : fmt::format("synthesis.b{}.{}", side, tensor_name(layer));
}

std::string discriminator_name(std::string name) {
  if (const std::string dense = numbered(name, "Mapping", "mapping.fc"); !dense.empty()) return dense;
  if (const auto label = renamed(name, {{"LabelEmbed", "embed"}}); !label.empty()) return "mapping." + label;
  if (const auto out = renamed(name, {{"Output", "out"}}); !out.empty()) return "b4." + out;
  const int side = take_side(name);
  const std::string layer = renamed(name, {{"FromRGB", "fromrgb"},
                                           {"Conv0", "conv0"},
                                           {"Conv1_down", "conv1"},
                                           {"Skip", "skip"},
                                           {"Conv", "conv"},
                                           {"Dense0", "fc"}});
  return side == 0 || layer.empty() ? "" : fmt::format("b{}.{}", side, layer);
}

/// TensorFlow keeps convolutions [k, k, in, out] and matrices [in, out]; its upsampling convolutions act mirrored when
/// compared with ours, and styles are counted from 1.
at::Tensor own_layout(const std::string& theirs, const std::string& ours, const at::Tensor& tensor) {
  if (ours.ends_with("affine.bias")) return tensor + 1;
  if (ours.ends_with("noise_const")) return tensor.reshape({tensor.size(-2), tensor.size(-1)});
  if (ours.ends_with(".const")) return tensor.squeeze(0);
  if (!ours.ends_with("weight")) return tensor;
  if (tensor.dim() == 2) return tensor.t().contiguous();
  if (tensor.dim() != 4) return tensor;
  const at::Tensor kernel = tensor.permute({3, 2, 0, 1});
  return (holds(theirs, "Conv0_up") ? kernel.flip({2, 3}) : kernel).contiguous();
}

std::vector<double> taps_of(const io::WeightSet& weights) {
  const std::vector<double> usual{1, 3, 3, 1};
  const auto settings = weights.metadata.find("static_kwargs");
  if (settings == weights.metadata.end() || !settings->is_object()) return usual;
  const auto taps = settings->find("resample_kernel");
  return taps != settings->end() && taps->is_array() ? taps->get<std::vector<double>>() : usual;
}

}  // namespace

bool is_tensorflow_stylegan2(const io::WeightSet& weights) {
  const auto any = [&](std::string_view end) {
    return std::any_of(weights.items().begin(), weights.items().end(),
                       [&](const auto& item) { return item.first.ends_with(end); });
  };
  return any("/Conv/mod_weight") || (any("x4/Conv/weight") && any("/FromRGB/weight") && any("Output/weight"));
}

io::WeightSet from_tensorflow_stylegan2(const io::WeightSet& weights) {
  const bool generator = is_generator(weights);
  io::WeightSet own;
  own.metadata = weights.metadata;
  own.provenance = weights.provenance;
  for (const auto& [name, tensor] : weights.items()) {
    if (name == "lod" || name.ends_with("/lod")) continue;  // of growing, which these networks do not do
    const std::string own_name = generator ? generator_name(name) : discriminator_name(name);
    // What we do not know keeps its name, so that loading can say that it does not belong there.
    own.set(own_name.empty() ? name : own_name, own_layout(name, own_name, tensor));
  }
  add_stylegan2_filters(own, taps_of(weights));
  return own;
}

void add_stylegan2_filters(io::WeightSet& weights, const std::vector<double>& taps) {
  const at::Tensor filter = ops::make_filter(at::tensor(taps));
  const auto names = weights.items();
  for (const auto& [name, tensor] : names) {
    if (!name.ends_with(".weight")) continue;
    const std::string layer = name.substr(0, name.size() - std::string_view(".weight").size());
    const auto dot = layer.rfind('.');
    if (dot == std::string::npos) continue;
    const std::string block = layer.substr(0, dot), kind = layer.substr(dot + 1);
    const bool convolution =
        kind == "conv" || kind == "conv0" || kind == "conv1" || kind == "skip" || kind == "fromrgb";
    if (convolution) weights.set(layer + ".resample_filter", filter);
    if (kind == "conv1") weights.set(block + ".resample_filter", filter);
  }
}

}  // namespace ganvas::models
