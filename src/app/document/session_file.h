#pragma once
// The session file: the whole document as JSON (docs/formats.md). No torch.

#include <filesystem>
#include <string>
#include <vector>

#include "app/document/state.h"
#include "core/json.h"

namespace ganvas::app {

/// {"ganvas_session": 2, "model": ..., "latent": ..., "view": ..., "train": ...}
Json session_to_json(const AppState& state);
/// Strict: throws Error naming the first thing that does not fit, an unknown version, or a file that is no session.
AppState session_from_json(const Json& json, const std::string& what);

void save_session(const std::filesystem::path& path, const AppState& state);
AppState load_session(const std::filesystem::path& path);

/// Directions by themselves, for other sessions and models: {"ganvas_directions": 1, "moves": [...]}.
void save_moves(const std::filesystem::path& path, const std::vector<latent::StyleMove>& moves);
/// Strict as load_session().
std::vector<latent::StyleMove> load_moves(const std::filesystem::path& path);

/// A timeline and the model it was made with: {"ganvas_timeline": 1, "model": ..., "network": ..., "timeline": {...}}.
struct TimelineFile {
  std::string model;    ///< as AppState::model
  std::string network;  ///< as AppState::network
  latent::Timeline timeline;
};
void save_timeline(const std::filesystem::path& path, const TimelineFile& file);
/// Strict as load_session().
TimelineFile load_timeline(const std::filesystem::path& path);

/// Throws Error naming the first value of the document that is out of its range. `before`: a document that was checked;
/// bookmarks and keyframes that it shares are passed over.
void check_state(const AppState& state, const AppState& before = {});

}  // namespace ganvas::app
