#pragma once
// A film of a whole piece of music: what is bound to the sound follows it, frame by frame, and the sound is in the
// film. The window's "Film the track" and `ganvas track` are this one function.

#include <ATen/ATen.h>

#include <filesystem>
#include <functional>

#include "app/dispatch/command.h"
#include "app/film/timeline_film.h"
#include "app/render/renderer.h"
#include "sound/track.h"

namespace ganvas::app {

struct TrackFilmOptions {
  std::filesystem::path path;   ///< .mp4
  std::filesystem::path track;  ///< a sound file (sound/sound_file.h)
  int fps = 30;                 ///< 1..240
  int size = 0;                 ///< pixels of a picture's side, to 8192; 0: as the model makes it
  int columns = 1, rows = 1;
};

/// Throws Error for options that make no film, and for a document in which nothing follows the sound or goes on by
/// itself. Opens no file.
void check_track_film(const AppState& document, const TrackFilmOptions& options);
/// A frame for each begun 1/fps s.
[[nodiscard]] int track_film_frames(const sound::Track& track, int fps);

/// The document `seconds` after the track has begun. A walk has gone on since `start`, a timeline that has the picture
/// plays from its begin, and then sliders that are bound to the sound are where it puts them. A function of the moment
/// alone. z_dim: of the model. Throws Error.
AppState at_track_moment(const AppState& start, const sound::Track& track, double seconds, int z_dim);

/// `track`: what was heard of options.track. `progress` as that of make_film(). Returns false when it was stopped.
/// Throws Error.
bool make_track_film(Renderer& renderer, const AppState& document, const sound::Track& track,
                     const TrackFilmOptions& options, const std::function<bool(int done, int frames)>& progress);

}  // namespace ganvas::app
