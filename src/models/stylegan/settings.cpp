#include "models/stylegan/settings.h"

#include "core/error.h"

namespace ganvas::models {

StyleganSettings stylegan_settings(const NetworkSpec& spec) {
  const Json& json = spec.extra;
  require_known_keys(
      json,
      {"channels", "d_dense", "mapping_layers", "mapping_channels", "mapping_lr", "normalize_z", "fused_scale", "blur",
       "pixel_norm", "instance_norm", "activation", "mapping_activation", "mbstd_group", "mbstd_features"},
      "\"extra\" of a StyleGAN");
  StyleganSettings settings;
  settings.channels = get_or(json, "channels", settings.channels);
  settings.d_dense = get_or(json, "d_dense", settings.d_dense);
  settings.mapping_layers = get_or(json, "mapping_layers", settings.mapping_layers);
  settings.mapping_channels = get_or(json, "mapping_channels", settings.mapping_channels);
  settings.mapping_lr = get_or(json, "mapping_lr", settings.mapping_lr);
  settings.normalize_z = get_or(json, "normalize_z", settings.normalize_z);
  settings.fused_scale = get_or(json, "fused_scale", settings.fused_scale);
  settings.blur = get_or(json, "blur", settings.blur);
  settings.pixel_norm = get_or(json, "pixel_norm", settings.pixel_norm);
  settings.instance_norm = get_or(json, "instance_norm", settings.instance_norm);
  settings.activation = get_or(json, "activation", settings.activation);
  settings.mapping_activation = get_or(json, "mapping_activation", settings.mapping_activation);
  settings.mbstd_group = get_or(json, "mbstd_group", settings.mbstd_group);
  settings.mbstd_features = get_or(json, "mbstd_features", settings.mbstd_features);

  const auto check = [](int value, int low, int high, const char* key) {
    require(value >= low && value <= high, "\"{}\" is {}, out of its range {}..{}.", key, value, low, high);
  };
  check(static_cast<int>(settings.channels.size()), 1, 9, "size of channels");
  for (const int count : settings.channels) check(count, 1, 8192, "channels");
  check(settings.d_dense, 1, 8192, "d_dense");
  check(settings.mapping_layers, 1, 64, "mapping_layers");
  check(settings.mapping_channels, 1, 8192, "mapping_channels");
  check(static_cast<int>(settings.blur.size()), 0, 16, "size of blur");
  check(settings.mbstd_group, 0, 1024, "mbstd_group");
  check(settings.mbstd_features, 1, 64, "mbstd_features");
  require(settings.mapping_lr > 0, "\"mapping_lr\" is {}; it must be positive.", settings.mapping_lr);
  require(settings.fused_scale == "auto" || settings.fused_scale == "on" || settings.fused_scale == "off",
          "\"fused_scale\" is \"{}\"; choose one of auto, on, off.", settings.fused_scale);
  stylegan_slope(settings.activation);
  stylegan_slope(settings.mapping_activation);
  return settings;
}

double stylegan_slope(const std::string& activation) {
  require(activation == "lrelu" || activation == "relu",
          "The activation of a StyleGAN is \"{}\"; choose one of lrelu, relu.", activation);
  return activation == "lrelu" ? 0.2 : 0.0;
}

Json to_json(const StyleganSettings& settings) {
  Json json{{"channels", settings.channels},
            {"d_dense", settings.d_dense},
            {"mapping_layers", settings.mapping_layers},
            {"mapping_channels", settings.mapping_channels},
            {"mapping_lr", settings.mapping_lr},
            {"normalize_z", settings.normalize_z},
            {"fused_scale", settings.fused_scale},
            {"blur", settings.blur},
            {"mbstd_group", settings.mbstd_group},
            {"mbstd_features", settings.mbstd_features}};
  // What only few files have stands in theirs alone.
  const StyleganSettings usual;
  if (settings.pixel_norm != usual.pixel_norm) json["pixel_norm"] = settings.pixel_norm;
  if (settings.instance_norm != usual.instance_norm) json["instance_norm"] = settings.instance_norm;
  if (settings.activation != usual.activation) json["activation"] = settings.activation;
  if (settings.mapping_activation != usual.mapping_activation) json["mapping_activation"] = settings.mapping_activation;
  return json;
}

}  // namespace ganvas::models
