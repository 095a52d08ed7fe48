#include "models/layered/fitted.h"

#include <algorithm>

#include "core/error.h"
#include "models/traits.h"

namespace ganvas::models {
namespace {

constexpr int channels_at_picture = 32, most_channels = 256;

/// Height and width of the feature maps from the smallest up to the picture's.
std::vector<std::vector<int>> maps_of(const NetworkSpec& spec) {
  std::vector<std::vector<int>> maps{{spec.resolution, picture_width(spec)}};
  const auto larger = [](const std::vector<int>& map) { return std::max(map[0], map[1]); };
  while (larger(maps.front()) > 7 && maps.front()[0] % 2 == 0 && maps.front()[1] % 2 == 0)
    maps.insert(maps.begin(), {maps.front()[0] / 2, maps.front()[1] / 2});
  require(
      larger(maps.front()) <= 7,
      "A network for pictures of {}x{} cannot be made to fit: they do not halve down to 7 pixels or less; choose sides "
      "such as 28, 48, 64, 96 or 128.",
      spec.resolution, picture_width(spec));
  return maps;
}

/// Of the layer with this many layers between it and the picture.
int channels(std::size_t distance) {
  return std::min(most_channels, channels_at_picture << std::min<std::size_t>(distance, 16));
}

std::string part(const char* what, std::size_t number) {
  return fmt::format("{}{}", what, number);
}

}  // namespace

std::vector<Layer> fitted_generator(const NetworkSpec& spec) {
  const std::vector<std::vector<int>> maps = maps_of(spec);
  std::vector<Layer> layers;
  int from = spec.z_dim + spec.c_dim;
  if (spec.c_dim > 0) layers.push_back({.name = "input", .kind = "concatenate", .inputs = {"z", "label"}});
  layers.push_back({.name = "latent", .kind = "reshape", .shape = {from, 1, 1}});
  for (std::size_t i = 0; i < maps.size(); ++i) {
    const bool last = i + 1 == maps.size();
    const int to = last ? spec.image_channels : channels(maps.size() - 2 - i);
    Layer up{.name = part("up", i), .kind = "transposed_convolution", .in = from, .out = to, .bias = last};
    up.kernel = i == 0 ? maps[0] : std::vector<int>{4, 4};
    if (i > 0) up.stride = {2, 2}, up.padding = {1, 1};
    layers.push_back(up);
    if (last) break;
    layers.push_back({.name = part("norm", i), .kind = "batch_norm", .in = to});
    layers.push_back({.name = part("relu", i), .kind = "relu"});
    from = to;
  }
  layers.push_back({.name = "tanh", .kind = "tanh"});
  return layers;
}

std::vector<Layer> fitted_discriminator(const NetworkSpec& spec) {
  const std::vector<std::vector<int>> maps = maps_of(spec);
  std::vector<Layer> layers;
  int from = spec.image_channels;
  if (spec.c_dim > 0) {
    const int height = spec.resolution, width = picture_width(spec), pixels = height * width;
    layers.push_back({.name = "label_map", .kind = "embedding", .inputs = {"label"}, .in = spec.c_dim, .out = pixels});
    layers.push_back({.name = "label_plane", .kind = "reshape", .shape = {1, height, width}});
    layers.push_back({.name = "input", .kind = "concatenate", .inputs = {"picture", "label_plane"}});
    from += 1;
  }
  for (std::size_t i = 0; i + 1 < maps.size(); ++i) {
    const int to = channels(i);
    layers.push_back({.name = part("down", i),
                      .kind = "convolution",
                      .in = from,
                      .out = to,
                      .kernel = {4, 4},
                      .stride = {2, 2},
                      .padding = {1, 1},
                      .bias = i == 0});
    if (i > 0) layers.push_back({.name = part("norm", i), .kind = "batch_norm", .in = to});
    layers.push_back({.name = part("relu", i), .kind = "leaky_relu"});
    from = to;
  }
  layers.push_back({.name = "score", .kind = "convolution", .in = from, .out = 1, .kernel = maps[0]});
  return layers;
}

}  // namespace ganvas::models
