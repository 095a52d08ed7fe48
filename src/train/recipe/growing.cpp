#include "train/recipe/growing.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/error.h"

namespace ganvas::train {
namespace {

bool power_of_two(int value) {
  return value >= 4 && value <= 4096 && std::has_single_bit(static_cast<unsigned>(value));
}

template <typename Value>
std::map<int, Value> by_resolution(const Json& json, const std::string& what, Value low, Value high) {
  require(json.is_object(), "{} must be an object such as {{\"64\": 32}}.", what);
  std::map<int, Value> values;
  for (const auto& [key, value] : json.items()) {
    const int resolution = std::atoi(key.c_str());
    require(power_of_two(resolution) && std::to_string(resolution) == key,
            "{}: \"{}\" is no resolution; write 4, 8, 16, ...", what, key);
    require(value.is_number() && value.template get<double>() >= static_cast<double>(low) &&
                value.template get<double>() <= static_cast<double>(high),
            "{}: {} at {} pixels is out of range.", what, value.dump(), key);
    values[resolution] = value.template get<Value>();
  }
  return values;
}

template <typename Value>
Json to_json(const std::map<int, Value>& values) {
  Json json = Json::object();
  for (const auto& [resolution, value] : values) json[std::to_string(resolution)] = value;
  return json;
}

at::Tensor enlarged(const at::Tensor& pictures, int times) {
  return times == 1 ? pictures : pictures.repeat_interleave(times, 2).repeat_interleave(times, 3);
}

}  // namespace

Json to_json(const GrowingSpec& spec) {
  return {{"start", spec.start},     {"stable_kimg", spec.stable_kimg}, {"fade_kimg", spec.fade_kimg},
          {"repeats", spec.repeats}, {"batch", to_json(spec.batch)},    {"lr", to_json(spec.lr)}};
}

GrowingSpec growing_from_json(const Json& json, const std::string& what) {
  require_known_keys(json, {"start", "stable_kimg", "fade_kimg", "repeats", "batch", "lr"}, what);
  GrowingSpec spec;
  spec.start = get_or(json, "start", spec.start);
  spec.stable_kimg = get_or(json, "stable_kimg", spec.stable_kimg);
  spec.fade_kimg = get_or(json, "fade_kimg", spec.fade_kimg);
  spec.repeats = get_or(json, "repeats", spec.repeats);
  require(spec.start == 0 || power_of_two(spec.start), "{}: \"start\" is {}; it must be 0 or 4, 8, 16, ...", what,
          spec.start);
  require(spec.stable_kimg >= 0 && spec.fade_kimg >= 0 && spec.stable_kimg + spec.fade_kimg > 0,
          "{}: a resolution must last longer than {} + {} kimg.", what, spec.stable_kimg, spec.fade_kimg);
  require(spec.repeats >= 1 && spec.repeats <= 1'000'000, "{}: \"repeats\" is {}; it must be from 1.", what,
          spec.repeats);
  if (json.contains("batch")) spec.batch = by_resolution<int>(json["batch"], what + ": batch", 1, 65536);
  if (json.contains("lr")) spec.lr = by_resolution<double>(json["lr"], what + ": lr", 0, 100);
  return spec;
}

GrowingPhase growing_phase(const GrowingSpec& spec, int resolution, double kimg) {
  const double doublings = std::log2(static_cast<double>(resolution) / std::min(spec.start, resolution));
  const double whole = spec.stable_kimg + spec.fade_kimg;
  const double passed = std::floor(kimg / whole);
  const double fading = std::max(kimg - passed * whole - spec.stable_kimg, 0.0);
  GrowingPhase phase;
  phase.lod = doublings - passed - (spec.fade_kimg > 0 ? fading / spec.fade_kimg : 0.0);
  phase.lod = std::max(phase.lod, 0.0);
  phase.resolution = resolution >> static_cast<int>(std::floor(phase.lod));
  return phase;
}

bool crosses_level(double lod_before, double lod_now) {
  return std::floor(lod_before) != std::floor(lod_now) || std::ceil(lod_before) != std::ceil(lod_now);
}

at::Tensor faded_reals(const at::Tensor& pictures, double lod) {
  const int box = 1 << static_cast<int>(std::floor(lod));
  const double rest = lod - std::floor(lod);
  at::Tensor level = box == 1 ? pictures : at::avg_pool2d(pictures, box);
  if (rest > 0) level = at::lerp(level, enlarged(at::avg_pool2d(level, 2), 2), rest);
  return enlarged(level, box);
}

}  // namespace ganvas::train
