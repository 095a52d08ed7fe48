#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "models/stylegan2/foreign_names.h"
#include "models/stylegan2/settings.h"
#include "ops/upfirdn2d/upfirdn2d.h"

namespace ganvas::models {
namespace {

/// The state dict as it grows: what the other program calls a tensor, of which shape.
class StateDict {
 public:
  StateDict(const NetworkSpec& spec, const Stylegan2Settings& settings, const io::WeightSet& weights)
      : resolution_(spec.resolution), filter_(settings.filter), weights_(weights) {}

  /// A tensor that lies under another name here, in `dims` dimensions there: ones come in front, or behind the first
  /// value of a bias.
  void add(const std::string& name, std::int64_t dims = 0) {
    const at::Tensor& own = weights_.at(name_of_rosinality_stylegan2(name, resolution_));
    std::vector<std::int64_t> sizes = own.sizes().vec();
    const bool of_channels = name.ends_with("bias") && dims == 4;  // [1, channels, 1, 1]
    if (of_channels) sizes = {1, sizes.at(0), 1, 1};
    while (static_cast<std::int64_t>(sizes.size()) < dims) sizes.insert(sizes.begin(), 1);
    state_.set(name, own.view(sizes).clone());
  }
  /// The blurring kernel, `gain` times as bright.
  void add_kernel(const std::string& name, double gain) {
    const at::Tensor taps = at::tensor(filter_, at::kFloat);
    state_.set(name, ops::make_filter(taps, {.gain = gain}));
  }
  void add_layer(const std::string& layer) {
    add(layer + ".conv.weight", 5);
    add(layer + ".conv.modulation.weight");
    add(layer + ".conv.modulation.bias");
  }
  void add_styled(const std::string& layer) {
    add_layer(layer);
    add(layer + ".noise.weight", 1);
    add(layer + ".activate.bias");
  }
  io::WeightSet take() { return std::move(state_); }

 private:
  int resolution_;
  std::vector<double> filter_;
  const io::WeightSet& weights_;
  io::WeightSet state_;
};

void refuse(bool wrong, const char* what) {
  require(!wrong, "rosinality's program has no networks with {}; its layout cannot hold this one.", what);
}

Stylegan2Settings settings_that_fit(const NetworkSpec& spec) {
  Stylegan2Settings settings = stylegan2_settings(spec);
  refuse(spec.c_dim > 0, "labels");
  refuse(spec.image_channels != 3, "other pictures than those in colour");
  refuse(settings.start != std::vector<int>{4, 4}, "pictures that are not square");
  refuse(settings.g_architecture != "skip" || settings.d_architecture != "resnet",
         "another architecture than skip (generator) and resnet (discriminator)");
  refuse(settings.activation != "lrelu" || settings.activation_of_mapping() != "lrelu" ||
             settings.activation_of_epilogue() != "lrelu",
         "other activations than lrelu");
  refuse(spec.z_dim != spec.w_dim || (settings.mapping_channels != 0 && settings.mapping_channels != spec.w_dim),
         "different widths in the mapping");
  refuse(!settings.noise, "no noise inputs");
  refuse(settings.mbstd_channels != 1, "another number of channels of the minibatch deviation");
  return settings;
}

}  // namespace

io::WeightSet to_rosinality_stylegan2(const NetworkSpec& spec, Role role, const io::WeightSet& weights) {
  const Stylegan2Settings settings = settings_that_fit(spec);
  const auto levels = static_cast<int>(settings.channels.size());
  StateDict state(spec, settings, weights);
  if (role == Role::generator) {
    for (int i = 0; i < settings.mapping_layers; ++i)
      for (const char* tensor : {"weight", "bias"}) state.add(fmt::format("style.{}.{}", i + 1, tensor));
    state.add("input.input", 4);
    state.add_styled("conv1");
    state.add_layer("to_rgb1");
    state.add("to_rgb1.bias", 4);
    for (int level = 1; level < levels; ++level) {
      const std::string first = fmt::format("convs.{}", 2 * level - 2), rgb = fmt::format("to_rgbs.{}", level - 1);
      state.add_styled(first);
      state.add_kernel(first + ".conv.blur.kernel", 4);
      state.add_styled(fmt::format("convs.{}", 2 * level - 1));
      state.add_layer(rgb);
      state.add(rgb + ".bias", 4);
      state.add_kernel(rgb + ".upsample.kernel", 4);
    }
    for (int i = 0; i < 2 * levels - 1; ++i) state.add(fmt::format("noises.noise_{}", i), 4);
    return state.take();
  }
  const auto both = [&](const std::string& layer, const char* weight, const char* bias) {
    state.add(layer + weight);
    state.add(layer + bias);
  };
  both("convs.0.", "0.weight", "1.bias");
  for (int level = 1; level < levels; ++level) {
    const std::string block = fmt::format("convs.{}.", level);
    both(block + "conv1.", "0.weight", "1.bias");
    state.add_kernel(block + "conv2.0.kernel", 1);
    both(block + "conv2.", "1.weight", "2.bias");
    state.add_kernel(block + "skip.0.kernel", 1);
    state.add(block + "skip.1.weight");
  }
  both("final_conv.", "0.weight", "1.bias");
  both("final_linear.0.", "weight", "bias");
  both("final_linear.1.", "weight", "bias");
  return state.take();
}

std::string arguments_of_rosinality_stylegan2(const NetworkSpec& spec) {
  const Stylegan2Settings settings = settings_that_fit(spec);
  for (const int multiplier : {1, 2}) {
    const auto width = [&](int side) { return side <= 32 ? 512 : 16384 * multiplier / side; };
    bool fits = settings.channels == settings.channels_of_d();
    for (std::size_t level = 0; level < settings.channels.size(); ++level)
      fits = fits && settings.channels[level] == width(4 << level);
    if (fits)
      return fmt::format("--size {} --latent {} --n_mlp {} --channel_multiplier {}", spec.resolution, spec.w_dim,
                         settings.mapping_layers, multiplier);
  }
  return fmt::format(
      "its networks have fixed widths: set the table \"channels\" of its Generator and Discriminator to {} (sides 4 to "
      "{}), latent {}, n_mlp {}",
      fmt::join(settings.channels, ", "), spec.resolution, spec.w_dim, settings.mapping_layers);
}

}  // namespace ganvas::models
