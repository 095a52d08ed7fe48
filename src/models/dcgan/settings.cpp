#include "models/dcgan/settings.h"

#include <algorithm>

#include "core/error.h"

namespace ganvas::models {
namespace {

void check_choice(const std::string& value, std::initializer_list<const char*> choices, const char* key) {
  const bool known = std::any_of(choices.begin(), choices.end(), [&](const char* choice) { return value == choice; });
  require(known, "\"{}\" is \"{}\"; choose one of {}.", key, value, fmt::join(choices, ", "));
}

}  // namespace

DcganSettings dcgan_settings(const NetworkSpec& spec) {
  const Json& json = spec.extra;
  require_known_keys(json,
                     {"channels", "d_channels", "g_batch_norm", "d_batch_norm", "d_batch_norm_first", "g_activation",
                      "g_slope", "d_slope", "output", "bias", "init"},
                     "\"dcgan\"");
  DcganSettings settings;
  settings.channels = get_or(json, "channels", settings.channels);
  settings.d_channels = get_or(json, "d_channels", settings.d_channels);
  settings.g_batch_norm = get_or(json, "g_batch_norm", settings.g_batch_norm);
  settings.d_batch_norm = get_or(json, "d_batch_norm", settings.d_batch_norm);
  settings.d_batch_norm_first = get_or(json, "d_batch_norm_first", settings.d_batch_norm_first);
  settings.g_activation = get_or(json, "g_activation", settings.g_activation);
  settings.g_slope = get_or(json, "g_slope", settings.g_slope);
  settings.d_slope = get_or(json, "d_slope", settings.d_slope);
  settings.output = get_or(json, "output", settings.output);
  settings.bias = get_or(json, "bias", settings.bias);
  settings.init = get_or(json, "init", settings.init);
  check_choice(settings.g_activation, {"relu", "leaky_relu"}, "g_activation");
  check_choice(settings.output, {"tanh", "sigmoid"}, "output");
  check_choice(settings.init, {"default", "normal002"}, "init");
  for (const std::vector<int>& channels : {settings.channels, settings.d_channels}) {
    for (const int count : channels)
      require(count >= 1 && count <= 8192, "A layer of {} channels is out of range 1..8192.", count);
  }
  return settings;
}

Json to_json(const DcganSettings& settings) {
  Json json;
  json["channels"] = settings.channels;
  if (!settings.d_channels.empty()) json["d_channels"] = settings.d_channels;
  json["g_batch_norm"] = settings.g_batch_norm;
  json["d_batch_norm"] = settings.d_batch_norm;
  json["d_batch_norm_first"] = settings.d_batch_norm_first;
  json["g_activation"] = settings.g_activation;
  json["g_slope"] = settings.g_slope;
  json["d_slope"] = settings.d_slope;
  json["output"] = settings.output;
  json["bias"] = settings.bias;
  json["init"] = settings.init;
  return json;
}

}  // namespace ganvas::models
