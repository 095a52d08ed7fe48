#include "app/document/session_file.h"

#include <cmath>

#include "app/document/state_fields.h"
#include "core/outside/limits.h"
#include "latent/bend_kinds.h"

namespace ganvas::app {

namespace {

constexpr int kVersion = 1;         ///< of directions and timelines
constexpr int kSessionVersion = 2;  ///< 1 held settings too, which are the person's now and are passed over
constexpr const char* kVersionKey = "ganvas_session";
constexpr const char* kTimelineKey = "ganvas_timeline";
constexpr const char* kMovesKey = "ganvas_directions";

void check_range(double value, double low, double high, const char* what) {
  require(std::isfinite(value) && value >= low && value <= high, "{} is {}, but it must be between {} and {}.", what,
          value, low, high);
}

void check_rows(const std::vector<double>& values) {
  check_range(static_cast<double>(values.size()), 0, 256, "The number of style rows");
}

/// All synthesis parameters against the limits of their rows.
void check_parameters(const latent::LatentControls& latent) {
  const auto check = [](const latent::SynthesisParameter& row, const auto& value) {
    const auto one = [&row](double number) { check_range(number, row.limits.low, row.limits.high, row.subject); };
    if constexpr (std::is_arithmetic_v<std::remove_cvref_t<decltype(value)>>) {
      one(value);
    } else {
      for (const auto number : value) one(number);
    }
  };
  latent::each_parameter(check, latent);
}

void check_latent(const latent::LatentControls& latent, int depth = 0);

/// Kept states have sources of their own, which may be kept states: each step makes the document larger.
void check_source(const latent::StyleSource& source, int depth) {
  check_rows(source.weights);
  for (const double weight : source.weights) check_range(weight, -4, 4, "The weight of a style row");
  check_range(static_cast<double>(source.kept.size()), 0, 1, "The number of kept states of a style source");
  require(source.kept.empty() || depth < 4,
          "A style source is mixed from a bookmark, which is mixed from one, and so on more than four deep; project or "
          "bookmark a picture with fewer sources.");
  for (const latent::LatentControls& kept : source.kept) check_latent(kept, depth + 1);
}

void check_style(const latent::StyleControls& style, int depth) {
  require(style.noise.mode == "const" || style.noise.mode == "random" || style.noise.mode == "none",
          "The noise is \"{}\"; choose one of const, random, none.", style.noise.mode);
  check_rows(style.noise.strengths);
  check_rows(style.grid_weights);
  check_range(static_cast<double>(style.sources.size()), 0, 64, "The number of style sources");
  for (const latent::StyleSource& source : style.sources) check_source(source, depth);
  check_range(static_cast<double>(style.moves.size()), 0, 1024, "The number of moves");
  for (const latent::StyleMove& move : style.moves) {
    check_range(static_cast<double>(move.direction.size()), 1, 65536, "The length of a direction");
    for (const float value : move.direction) check_range(value, -1, 1, "A value of a direction");
    check_range(move.unit, 0, 1e6, "The step of a move");
    check_range(move.strength, -1000, 1000, "The strength of a move");
    check_range(move.first, 0, 255, "A style row");
    check_range(move.last, -1, 255, "A style row");
  }
  check_range(static_cast<double>(style.base.size()), 0, 65536, "The number of base styles");
  for (const float value : style.base) check_range(value, -1e6, 1e6, "A value of the base styles");
  check_range(static_cast<double>(style.bends.size()), 0, 1024, "The number of bends");
  for (const latent::Bend& bend : style.bends) {
    latent::bend_kind(bend.kind);
    check_range(bend.channel, -1, 65535, "A channel");
    check_range(bend.amount, -1000, 1000, "The amount of a bend");
    check_range(bend.second, -1000, 1000, "The second amount of a bend");
  }
  check_range(static_cast<double>(style.offsets.size()), 0, 65536, "The number of style offsets");
  for (const latent::StyleOffset& offset : style.offsets) {
    check_range(offset.row, -1, 255, "A style row");
    check_range(offset.index, 0, 65535, "A style dimension");
    check_range(offset.value, -1000, 1000, "A style offset");
  }
}

void check_latent(const latent::LatentControls& latent, int depth) {
  check_parameters(latent);
  check_style(latent.style, depth);
  for (const auto& [index, value] : latent.edits) {
    check_range(index, 0, 65535, "A latent dimension");
    check_range(value, -100, 100, "A latent value");
  }
  for (const int index : latent.locked) check_range(index, 0, 65535, "A locked dimension");
  for (const auto* end : {&latent.blend.a, &latent.blend.b}) {
    for (const float value : *end) check_range(value, -1e6, 1e6, "A value of a blended latent");
  }
}

}  // namespace

void check_state(const AppState& state, const AppState& before) {
  check_latent(state.latent);
  check_range(static_cast<double>(state.bookmarks.size()), 0, limits::bookmarks, "The number of bookmarks");
  if (!state.bookmarks.shares(before.bookmarks))
    for (const Bookmark& bookmark : state.bookmarks) check_latent(bookmark.latent);
  const SharedList<latent::Keyframe>& keyframes = state.timeline.timeline.keyframes;
  latent::check_timeline(state.timeline.timeline);
  if (!keyframes.shares(before.timeline.timeline.keyframes))
    for (const latent::Keyframe& frame : keyframes) check_latent(frame.latent);
  check_range(state.timeline.at, 0, 1e7, "The playhead");
  check_range(state.timeline.onion_skin, 0, 3, "The number of keyframes that shine through");
  check_range(state.view.columns, 1, 16, "The grid's columns");
  check_range(state.view.rows, 1, 16, "The grid's rows");
  check_range(state.view.zoom, 0.05, 200, "The zoom");
  check_range(state.view.pan_x, -1000, 1000, "The view's horizontal shift");
  check_range(state.view.pan_y, -1000, 1000, "The view's vertical shift");
  check_range(state.mix.coarse, 0, 1, "The weight of the other model's coarse layers");
  check_range(state.mix.fine, 0, 1, "The weight of the other model's fine layers");
  check_range(state.mix.split, 1, 65536, "The resolution that parts coarse from fine layers");
  check_range(state.time.at, -1, 1e9, "The moment");
  check_range(state.time.other, -1, 1e9, "The moment of B");
  check_range(state.time.divider, 0, 1, "The divider");
  check_range(state.inputs.osc_port, 1, 65535, "The port for OSC");
  check_range(static_cast<double>(state.inputs.bindings.size()), 0, 1000, "The number of bindings");
  for (const Binding& binding : state.inputs.bindings) {
    check_range(binding.low, -1e6, 1e6, "The lower end of a binding");
    check_range(binding.high, -1e6, 1e6, "The upper end of a binding");
  }
}

Json session_to_json(const AppState& state) {
  Json json{{kVersionKey, kSessionVersion}};
  json.update(fields::to_json(state));
  return json;
}

AppState session_from_json(const Json& json, const std::string& what) {
  require(json.is_object() && json.contains(kVersionKey) && json[kVersionKey].is_number_integer(),
          "{} is not a ganvas session; choose a file that \"Save session\" has written.", what);
  const auto version = json[kVersionKey].get<std::int64_t>();
  require(version >= 1 && version <= kSessionVersion,
          "{} is a session of version {}, but this program reads versions up to {}; update ganvas.", what, version,
          kSessionVersion);
  Json document = json;
  document.erase(kVersionKey);
  if (version == 1) document.erase("settings");
  AppState state;
  fields::from_json(document, what, state);
  check_state(state);
  return state;
}

void save_moves(const std::filesystem::path& path, const std::vector<latent::StyleMove>& moves) {
  write_json(path, {{kMovesKey, kVersion}, {"moves", fields::to_json(moves)}});
}

std::vector<latent::StyleMove> load_moves(const std::filesystem::path& path) {
  const Json json = read_json(path);
  require(json.is_object() && json.contains(kMovesKey) && json.contains("moves"),
          "{} holds no directions of ganvas; choose a file that \"Save directions\" has written.", path.string());
  AppState state;
  fields::from_json(json["moves"], "the moves of " + path.string(), state.latent.style.moves);
  check_state(state);
  return state.latent.style.moves;
}

void save_timeline(const std::filesystem::path& path, const TimelineFile& file) {
  write_json(path, {{kTimelineKey, kVersion},
                    {"model", file.model},
                    {"network", file.network},
                    {"timeline", fields::to_json(file.timeline)}});
}

TimelineFile load_timeline(const std::filesystem::path& path) {
  const Json json = read_json(path);
  require(json.is_object() && json.contains(kTimelineKey) && json.contains("timeline"),
          "{} holds no timeline of ganvas; choose a file that \"Save timeline\" has written.", path.string());
  require_known_keys(json, {kTimelineKey, "model", "network", "timeline"}, path.string());
  TimelineFile file{.model = get_or<std::string>(json, "model", ""),
                    .network = get_or<std::string>(json, "network", "")};
  fields::from_json(json["timeline"], "the timeline of " + path.string(), file.timeline);
  AppState state;
  state.timeline.timeline = file.timeline;
  check_state(state);
  return file;
}

void save_session(const std::filesystem::path& path, const AppState& state) {
  write_json(path, session_to_json(state));
}

AppState load_session(const std::filesystem::path& path) {
  return session_from_json(read_json(path), path.string());
}

}  // namespace ganvas::app
