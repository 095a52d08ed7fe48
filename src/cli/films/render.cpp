#include "app/document/session_file.h"
#include "app/film/timeline_film.h"
#include "cli/films/film_command.h"

namespace ganvas::cli {

namespace {

struct RenderCommand {
  std::string timeline;
  std::string sound;
  FilmCommand film;
};

int render(const RenderCommand& command) {
  const app::TimelineFile file = app::load_timeline(command.timeline);
  const GridSize grid = parse_grid(command.film.grid);
  const app::TimelineFilmOptions film{.path = command.film.out,
                                      .fps = command.film.fps,
                                      .size = command.film.size,
                                      .columns = grid.columns,
                                      .rows = grid.rows,
                                      .sound = command.sound};
  make_with_model(command.film, file.model, file.network, latent::timeline_frames(file.timeline, film.fps),
                  [&](app::Renderer& renderer, const FilmProgress& progress) {
                    app::make_timeline_film(renderer, file.timeline, film, progress);
                  });
  return 0;
}

}  // namespace

void add_render(CLI::App& parser, CliAction& action) {
  auto options = std::make_shared<RenderCommand>();
  auto* command = parser.add_subcommand("render", "Make a film of a timeline that the explorer has saved");
  command->add_option("timeline", options->timeline, "Timeline file")->type_name("TIMELINE")->required();
  add_film_options(*command, options->film, "film.mp4, film.gif, film.webp, or a folder of PNG files (no extension)",
                   "the timeline's own");
  command->add_option("--sound", options->sound, "Sound file that begins with the film and is in it; MP4 alone")
      ->type_name("FILE");
  command->footer(
      "Until the film is whole its frames lie beside it in NAME.frames; the same command after an interruption goes "
      "on.\n"
      "Examples:\n"
      "  ganvas render walk.json --out walk.mp4 --size 512\n"
      "  ganvas render walk.json --out walk.gif --fps 20 --grid 3x2\n"
      "  ganvas render walk.json --out walk.mp4 --sound song.flac\n"
      "  ganvas render walk.json --model runs/first --out frames");
  command->callback([&action, options] { action = [options] { return render(*options); }; });
}

}  // namespace ganvas::cli
