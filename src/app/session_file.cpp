#include "app/session_file.h"

#include <cmath>

#include "app/state_fields.h"

namespace ganvas {

namespace {

constexpr int kVersion = 1;
constexpr const char* kVersionKey = "ganvas_session";

void check_range(double value, double low, double high, const char* what) {
  require(std::isfinite(value) && value >= low && value <= high, "{} is {}, but it must be between {} and {}.", what,
          value, low, high);
}

void check_latent(const LatentControls& latent) {
  check_range(latent.seed_x, -1e9, 1e9, "The seed's x");
  check_range(latent.seed_y, -1e7, 1e7, "The seed's y");
  check_range(latent.psi, 0, 2, "Psi");
  check_range(latent.blend.t, 0, 1, "The place between A and B");
  check_range(latent.animate_speed, -100, 100, "The speed of the animation");
  for (const auto& [index, value] : latent.edits) {
    check_range(index, 0, 65535, "A latent dimension");
    check_range(value, -100, 100, "A latent value");
  }
  for (const int index : latent.locked) check_range(index, 0, 65535, "A locked dimension");
  for (const auto* end : {&latent.blend.a, &latent.blend.b}) {
    for (const float value : *end) check_range(value, -1e6, 1e6, "A value of a blended latent");
  }
  for (const float weight : latent.classes) check_range(weight, -100, 100, "A class weight");
}

}  // namespace

void check_state(const AppState& state) {
  check_latent(state.latent);
  check_range(state.view.columns, 1, 16, "The grid's columns");
  check_range(state.view.rows, 1, 16, "The grid's rows");
  check_range(state.view.zoom, 0.05, 200, "The zoom");
  check_range(state.view.pan_x, -1000, 1000, "The view's horizontal shift");
  check_range(state.view.pan_y, -1000, 1000, "The view's vertical shift");
  check_range(state.settings.ui_scale, 0, 4, "The size of the interface");
  check_range(state.settings.frame_limit, 1, 1000, "The frame limit");
  check_range(state.settings.view_threads, 1, 256, "The number of view threads");
}

Json session_to_json(const AppState& state) {
  Json json{{kVersionKey, kVersion}};
  json.update(fields::to_json(state));
  return json;
}

AppState session_from_json(const Json& json, const std::string& what) {
  require(json.is_object() && json.contains(kVersionKey) && json[kVersionKey].is_number_integer(),
          "{} is not a ganvas session; choose a file that \"Save session\" has written.", what);
  const auto version = json[kVersionKey].get<std::int64_t>();
  require(version == kVersion, "{} is a session of version {}, but this program reads version {}; update ganvas.", what,
          version, kVersion);
  Json document = json;
  document.erase(kVersionKey);
  AppState state;
  fields::from_json(document, what, state);
  check_state(state);
  return state;
}

void save_session(const std::filesystem::path& path, const AppState& state) {
  write_json(path, session_to_json(state));
}

AppState load_session(const std::filesystem::path& path) {
  return session_from_json(read_json(path), path.string());
}

}  // namespace ganvas
