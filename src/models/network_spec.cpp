#include "models/network_spec.h"

#include <algorithm>

#include "core/error.h"

namespace ganvas::models {
namespace {

void check_choice(const std::string& value, std::initializer_list<const char*> choices, const char* key) {
  const bool known = std::any_of(choices.begin(), choices.end(), [&](const char* choice) { return value == choice; });
  std::string names;
  for (const char* choice : choices) names += (names.empty() ? "" : ", ") + std::string(choice);
  require(known, "\"{}\" is \"{}\"; choose one of {}.", key, value, names);
}

Json dcgan_to_json(const DcganSpec& spec) {
  Json json;
  json["channels"] = spec.channels;
  if (!spec.d_channels.empty()) json["d_channels"] = spec.d_channels;
  json["g_batch_norm"] = spec.g_batch_norm;
  json["d_batch_norm"] = spec.d_batch_norm;
  json["d_batch_norm_first"] = spec.d_batch_norm_first;
  json["g_activation"] = spec.g_activation;
  json["g_slope"] = spec.g_slope;
  json["d_slope"] = spec.d_slope;
  json["output"] = spec.output;
  json["bias"] = spec.bias;
  json["init"] = spec.init;
  return json;
}

DcganSpec dcgan_from_json(const Json& json) {
  require_known_keys(json,
                     {"channels", "d_channels", "g_batch_norm", "d_batch_norm", "d_batch_norm_first", "g_activation",
                      "g_slope", "d_slope", "output", "bias", "init"},
                     "\"dcgan\"");
  DcganSpec spec;
  spec.channels = get_or(json, "channels", spec.channels);
  spec.d_channels = get_or(json, "d_channels", spec.d_channels);
  spec.g_batch_norm = get_or(json, "g_batch_norm", spec.g_batch_norm);
  spec.d_batch_norm = get_or(json, "d_batch_norm", spec.d_batch_norm);
  spec.d_batch_norm_first = get_or(json, "d_batch_norm_first", spec.d_batch_norm_first);
  spec.g_activation = get_or(json, "g_activation", spec.g_activation);
  spec.g_slope = get_or(json, "g_slope", spec.g_slope);
  spec.d_slope = get_or(json, "d_slope", spec.d_slope);
  spec.output = get_or(json, "output", spec.output);
  spec.bias = get_or(json, "bias", spec.bias);
  spec.init = get_or(json, "init", spec.init);
  check_choice(spec.g_activation, {"relu", "leaky_relu"}, "g_activation");
  check_choice(spec.output, {"tanh", "sigmoid"}, "output");
  check_choice(spec.init, {"default", "normal002"}, "init");
  for (const std::vector<int>& channels : {spec.channels, spec.d_channels}) {
    for (const int count : channels)
      require(count >= 1 && count <= 8192, "A layer of {} channels is out of range 1..8192.", count);
  }
  return spec;
}

void check_range(int value, int low, int high, const char* key) {
  require(value >= low && value <= high, "\"{}\" is {}, out of its range {}..{}.", key, value, low, high);
}

}  // namespace

Json to_json(const NetworkSpec& spec) {
  Json json;
  json["family"] = spec.family;
  json["resolution"] = spec.resolution;
  json["image_channels"] = spec.image_channels;
  json["z_dim"] = spec.z_dim;
  json["w_dim"] = spec.w_dim;
  json["num_ws"] = spec.num_ws;
  json["c_dim"] = spec.c_dim;
  if (spec.family == "dcgan") json["dcgan"] = dcgan_to_json(spec.dcgan);
  if (!spec.extra.empty()) json["extra"] = spec.extra;
  return json;
}

NetworkSpec network_spec_from_json(const Json& json) {
  require_known_keys(json,
                     {"family", "resolution", "image_channels", "z_dim", "w_dim", "num_ws", "c_dim", "dcgan", "extra"},
                     "A network specification");
  NetworkSpec spec;
  spec.family = get_or(json, "family", spec.family);
  spec.resolution = get_or(json, "resolution", spec.resolution);
  spec.image_channels = get_or(json, "image_channels", spec.image_channels);
  spec.z_dim = get_or(json, "z_dim", spec.z_dim);
  spec.w_dim = get_or(json, "w_dim", spec.z_dim);
  spec.num_ws = get_or(json, "num_ws", spec.num_ws);
  spec.c_dim = get_or(json, "c_dim", spec.c_dim);
  check_range(spec.resolution, 4, 4096, "resolution");
  check_range(spec.image_channels, 1, 4, "image_channels");
  check_range(spec.z_dim, 0, 65536, "z_dim");
  check_range(spec.w_dim, 1, 65536, "w_dim");
  check_range(spec.num_ws, 1, 1024, "num_ws");
  check_range(spec.c_dim, 0, 65536, "c_dim");
  if (json.contains("dcgan")) spec.dcgan = dcgan_from_json(json["dcgan"]);
  spec.extra = get_or(json, "extra", spec.extra);
  return spec;
}

}  // namespace ganvas::models
