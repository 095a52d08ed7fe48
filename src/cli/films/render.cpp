#include <fmt/format.h>

#include <utility>

#include "app/document/session_file.h"
#include "app/film/timeline_film.h"
#include "app/open/open_model.h"
#include "app/render/device.h"
#include "cli/command_line.h"
#include "cli/count_bar.h"
#include "cli/say.h"

namespace ganvas::cli {

namespace {

struct RenderOptions {
  std::string timeline;
  std::string model;
  std::string network;
  bool allow_torchscript = false;
  std::string out;
  std::string grid = "1x1";
  int fps = 30;
  int size = 0;
  std::string sound;
  std::string device = "auto";
  std::string progress = "auto";
};

int render(const RenderOptions& options) {
  const app::TimelineFile file = app::load_timeline(options.timeline);
  const GridSize grid = parse_grid(options.grid);
  const at::Device device = app::resolve_device(options.device);
  const bool own = options.model.empty();
  app::OpenedModel model =
      app::open_model(own ? file.model : options.model, {.network = own ? file.network : options.network,
                                                         .device = device,
                                                         .allow_torchscript = options.allow_torchscript});
  app::Renderer renderer(std::move(model.generator), device);
  const app::TimelineFilmOptions film{.path = options.out,
                                      .fps = options.fps,
                                      .size = options.size,
                                      .columns = grid.columns,
                                      .rows = grid.rows,
                                      .sound = options.sound};
  {
    CountBar bar(options.progress);
    int shown = -1;
    app::make_timeline_film(renderer, file.timeline, film, [&](int done, int frames) {
      if (std::exchange(shown, done) != done) bar.show("frames", done, frames);
      return true;
    });
  }
  const int frames = latent::timeline_frames(file.timeline, options.fps);
  say("{} frames, {:.2f} s at {} a second, of {} in {}\n", frames, static_cast<double>(frames) / options.fps,
      options.fps, model.path.filename().string(), options.out);
  return 0;
}

}  // namespace

void add_render(CLI::App& parser, CliAction& action) {
  auto options = std::make_shared<RenderOptions>();
  auto* command = parser.add_subcommand("render", "Make a film of a timeline that the explorer has saved");
  command->add_option("timeline", options->timeline, "Timeline file")->type_name("TIMELINE")->required();
  command
      ->add_option("--out,-o", options->out, "film.mp4, film.gif, film.webp, or a folder of PNG files (no extension)")
      ->type_name("FILE")
      ->required();
  command->add_option("--model,-m", options->model, "Model file or run folder; default: the timeline's own")
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
  command->add_option("--sound", options->sound, "Sound file that begins with the film and is in it; MP4 alone")
      ->type_name("FILE");
  command->add_option("--device", options->device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  command->add_option("--progress", options->progress, "auto, bar, lines or none")
      ->check(CLI::IsMember({"auto", "bar", "lines", "none"}))
      ->capture_default_str();
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
