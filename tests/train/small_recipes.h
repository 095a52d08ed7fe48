#pragma once
// Every recipe cut down until 50 generator steps take a second on one processor core. Only sizes and lengths change:
// what a recipe does in a step stays. Without LibTorch, so that tests of the window can use it too.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/files.h"
#include "core/json.h"

namespace ganvas::test {

/// 64 pictures of 28x28 in the form of MNIST: a bar on black, another place and brightness for each.
inline void write_digits(const std::filesystem::path& folder) {
  constexpr int count = 64, side = 28;
  std::string bytes;
  for (const std::uint32_t number : {0x0803U, static_cast<std::uint32_t>(count), 28U, 28U}) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift);
  }
  for (int i = 0; i < count; ++i) {
    for (int pixel = 0; pixel < side * side; ++pixel) {
      const int x = pixel % side, y = pixel / side;
      const bool bar = x >= 4 + i % 16 && x < 8 + i % 16 && y >= 4 && y < 24;
      bytes += static_cast<char>(bar ? 192 + i : 0);
    }
  }
  std::filesystem::create_directories(folder);
  write_file(folder / "train-images-idx3-ubyte", bytes);
}

namespace small {

using Overrides = std::map<std::string, std::string>;

/// An eighth of the width, and only the `layers` nearest to the picture.
inline std::string channels(const Json& published, std::size_t layers, bool picture_last) {
  auto widths = published.get<std::vector<int>>();
  if (picture_last) std::ranges::reverse(widths);
  widths.resize(std::min(widths.size(), layers));
  if (picture_last) std::ranges::reverse(widths);
  for (int& width : widths) width /= 8;
  return Json(widths).dump();
}

inline Overrides dcgan(const Json& networks) {
  Overrides values{{"network.dcgan.channels", channels(networks["channels"], 3, true)}};
  if (networks.contains("d_channels")) values["network.dcgan.d_channels"] = channels(networks["d_channels"], 3, false);
  return values;
}

/// Path length and R1 come at their published intervals; the augmentation is where it would be after a while.
inline Overrides stylegan2() {
  return {{"network.num_ws", "8"},
          {"network.extra.channel_base", "512"},
          {"network.extra.channel_max", "8"},
          {"network.extra.mapping_layers", "2"},
          {"augment.p", "0.4"},
          {"augment.kimg", "1"}};
}

/// From 8 to 32 pixels in 160 pictures.
inline Overrides stylegan() {
  return {{"network.num_ws", "8"},
          {"network.extra.channels", "[16, 16, 8, 8]"},
          {"network.extra.d_dense", "16"},
          {"network.extra.mapping_layers", "2"},
          {"network.extra.mapping_channels", "16"},
          {"grow.stable_kimg", "0.04"},
          {"grow.fade_kimg", "0.04"},
          {"grow.batch", R"({"8": 8, "16": 4, "32": 4})"},
          {"grow.lr", R"({"16": 0.0015, "32": 0.002})"}};
}

}  // namespace small

/// Settings ("key" -> JSON text) that make the built-in recipe small. `digits` is the folder of write_digits().
inline small::Overrides small_overrides(const std::string& recipe, const std::filesystem::path& digits) {
  const Json published = read_json(asset("recipes/" + recipe + ".json"));
  const Json& network = published["network"];
  const auto family = network["family"].get<std::string>();
  small::Overrides values;
  if (family == "dcgan") values = small::dcgan(network["dcgan"]);
  if (family == "wgan") values = {{"network.extra.g_channels", "8"}, {"network.extra.d_channels", "8"}};
  if (family == "wgan_gp") values = {{"network.extra.channels", "4"}};
  if (family == "stylegan2") values = small::stylegan2();
  if (family == "stylegan") values = small::stylegan();
  for (const char* key : {"network.z_dim", "network.w_dim"}) values[key] = "16";
  values["network.resolution"] = family == "wgan_gp" ? "16" : "32";
  values["batch"] = "4";
  values["sample_kimg"] = "0.1";
  values["data.count"] = "64";
  if (network["image_channels"] == 1) values["data.source"] = digits.string();
  if (published["ema_kimg"] > 0) values["ema_kimg"] = "0.05";
  if (published["loss"].contains("warmup")) {
    values["loss.warmup.d_steps"] = "20";
    values["loss.warmup.first"] = "2";
    values["loss.warmup.every"] = "25";
  }
  return values;
}

}  // namespace ganvas::test
