#include <ATen/CPUGeneratorImpl.h>

#include <charconv>
#include <cmath>

#include "core/error.h"
#include "models/layers/style_space.h"
#include "models/stylegan2/foreign_names.h"
#include "ops/bias_act/bias_act.h"

namespace ganvas::models {
namespace {

/// Takes `start` off the front of `text`.
bool take(std::string_view& text, std::string_view start) {
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

/// Takes a number off the front; negative when there is none.
int take_number(std::string_view& text) {
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0 || number > 1000) return -1;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

/// The tensors of one styled convolution or to_rgb, behind the layer's own name.
std::string layer_tensor(std::string_view rest) {
  if (rest == "conv.weight") return "weight";
  if (rest == "conv.modulation.weight") return "affine.weight";
  if (rest == "conv.modulation.bias") return "affine.bias";
  if (rest == "noise.weight") return "noise_strength";
  if (rest == "activate.bias" || rest == "bias") return "bias";
  return {};
}

/// Layer `index` of the synthesis: 0 the first convolution, then two a block.
std::string synthesis_layer(int index) {
  if (index == 0) return "synthesis.b4.conv1.";
  return fmt::format("synthesis.b{}.conv{}.", 8 << ((index - 1) / 2), (index - 1) % 2);
}

std::string generator_name(std::string_view name) {
  if (name == "input.input") return "synthesis.b4.const";
  if (name == "latent_avg") return "mapping.w_avg";
  std::string prefix;
  if (take(name, "style.")) {
    const int index = take_number(name);
    return index < 1 || !take(name, ".") ? "" : fmt::format("mapping.fc{}.{}", index - 1, name);
  }
  if (take(name, "noises.noise_")) {
    const int index = take_number(name);
    return index < 0 || !name.empty() ? "" : synthesis_layer(index) + "noise_const";
  }
  if (take(name, "conv1.")) {
    prefix = synthesis_layer(0);
  } else if (take(name, "to_rgb1.")) {
    prefix = "synthesis.b4.torgb.";
  } else if (take(name, "convs.")) {
    const int index = take_number(name);
    if (index < 0 || index > 20 || !take(name, ".")) return {};
    prefix = synthesis_layer(index + 1);
  } else if (take(name, "to_rgbs.")) {
    const int index = take_number(name);
    if (index < 0 || index > 10 || !take(name, ".")) return {};
    prefix = fmt::format("synthesis.b{}.torgb.", 8 << index);
  }
  const std::string tensor = layer_tensor(name);
  return prefix.empty() || tensor.empty() ? "" : prefix + tensor;
}

std::string discriminator_name(std::string_view name, int resolution) {
  const auto named = [&name](const std::string& layer, std::string_view weight, std::string_view bias) {
    return name == weight ? layer + ".weight" : name == bias ? layer + ".bias" : std::string();
  };
  if (take(name, "final_conv.")) return named("b4.conv", "0.weight", "1.bias");
  if (take(name, "final_linear.0.")) return fmt::format("b4.fc.{}", name);
  if (take(name, "final_linear.1.")) return fmt::format("b4.out.{}", name);
  if (!take(name, "convs.")) return {};
  const int index = take_number(name);
  if (index < 0 || index > 20 || !take(name, ".")) return {};
  if (index == 0) return named(fmt::format("b{}.fromrgb", resolution), "0.weight", "1.bias");
  const std::string block = fmt::format("b{}.", resolution >> (index - 1));
  if (take(name, "conv1.")) return named(block + "conv0", "0.weight", "1.bias");
  if (take(name, "conv2.")) return named(block + "conv1", "1.weight", "2.bias");
  if (take(name, "skip.")) return named(block + "skip", "1.weight", "");
  return {};
}

/// One block for each to_rgbs or residual block in the file.
int resolution_of(const io::WeightSet& weights) {
  int blocks = 0;
  if (weights.contains("input.input")) {
    while (blocks < 10 && weights.contains(fmt::format("to_rgbs.{}.bias", blocks))) ++blocks;
  } else {
    while (blocks < 10 && weights.contains(fmt::format("convs.{}.skip.1.weight", blocks + 1))) ++blocks;
  }
  return 4 << blocks;
}

/// The file's shapes carry dimensions of size one that ours do not have.
at::Tensor own_shape(const std::string& name, const at::Tensor& tensor) {
  if (name.ends_with("noise_strength")) return tensor.reshape({});
  if (name == "mapping.w_avg") return tensor.flatten();
  if (name.ends_with(".bias")) return tensor.flatten();
  if (name.ends_with("noise_const")) return tensor.reshape({tensor.size(-2), tensor.size(-1)});
  return name.starts_with("synthesis.") && (tensor.dim() == 5 || name.ends_with(".const")) ? tensor.squeeze(0) : tensor;
}

/// The taps of the first blurring kernel of the file; its gain does not matter.
std::vector<double> taps_of(const io::WeightSet& weights) {
  for (const auto& [name, tensor] : weights.items()) {
    if (!name.ends_with("kernel") || tensor.dim() != 2) continue;
    const at::Tensor line = tensor.to(at::kDouble).sum(0);
    const at::Tensor taps = (line / line[0]).contiguous();
    return {taps.const_data_ptr<double>(), taps.const_data_ptr<double>() + taps.numel()};
  }
  return {1, 3, 3, 1};
}

/// Files keep the mean style apart, if at all. Without it: the mean over many latents, as that program computes it.
at::Tensor mean_style(const io::WeightSet& own) {
  const at::NoGradGuard no_grad;
  const at::Tensor& first = own.at("mapping.fc0.weight");
  at::Tensor x = unit_rows(at::randn({4096, first.size(1)}, at::make_generator<at::CPUGeneratorImpl>(0)));
  for (int i = 0; own.contains(fmt::format("mapping.fc{}.weight", i)); ++i) {
    const at::Tensor weight = own.at(fmt::format("mapping.fc{}.weight", i)).to(at::kFloat);
    const at::Tensor bias = own.at(fmt::format("mapping.fc{}.bias", i)).to(at::kFloat);
    const double gain = 0.01 / std::sqrt(static_cast<double>(weight.size(1)));
    x = ops::bias_act(at::mm(x, (weight * gain).t()), bias * 0.01, {.activation = ops::Activation::lrelu});
  }
  return x.mean(0);
}

/// Old files lack the constant noise.
void add_missing_noise(io::WeightSet& own, int resolution) {
  const at::Generator random = at::make_generator<at::CPUGeneratorImpl>(0);
  const at::Tensor& start = own.at("synthesis.b4.const");
  const std::int64_t high = start.size(-2), wide = start.size(-1);
  for (int side = 4; side <= resolution; side *= 2) {
    for (const char* layer : {"conv0", "conv1"}) {
      const std::string name = fmt::format("synthesis.b{}.{}.noise_const", side, layer);
      if ((side > 4 || layer[4] == '1') && !own.contains(name))
        own.set(name, at::randn({side / 4 * high, side / 4 * wide}, random));
    }
  }
}

}  // namespace

bool is_rosinality_stylegan2(const io::WeightSet& weights) {
  return (weights.contains("input.input") && weights.contains("conv1.conv.modulation.weight") &&
          weights.contains("style.1.weight")) ||
         (weights.contains("final_linear.0.weight") && weights.contains("convs.0.0.weight") &&
          weights.contains("final_conv.0.weight"));
}

std::string name_of_rosinality_stylegan2(const std::string& name, int resolution) {
  const std::string own = generator_name(name);
  return own.empty() ? discriminator_name(name, resolution) : own;
}

io::WeightSet from_rosinality_stylegan2(const io::WeightSet& weights) {
  const int resolution = resolution_of(weights);
  const bool generator = weights.contains("input.input");
  io::WeightSet own;
  own.metadata = weights.metadata;
  own.provenance = weights.provenance;
  for (const auto& [name, tensor] : weights.items()) {
    if (name.ends_with("kernel")) continue;
    const std::string own_name = name_of_rosinality_stylegan2(name, resolution);
    // What we do not know keeps its name, so that loading can say that it does not belong there.
    own.set(own_name.empty() ? name : own_name, own_shape(own_name, tensor));
  }
  add_stylegan2_filters(own, taps_of(weights));
  if (!generator) return own;
  add_missing_noise(own, resolution);
  if (!own.contains("mapping.w_avg")) own.set("mapping.w_avg", mean_style(own));
  return own;
}

}  // namespace ganvas::models
