#include "models/wgan/settings.h"

#include "core/error.h"

namespace ganvas::models {
namespace {

void check_channels(int count) {
  require(count >= 1 && count <= 4096, "A layer of {} channels is out of range 1..4096.", count);
}

}  // namespace

WganSettings wgan_settings(const NetworkSpec& spec) {
  const Json& json = spec.extra;
  require_known_keys(json,
                     {"g_channels", "d_channels", "extra_layers", "g_batch_norm", "d_batch_norm", "g_mlp", "d_mlp"},
                     "\"extra\" of a WGAN");
  WganSettings settings;
  settings.g_channels = get_or(json, "g_channels", settings.g_channels);
  settings.d_channels = get_or(json, "d_channels", settings.d_channels);
  settings.extra_layers = get_or(json, "extra_layers", settings.extra_layers);
  settings.g_batch_norm = get_or(json, "g_batch_norm", settings.g_batch_norm);
  settings.d_batch_norm = get_or(json, "d_batch_norm", settings.d_batch_norm);
  settings.g_mlp = get_or(json, "g_mlp", settings.g_mlp);
  settings.d_mlp = get_or(json, "d_mlp", settings.d_mlp);
  check_channels(settings.g_channels);
  check_channels(settings.d_channels);
  require(settings.extra_layers >= 0 && settings.extra_layers <= 64, "{} extra layers are out of range 0..64.",
          settings.extra_layers);
  return settings;
}

Json to_json(const WganSettings& settings) {
  return {{"g_channels", settings.g_channels},
          {"d_channels", settings.d_channels},
          {"extra_layers", settings.extra_layers},
          {"g_batch_norm", settings.g_batch_norm},
          {"d_batch_norm", settings.d_batch_norm},
          {"g_mlp", settings.g_mlp},
          {"d_mlp", settings.d_mlp}};
}

WganGpSettings wgan_gp_settings(const NetworkSpec& spec) {
  const Json& json = spec.extra;
  require_known_keys(json, {"form", "channels"}, "\"extra\" of a WGAN-GP");
  WganGpSettings settings;
  settings.form = get_or(json, "form", settings.form);
  settings.channels = get_or(json, "channels", settings.channels);
  require(settings.form == "conv" || settings.form == "resnet", "\"form\" is \"{}\"; choose one of conv, resnet.",
          settings.form);
  check_channels(settings.channels);
  return settings;
}

Json to_json(const WganGpSettings& settings) {
  return {{"form", settings.form}, {"channels", settings.channels}};
}

}  // namespace ganvas::models
