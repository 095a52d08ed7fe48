#include <fmt/format.h>

#include <cstdlib>

#include "cli/command_line.h"
#include "cli/say.h"
#include "core/error.h"
#include "core/files.h"

namespace ganvas::cli {

namespace {

bool has_display() {
  const auto is_set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
  };
  return is_set("DISPLAY") || is_set("WAYLAND_DISPLAY");
}

int explore(app::ExploreOptions options, bool needs_window, const CliHooks& hooks) {
  require(hooks.explore != nullptr, "This program was built without a window; build the target ganvas as a whole.");
  if (needs_window && options.headless) throw UsageError("--window and --headless exclude each other; take one.");
  if (!options.headless && !has_display()) {
    require(!needs_window,
            "There is no display for a window; set DISPLAY or WAYLAND_DISPLAY, or run with --headless and a --script.");
    say(stderr, "ganvas: there is no display, so the explorer runs headless.\n");
    options.headless = true;
  }
  if (options.headless && options.script.empty()) {
    options.script = asset("tour.json").string();
    say("Running the built-in tour; its pictures and film go to {}.\n", options.out);
  }
  return hooks.explore(options);
}

}  // namespace

CliAction default_action(const CliHooks& hooks) {
  return [hooks] { return explore({}, false, hooks); };
}

void add_explore(CLI::App& parser, CliAction& action, const CliHooks& hooks) {
  struct Values {
    app::ExploreOptions options;
    bool window = false;
  };
  auto values = std::make_shared<Values>();
  app::ExploreOptions& options = values->options;
  auto* command = parser.add_subcommand("explore", "Open the explorer, or run a script in it without a window");
  command->add_option("--model,-m", options.model, "Model file or run folder; default: the built-in starter model")
      ->type_name("FILE");
  command->add_option("--network", options.network, "Which network of the file; default: the moving average")
      ->type_name("NAME");
  command->add_flag("--allow-torchscript", options.allow_torchscript,
                    "Execute a TorchScript program that cannot be read from its text; only for files that you trust");
  command->add_option("--session", options.session, "Session file to start with")->type_name("FILE");
  command->add_option("--run", options.run, "Run folder whose training goes on")->type_name("DIR");
  command->add_flag("--window", values->window, "Fail instead of running headless when there is no display");
  command->add_flag("--headless", options.headless, "No window; runs --script, or the built-in tour");
  command->add_option("--output", options.output, "Show the picture alone, too: 1 on the first monitor, 0 in a window")
      ->type_name("MONITOR")
      ->check(CLI::Range(0, 64));
  command->add_option("--stream", options.stream, "Send the picture live: udp://, srt://, rtmp:// or /dev/videoN")
      ->type_name("ADDRESS");
  command->add_flag("--plain", options.plain, "Begin with plain defaults: one picture, no truncation, no tour");
  command->add_option("--script", options.script, "Commands, waits and screenshots to run (JSON)")->type_name("FILE");
  command->add_option("--out,-o", options.out, "Folder of what a script writes")
      ->type_name("DIR")
      ->capture_default_str();
  command->add_option("--record", options.record, "Write the commands of this session as a script")->type_name("FILE");
  command->add_option("--inspect", options.inspect, "Keep writing what is on screen to this file, for tests")
      ->type_name("FILE");
  command->add_option("--device", options.device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  command->add_option("--tier", options.tier, "How pictures reach the screen")
      ->check(CLI::IsMember({"auto", "interop", "pinned", "plain"}))
      ->capture_default_str();
  command->add_option("--threads", options.threads, "Threads of training; 0: all cores")->check(CLI::Range(0, 1024));
  command->add_option("--width", options.width, "Window width; as it was last time, 1440 at first")
      ->check(CLI::Range(320, 16384));
  command->add_option("--height", options.height, "Window height; as it was last time, 900 at first")
      ->check(CLI::Range(240, 16384));
  command->add_option("--scale", options.ui_scale, "Size of the interface; 0: from the monitor")
      ->check(CLI::Range(0.0, 4.0));
  command->footer(
      "Examples:\n"
      "  ganvas explore --model runs/first/model.safetensors\n"
      "  ganvas explore --record walk.json\n"
      "  ganvas explore --output 2 --stream udp://192.168.1.20:5000\n"
      "  ganvas explore --headless --script walk.json --out out/walk");
  command->callback([&action, values, hooks] {
    action = [values, hooks] { return explore(values->options, values->window, hooks); };
  });
}

}  // namespace ganvas::cli
