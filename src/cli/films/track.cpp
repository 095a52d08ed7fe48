#include "sound/track.h"
#include "app/document/session_file.h"
#include "app/film/track_film.h"
#include "cli/films/film_command.h"
#include "cli/say.h"
#include "core/error.h"

namespace ganvas::cli {

namespace {

struct TrackCommand {
  std::string track;
  std::string session;
  int walk = 0;
  double seeds = 1;
  FilmCommand film;
};

/// The session, with the walk as its timeline where one is asked for.
app::AppState document_of(const TrackCommand& command, const sound::Track& track) {
  app::AppState document;
  if (!command.session.empty()) document = app::load_session(command.session);
  require(document.mix.path.empty(),
          "The session {} mixes two models, which a film of a track cannot; save the mixed model and open that one.",
          command.session);
  const int beats = command.walk > 0 || !command.session.empty() ? command.walk : 4;
  if (beats == 0) return document;
  document.timeline.timeline = latent::seed_walk(document.latent, track.bars(beats), command.seeds, track.seconds());
  document.timeline.on = true;
  return document;
}

int film_track(const TrackCommand& command) {
  const GridSize grid = parse_grid(command.film.grid);
  const app::TrackFilmOptions film{.path = command.film.out,
                                   .track = command.track,
                                   .fps = command.film.fps,
                                   .size = command.film.size,
                                   .columns = grid.columns,
                                   .rows = grid.rows};
  const sound::Track track = *sound::hear_track(command.track);
  say("{:.2f} s, {} onsets, {} beats, {:.1f} a minute, in {}\n", track.seconds(), track.onsets().size(),
      track.beats().size(), track.tempo(), command.track);
  const app::AppState document = document_of(command, track);
  app::check_track_film(document, film);
  make_with_model(command.film, document.model, document.network, app::track_film_frames(track, film.fps),
                  [&](app::Renderer& renderer, const FilmProgress& progress) {
                    app::make_track_film(renderer, document, track, film, progress);
                  });
  return 0;
}

}  // namespace

void add_track(CLI::App& parser, CliAction& action) {
  auto options = std::make_shared<TrackCommand>();
  auto* command = parser.add_subcommand("track", "Make a film of a whole piece of music, with its sound");
  command->add_option("track", options->track, "Sound file: WAV, FLAC or OGG, at most half an hour")
      ->type_name("TRACK")
      ->required();
  add_film_options(*command, options->film, "film.mp4", "the session's own");
  command
      ->add_option("--session,-s", options->session,
                   "Session whose sliders follow the sound as it binds them, and whose walk or timeline goes on")
      ->type_name("FILE");
  command
      ->add_option("--walk", options->walk,
                   "Walk over the seeds, with a keyframe each so many beats; 0: no walk. Default: 4 without a session")
      ->check(CLI::Range(0, 64))
      ->type_name("BEATS");
  command->add_option("--seeds", options->seeds, "Seeds that the walk goes on from keyframe to keyframe")
      ->check(CLI::Range(-1000.0, 1000.0))
      ->capture_default_str();
  command->footer(
      "A frame shows what is heard at its begin; sound and pictures begin together.\n"
      "Until the film is whole its frames lie beside it in NAME.frames; the same command after an interruption goes "
      "on.\n"
      "Examples:\n"
      "  ganvas track song.flac --out song.mp4 --size 512\n"
      "  ganvas track song.flac --walk 8 --seeds 2 --model runs/first --out song.mp4\n"
      "  ganvas track song.flac --session bound.json --fps 60 --out song.mp4");
  command->callback([&action, options] { action = [options] { return film_track(*options); }; });
}

}  // namespace ganvas::cli
