#include "models/network_spec.h"

#include "core/error.h"
#include "models/family.h"

namespace ganvas::models {
namespace {

void check_range(int value, int low, int high, const char* key) {
  require(value >= low && value <= high, "\"{}\" is {}, out of its range {}..{}.", key, value, low, high);
}

const Family& family_or_none(const NetworkSpec& spec) {
  static const Family none;
  const Family* family = find_family(spec.family);
  return family == nullptr ? none : *family;
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
  const Family& family = family_or_none(spec);
  if (Json settings = family.settings(spec); !settings.empty()) json[family.settings_key] = std::move(settings);
  return json;
}

NetworkSpec network_spec_from_json(const Json& json) {
  std::vector<const char*> known{"family", "resolution", "image_channels", "z_dim", "w_dim", "num_ws", "c_dim"};
  const std::vector<const char*> settings_of_all = settings_keys();
  known.insert(known.end(), settings_of_all.begin(), settings_of_all.end());
  require_known_keys(json, known, "A network specification");
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
  const Family& family = family_or_none(spec);
  spec.extra = get_or(json, family.settings_key, spec.extra);
  spec.extra = family.settings(spec);
  return spec;
}

}  // namespace ganvas::models
