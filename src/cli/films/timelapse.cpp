#include "app/film/timelapse.h"

#include <fmt/format.h>

#include <utility>

#include "app/document/session_file.h"
#include "app/render/device.h"
#include "cli/command_line.h"
#include "cli/count_bar.h"
#include "cli/say.h"

namespace ganvas::cli {

namespace {

struct TimelapseCommand {
  std::string run;
  std::string out;
  std::string grid = "8x8";
  std::string timeline;
  std::string device = "auto";
  std::string progress = "auto";
  std::string pace = "kimg";
  double seed = 0;
  double walk = 0;
  app::TimelapseOptions options;
};

int make(const TimelapseCommand& command) {
  app::TimelapseOptions options = command.options;
  const GridSize grid = parse_grid(command.grid);
  options.path = command.out;
  options.columns = grid.columns;
  options.rows = grid.rows;
  options.latent.seed_x = command.seed;
  options.pace = app::timelapse_pace_from(command.pace);
  if (command.walk != 0) {
    options.form = app::TimelapseForm::walk;
    options.walk_speed = command.walk;
  }
  if (!command.timeline.empty()) {
    options.form = app::TimelapseForm::timeline;
    options.timeline = app::load_timeline(command.timeline).timeline;
  }
  {
    CountBar bar(command.progress);
    int shown = -1;
    app::make_timelapse(command.run, options, app::resolve_device(command.device), [&](int done, int frames) {
      if (std::exchange(shown, done) != done) bar.show("frames", done, frames);
      return true;
    });
  }
  say("{:.1f} s at {} a second of {} in {}\n", options.seconds, options.fps, command.run, command.out);
  return 0;
}

}  // namespace

void add_timelapse(CLI::App& parser, CliAction& action) {
  auto command = std::make_shared<TimelapseCommand>();
  auto* sub = parser.add_subcommand("timelapse", "Make a film of how a run learned");
  sub->add_option("run", command->run, "Run folder")->type_name("RUN")->required()->check(CLI::ExistingDirectory);
  sub->add_option("--out,-o", command->out, "film.mp4, film.gif, film.webp, or a folder of PNG files (no extension)")
      ->type_name("FILE")
      ->required();
  sub->add_option("--grid", command->grid, "Pictures side by side and below one another, columns x rows")
      ->type_name("CxR")
      ->capture_default_str();
  sub->add_option("--fps", command->options.fps, "Frames a second")->check(CLI::Range(1, 240))->capture_default_str();
  sub->add_option("--seconds", command->options.seconds, "Length of the film")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  sub->add_option("--size", command->options.size, "Pixels of a picture's side; 0: as the model makes it")
      ->check(CLI::Range(0, 8192))
      ->capture_default_str();
  sub->add_flag("--caption", command->options.caption, "Below the pictures: kimg, step, time and the losses");
  sub->add_flag("--in-training", command->options.in_training,
                "The weights in training, of moments that have them, not their moving average");
  sub->add_option("--pace", command->pace, "kimg: even over the run. change: even over how much the pictures change")
      ->check(CLI::IsMember({"kimg", "change"}))
      ->capture_default_str();
  sub->add_option("--seed", command->seed, "Seed of the first picture")->capture_default_str();
  auto* walk = sub->add_option("--walk", command->walk, "Walk over the plane of seeds meanwhile, so many a second");
  sub->add_option("--timeline", command->timeline, "Follow a timeline file meanwhile, from its beginning to its end")
      ->check(CLI::ExistingFile)
      ->excludes(walk);
  sub->add_option("--psi", command->options.latent.psi, "Truncation psi")
      ->check(CLI::Range(0.0, 2.0))
      ->capture_default_str();
  sub->add_option("--device", command->device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  sub->add_option("--progress", command->progress, "auto, bar, lines or none")
      ->check(CLI::IsMember({"auto", "bar", "lines", "none"}))
      ->capture_default_str();
  sub->footer(
      "A run keeps weights in RUN/history while it trains (ganvas train --history-mb). A film that was interrupted "
      "goes "
      "on.\n"
      "Examples:\n"
      "  ganvas timelapse runs/first --out first.mp4 --grid 8x8 --fps 30 --seconds 20 --caption\n"
      "  ganvas timelapse runs/first --out face.gif --grid 1x1 --seed 12 --size 256 --fps 15 --seconds 8\n"
      "  ganvas timelapse runs/first --out walk.mp4 --grid 4x2 --walk 0.5 --pace change");
  sub->callback([&action, command] { action = [command] { return make(*command); }; });
}

}  // namespace ganvas::cli
