#include "app/film/track_film.h"

#include <algorithm>
#include <cmath>

#include "app/control/bound_command.h"
#include "app/dispatch/history.h"
#include "app/document/session_file.h"
#include "app/render/moment_job.h"
#include "core/error.h"
#include "core/json_text.h"
#include "inputs/audio.h"
#include "media/film/film.h"

namespace ganvas::app {

namespace {

bool follows_sound(const Binding& binding) {
  const std::vector<inputs::InputEvent> sources = inputs::sound_events({});
  return std::any_of(sources.begin(), sources.end(), [&](const auto& event) { return event.source == binding.source; });
}

media::FilmOptions track_film_of(const TrackFilmOptions& options, int frames) {
  return {.path = options.path, .frames = frames, .fps = options.fps, .sound = options.track};
}

/// All that pictures of a track depend on, but the track and the model.
std::string track_content(const AppState& document, const TrackFilmOptions& options) {
  AppState state;
  state.latent = document.latent;
  state.timeline = document.timeline;
  state.inputs.bindings = document.inputs.bindings;
  return json_text(session_to_json(state)) + fmt::format(" {} {} {} ", options.size, options.columns, options.rows);
}

at::Tensor picture_at(Renderer& renderer, const AppState& now, MomentGrid grid) {
  if (now.timeline.on)
    return renderer.render(moment_job(now.timeline.timeline, now.timeline.at, grid, renderer.spec()));
  return renderer.render(grid_job(now.latent, grid.columns, grid.rows, renderer.spec()));
}

}  // namespace

void check_track_film(const AppState& document, const TrackFilmOptions& options) {
  require(!options.track.empty(), "A film of a track needs a sound file; choose one.");
  check_film_size(options.size);
  media::check_film(track_film_of(options, 1));
  bool moves = document.latent.animate || document.timeline.on;
  for (const Binding& binding : document.inputs.bindings) {
    if (!follows_sound(binding)) continue;
    require(binding.target != "coarse" && binding.target != "fine",
            "A film of a track cannot mix models while it plays, and {} moves \"{}\"; forget that binding.",
            binding.source, binding.target);
    moves = true;
  }
  require(moves,
          "Nothing would move with {}: let a slider follow the sound, or turn the walk or the timeline on, and film it "
          "again.",
          options.track.filename().string());
}

int track_film_frames(const sound::Track& track, int fps) {
  return std::max(1, static_cast<int>(std::ceil(track.seconds() * fps - 1e-6)));
}

AppState at_track_moment(const AppState& start, const sound::Track& track, double seconds, int z_dim) {
  Services services;
  services.z_dim = [z_dim] { return z_dim; };
  AppState now = start;
  if (now.timeline.on) {
    now.timeline.at = 0;
    now.timeline.playing = true;
  }
  dispatch(now, command::Advance{seconds}, services);
  const std::vector<inputs::InputEvent> heard = inputs::sound_events(track.at(seconds));
  for (const Binding& binding : start.inputs.bindings)
    if (const auto command = bound_command(binding, heard, now)) dispatch(now, *command, services);
  return now;
}

bool make_track_film(Renderer& renderer, const AppState& document, const sound::Track& track,
                     const TrackFilmOptions& options, const std::function<bool(int, int)>& progress) {
  check_track_film(document, options);
  const MomentGrid grid{options.columns, options.rows};
  media::FilmOptions film = track_film_of(options, track_film_frames(track, options.fps));
  film.content = track_content(document, options) + track.hash() + weights_hash(renderer.generator());
  return media::make_film(
      film,
      [&](int index) {
        const AppState now =
            at_track_moment(document, track, static_cast<double>(index) / options.fps, renderer.spec().z_dim);
        return film_picture(picture_at(renderer, now, grid), renderer.spec().resolution, options.size);
      },
      progress);
}

}  // namespace ganvas::app
