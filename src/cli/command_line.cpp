#include "cli/command_line.h"

#include <fmt/format.h>

#include <charconv>

#include "core/error.h"
#include "core/library_error.h"
#include "core/outside/printable.h"

namespace ganvas::cli {

namespace {

constexpr const char* kAbout =
    "ganvas: explore the latent space of image GANs live, and train them live.\n"
    "Without a subcommand the explorer opens on the built-in model; without a display a headless tour runs instead.";
constexpr const char* kExamples =
    "Examples:\n"
    "  ganvas                                          open the explorer on the built-in model\n"
    "  ganvas generate --seeds 0-63 --grid 8x8 --out out/faces\n"
    "  ganvas train --recipe starter-dcgan --data faces --kimg 50 --out runs/first\n"
    "  ganvas explore --model runs/first/model.safetensors\n"
    "  ganvas info runs/first/model.safetensors\n"
    "Each subcommand has its own --help with examples.";

/// One line for stderr, whatever the message was.
std::string one_line(std::string text) {
  constexpr std::size_t most = 1200;
  for (char& c : text) c = c == '\n' || c == '\r' ? ' ' : c;
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return printable(text, most);
}

void complain(const std::string& text) {
  fmt::print(stderr, "ganvas: {}\n", one_line(text));
}

template <typename T>
bool parse_number(std::string_view text, T& value) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc() && end == text.data() + text.size() && !text.empty();
}

}  // namespace

std::vector<std::uint64_t> parse_seeds(const std::string& text) {
  std::vector<std::uint64_t> seeds;
  std::string_view rest = text;
  while (true) {
    const auto comma = rest.find(',');
    const std::string_view part = rest.substr(0, comma);
    const auto dash = part.find('-');
    std::uint64_t first = 0, last = 0;
    const bool fits = parse_number(part.substr(0, dash), first) &&
                      (dash == std::string_view::npos || parse_number(part.substr(dash + 1), last));
    if (dash == std::string_view::npos) last = first;
    if (!fits || last < first) {
      throw UsageError(fmt::format("\"{}\" is no list of seeds; write for example --seeds 0-63,70.", text));
    }
    if (last - first >= 1000000 || seeds.size() + (last - first) >= 1000000) {
      throw UsageError(fmt::format("\"{}\" asks for more than a million seeds; take fewer.", text));
    }
    for (std::uint64_t seed = first; seed <= last; ++seed) seeds.push_back(seed);
    if (comma == std::string_view::npos) return seeds;
    rest = rest.substr(comma + 1);
  }
}

GridSize parse_grid(const std::string& text) {
  const std::string_view view = text;
  const auto cross = view.find_first_of("xX");
  GridSize grid;
  const bool fits = cross != std::string_view::npos && parse_number(view.substr(0, cross), grid.columns) &&
                    parse_number(view.substr(cross + 1), grid.rows) && grid.columns >= 1 && grid.columns <= 64 &&
                    grid.rows >= 1 && grid.rows <= 64;
  if (!fits) {
    throw UsageError(fmt::format("\"{}\" is no grid; write columns x rows, each 1 to 64, as in --grid 8x4.", text));
  }
  return grid;
}

void add_gpu_check(CLI::App& parser, CliAction& action, const CliHooks& hooks) {
  auto* command = parser.add_subcommand("gpu-check", "Check everything that needs an NVIDIA GPU; lists it without one");
  auto report = std::make_shared<std::string>();
  command->add_option("--report", *report, "Markdown file for the figures")->type_name("FILE");
  command->footer("Example:\n  ganvas gpu-check --report docs/gpu-report.md");
  command->callback([&action, report, run = hooks.gpu_check] { action = [report, run] { return run(*report); }; });
}

int run_command_line(int argc, char** argv, const CliHooks& hooks) {
  CLI::App parser(kAbout, "ganvas");
  parser.footer(kExamples);
  parser.set_version_flag("--version", "ganvas " GANVAS_VERSION);
  parser.require_subcommand(0, 1);
  CliAction action;
  add_explore(parser, action, hooks);
  add_train(parser, action);
  add_generate(parser, action);
  add_info(parser, action);
  add_convert(parser, action);
  add_dataset(parser, action);
  add_metrics(parser, action);
  add_render(parser, action);
  add_timelapse(parser, action);
  add_track(parser, action);
  add_runs(parser, action);
  add_project(parser, action);
  add_directions(parser, action);
  add_face_network(parser, action);
  if (hooks.gpu_check != nullptr) add_gpu_check(parser, action, hooks);
  try {
    parser.parse(argc, argv);
    if (!action) action = default_action(hooks);
    return action();
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return parser.exit(error);  // --help, --version
    complain(fmt::format("{}; see ganvas --help.", one_line(error.what())));
    return 2;
  } catch (const UsageError& error) {
    complain(error.what());
    return 2;
  } catch (const Error& error) {
    complain(error.what());
    return 1;
  } catch (const std::exception& error) {
    complain(fmt::format("It did not work: {}.", reason_of(error)));
    return 1;
  }
}

}  // namespace ganvas::cli
