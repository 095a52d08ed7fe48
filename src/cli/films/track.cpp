#include <fmt/format.h>

#include <utility>

#include "app/document/session_file.h"
#include "app/film/track_film.h"
#include "app/open/open_model.h"
#include "app/render/device.h"
#include "cli/command_line.h"
#include "cli/count_bar.h"
#include "cli/say.h"
#include "core/error.h"
#include "sound/track.h"

namespace ganvas::cli {

namespace {

struct TrackCommand {
  std::string track;
  std::string session;
  int walk = 0;
  double seeds = 1;
  std::string model;
  std::string network;
  bool allow_torchscript = false;
  std::string out;
  std::string grid = "1x1";
  int fps = 30;
  int size = 0;
  std::string device = "auto";
  std::string progress = "auto";
};

/// The session, with the walk as its timeline where one is asked for.
app::AppState document_of(const TrackCommand& command, const sound::Track& track) {
  app::AppState document;
  if (!command.session.empty()) document = app::load_session(command.session);
  require(document.mix.path.empty(),
          "The session {} mixes two models, which a film of a track cannot; save the mixed model and open that one.",
          command.session);
  if (!command.model.empty()) {
    document.model = command.model;
    document.network.clear();
  }
  if (!command.network.empty()) document.network = command.network;
  const int beats = command.walk > 0 || !command.session.empty() ? command.walk : 4;
  if (beats == 0) return document;
  document.timeline.timeline = latent::seed_walk(document.latent, track.bars(beats), command.seeds, track.seconds());
  document.timeline.on = true;
  return document;
}

int film_track(const TrackCommand& command) {
  const GridSize grid = parse_grid(command.grid);
  const app::TrackFilmOptions film{.path = command.out,
                                   .track = command.track,
                                   .fps = command.fps,
                                   .size = command.size,
                                   .columns = grid.columns,
                                   .rows = grid.rows};
  const sound::Track track = *sound::hear_track(command.track);
  say("{:.2f} s, {} onsets, {} beats, {:.1f} a minute, in {}\n", track.seconds(), track.onsets().size(),
      track.beats().size(), track.tempo(), command.track);
  const app::AppState document = document_of(command, track);
  app::check_track_film(document, film);
  const at::Device device = app::resolve_device(command.device);
  app::OpenedModel model = app::open_model(
      document.model, {.network = document.network, .device = device, .allow_torchscript = command.allow_torchscript});
  app::Renderer renderer(std::move(model.generator), device);
  {
    CountBar bar(command.progress);
    int shown = -1;
    app::make_track_film(renderer, document, track, film, [&](int done, int frames) {
      if (std::exchange(shown, done) != done) bar.show("frames", done, frames);
      return true;
    });
  }
  const int frames = app::track_film_frames(track, command.fps);
  say("{} frames, {:.2f} s at {} a second, of {} in {}\n", frames, static_cast<double>(frames) / command.fps,
      command.fps, model.path.filename().string(), command.out);
  return 0;
}

}  // namespace

void add_track(CLI::App& parser, CliAction& action) {
  auto options = std::make_shared<TrackCommand>();
  auto* command = parser.add_subcommand("track", "Make a film of a whole piece of music, with its sound");
  command->add_option("track", options->track, "Sound file: WAV, FLAC or OGG, at most half an hour")
      ->type_name("TRACK")
      ->required();
  command->add_option("--out,-o", options->out, "film.mp4")->type_name("FILE")->required();
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
  command->add_option("--model,-m", options->model, "Model file or run folder; default: the session's own")
      ->type_name("FILE");
  command->add_option("--network", options->network, "Which network of --model; default: the moving average")
      ->type_name("NAME");
  command->add_flag("--allow-torchscript", options->allow_torchscript,
                    "Execute a TorchScript program that cannot be read from its text; only for files that you trust");
  command->add_option("--fps", options->fps, "Frames a second")->check(CLI::Range(1, 240))->capture_default_str();
  command->add_option("--size", options->size, "Pixels of a picture's side; 0: as the model makes it")
      ->check(CLI::Range(0, 8192))
      ->capture_default_str();
  command->add_option("--grid", options->grid, "Pictures side by side and below one another, columns x rows")
      ->type_name("CxR")
      ->capture_default_str();
  command->add_option("--device", options->device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  command->add_option("--progress", options->progress, "auto, bar, lines or none")
      ->check(CLI::IsMember({"auto", "bar", "lines", "none"}))
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
