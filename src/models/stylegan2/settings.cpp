#include "models/stylegan2/settings.h"

#include <algorithm>

#include "core/error.h"
#include "ops/bias_act/bias_act.h"

namespace ganvas::models {
namespace {

void check(int value, int low, int high, const char* key) {
  require(value >= low && value <= high, "\"{}\" is {}, out of its range {}..{}.", key, value, low, high);
}

void check_choice(const std::string& value, const char* key, const std::vector<std::string>& choices) {
  require(std::find(choices.begin(), choices.end(), value) != choices.end(), "\"{}\" is \"{}\"; choose one of {}.", key,
          value, fmt::join(choices, ", "));
}

std::vector<int> channels_from_base(const NetworkSpec& spec, int start) {
  const int base = get_or(spec.extra, "channel_base", 32768), most = get_or(spec.extra, "channel_max", 512);
  check(base, 1, 1 << 24, "channel_base");
  check(most, 1, 8192, "channel_max");
  std::vector<int> channels;
  for (int side = 4; side / 4 * start <= std::min(spec.resolution, 4096); side *= 2)
    channels.push_back(std::max(1, std::min(base / side, most)));
  return channels;
}

void check_start(const std::vector<int>& start) {
  check(static_cast<int>(start.size()), 2, 2, "size of start");
  for (const int size : start) check(size, 1, 64, "start");
}

void check_ranges(const Stylegan2Settings& settings) {
  for (const auto* list : {&settings.channels, &settings.d_channels})
    for (const int count : *list) check(count, 1, 8192, "channels");
  check(static_cast<int>(settings.channels.size()), 2, 11, "size of channels");
  check(settings.mapping_layers, 1, 64, "mapping_layers");
  check(settings.mapping_channels, 0, 8192, "mapping_channels");
  check(settings.embed_channels, 0, 8192, "embed_channels");
  check(settings.d_mapping_layers, 1, 64, "d_mapping_layers");
  check(settings.cmap_channels, 0, 8192, "cmap_channels");
  check(static_cast<int>(settings.filter.size()), 1, 32, "size of filter");
  check(settings.fp16_resolutions, 0, 11, "fp16_resolutions");
  check(settings.mbstd_group, 0, 1024, "mbstd_group");
  check(settings.mbstd_channels, 0, 64, "mbstd_channels");
  check(settings.freeze_layers, 0, 64, "freeze_layers");
  check_choice(settings.g_architecture, "g_architecture", {"skip", "resnet", "orig"});
  check_choice(settings.d_architecture, "d_architecture", {"skip", "resnet", "orig"});
  check_choice(settings.labels, "labels", {"projection", "concat"});
  for (const auto* name : {&settings.activation, &settings.activation_of_mapping(), &settings.activation_of_epilogue()})
    ops::activation_of(*name);
  require(settings.mapping_lr > 0, "\"mapping_lr\" is {}; it must be positive.", settings.mapping_lr);
  require(settings.conv_clamp >= 0, "\"conv_clamp\" is {}; it must not be negative.", settings.conv_clamp);
}

}  // namespace

Stylegan2Settings stylegan2_settings(const NetworkSpec& spec) {
  const Json& json = spec.extra;
  require_known_keys(
      json, {"start",          "channels",       "d_channels",     "channel_base",       "channel_max",
             "g_architecture", "d_architecture", "mapping_layers", "mapping_channels",   "mapping_lr",
             "w_avg_beta",     "labels",         "embed_channels", "d_mapping_layers",   "cmap_channels",
             "activation",     "filter",         "conv_clamp",     "fp16_resolutions",   "noise",
             "mbstd_group",    "mbstd_channels", "freeze_layers",  "mapping_activation", "epilogue_activation"},
      "\"extra\" of a StyleGAN2");
  Stylegan2Settings settings;
  settings.start = get_or(json, "start", settings.start);
  check_start(settings.start);
  settings.channels = get_or(json, "channels", settings.channels);
  if (settings.channels.empty()) settings.channels = channels_from_base(spec, settings.start[0]);
  settings.d_channels = get_or(json, "d_channels", settings.d_channels);
  settings.g_architecture = get_or(json, "g_architecture", settings.g_architecture);
  settings.d_architecture = get_or(json, "d_architecture", settings.d_architecture);
  settings.mapping_layers = get_or(json, "mapping_layers", settings.mapping_layers);
  settings.mapping_channels = get_or(json, "mapping_channels", settings.mapping_channels);
  settings.mapping_lr = get_or(json, "mapping_lr", settings.mapping_lr);
  settings.w_avg_beta = get_or(json, "w_avg_beta", settings.w_avg_beta);
  settings.labels = get_or(json, "labels", settings.labels);
  settings.embed_channels = get_or(json, "embed_channels", settings.embed_channels);
  settings.d_mapping_layers = get_or(json, "d_mapping_layers", settings.d_mapping_layers);
  settings.cmap_channels = get_or(json, "cmap_channels", settings.cmap_channels);
  settings.activation = get_or(json, "activation", settings.activation);
  settings.mapping_activation = get_or(json, "mapping_activation", settings.mapping_activation);
  settings.epilogue_activation = get_or(json, "epilogue_activation", settings.epilogue_activation);
  settings.filter = get_or(json, "filter", settings.filter);
  settings.conv_clamp = get_or(json, "conv_clamp", settings.conv_clamp);
  settings.fp16_resolutions = get_or(json, "fp16_resolutions", settings.fp16_resolutions);
  settings.noise = get_or(json, "noise", settings.noise);
  settings.mbstd_group = get_or(json, "mbstd_group", settings.mbstd_group);
  settings.mbstd_channels = get_or(json, "mbstd_channels", settings.mbstd_channels);
  settings.freeze_layers = get_or(json, "freeze_layers", settings.freeze_layers);
  check_ranges(settings);
  return settings;
}

Json to_json(const Stylegan2Settings& settings) {
  Json json{{"channels", settings.channels},
            {"d_channels", settings.d_channels},
            {"g_architecture", settings.g_architecture},
            {"d_architecture", settings.d_architecture},
            {"mapping_layers", settings.mapping_layers},
            {"mapping_channels", settings.mapping_channels},
            {"mapping_lr", settings.mapping_lr},
            {"w_avg_beta", settings.w_avg_beta},
            {"labels", settings.labels},
            {"embed_channels", settings.embed_channels},
            {"d_mapping_layers", settings.d_mapping_layers},
            {"cmap_channels", settings.cmap_channels},
            {"activation", settings.activation},
            {"filter", settings.filter},
            {"conv_clamp", settings.conv_clamp},
            {"fp16_resolutions", settings.fp16_resolutions},
            {"noise", settings.noise},
            {"mbstd_group", settings.mbstd_group},
            {"mbstd_channels", settings.mbstd_channels},
            {"freeze_layers", settings.freeze_layers}};
  // What only few files have stands in theirs alone.
  if (settings.start != Stylegan2Settings().start) json["start"] = settings.start;
  if (!settings.mapping_activation.empty()) json["mapping_activation"] = settings.mapping_activation;
  if (!settings.epilogue_activation.empty()) json["epilogue_activation"] = settings.epilogue_activation;
  return json;
}

}  // namespace ganvas::models
