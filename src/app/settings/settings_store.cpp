#include "app/settings/settings_store.h"

#include <cmath>

#include "core/error.h"
#include "core/files.h"

namespace ganvas::app {

namespace {

constexpr const char* kVersionKey = "ganvas_settings";
constexpr int kVersion = 1;

void check_range(double value, double low, double high, const char* what) {
  require(std::isfinite(value) && value >= low && value <= high, "{} is {}, but it must be between {} and {}.", what,
          value, low, high);
}

}  // namespace

void check_settings(const Settings& settings) {
  check_range(settings.ui_scale, 0, 4, "The size of the interface");
  check_range(settings.frame_limit, 1, 1000, "The frame limit");
  check_range(settings.view_share, 0, 0.5, "The share of looking");
  check_range(settings.quality_share, 0, 0.5, "The share of the live quality");
  check_range(settings.view_threads, 0, 256, "The number of view threads");
  check_range(settings.drag_ms, 0, 1000, "The milliseconds of a picture while dragging");
  check_range(settings.window_width, 0, 65536, "The window's width");
  check_range(settings.window_height, 0, 65536, "The window's height");
  check_framing(settings.framing);
}

Settings read_settings(const std::filesystem::path& file) {
  Settings settings;
  if (!std::filesystem::exists(file)) return settings;
  Json json = read_json(file);
  require(json.is_object() && json.value(kVersionKey, 0) == kVersion,
          "{} holds no settings of this version of ganvas; remove it, and the defaults hold.", file.string());
  json.erase(kVersionKey);
  fields::from_json(json, file.string(), settings);
  check_settings(settings);
  return settings;
}

SettingsStore::SettingsStore(StartSettings start, Worker& files)
    : start_(std::move(start)), now_(start_.given), files_(files) {}

void SettingsStore::set(const Settings& settings) {
  check_settings(settings);
  now_ = settings;
  if (start_.file.empty()) return;
  Settings kept = settings;
  // What the command line said holds for this start alone, unless the person has changed it since.
  if (settings.ui_scale == start_.given.ui_scale) kept.ui_scale = start_.kept.ui_scale;
  if (settings.tier == start_.given.tier) kept.tier = start_.kept.tier;
  files_.run([file = start_.file, kept]() -> Worker::Completion {
    Json json = fields::to_json(kept);
    json[kVersionKey] = kVersion;
    write_json(file, json);
    return {};
  });
}

}  // namespace ganvas::app
