#pragma once
// The command line: one file a subcommand; each adds itself to the parser and leaves what is to be done.

#include <CLI/CLI.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "app/explore_options.h"

namespace ganvas::cli {

/// What the command line may not include itself; main fills it in.
struct CliHooks {
  app::ExploreRunner explore = nullptr;
  int (*gpu_check)(const std::filesystem::path& report) = nullptr;  ///< null: no such subcommand
};

/// The action of the subcommand that was chosen; returns the exit code, throws Error.
using CliAction = std::function<int()>;

/// Parses and runs. Never throws: 0 done, 1 failed (one sentence on stderr), 2 wrong usage.
int run_command_line(int argc, char** argv, const CliHooks& hooks);

void add_explore(CLI::App& parser, CliAction& action, const CliHooks& hooks);
void add_train(CLI::App& parser, CliAction& action);
void add_generate(CLI::App& parser, CliAction& action);
void add_info(CLI::App& parser, CliAction& action);
void add_convert(CLI::App& parser, CliAction& action);
void add_dataset(CLI::App& parser, CliAction& action);
void add_dataset_make(CLI::App& dataset, CliAction& action);  ///< called by add_dataset()
void add_metrics(CLI::App& parser, CliAction& action);
void add_render(CLI::App& parser, CliAction& action);
void add_runs(CLI::App& parser, CliAction& action);
void add_timelapse(CLI::App& parser, CliAction& action);
void add_track(CLI::App& parser, CliAction& action);
void add_project(CLI::App& parser, CliAction& action);
void add_directions(CLI::App& parser, CliAction& action);
void add_face_network(CLI::App& parser, CliAction& action);
void add_gpu_check(CLI::App& parser, CliAction& action, const CliHooks& hooks);

/// What `ganvas` without a subcommand does: the explorer, or the headless tour where there is no display.
CliAction default_action(const CliHooks& hooks);

/// Of --set, where a model file is opened.
inline constexpr const char* set_help =
    "A value that the model file does not say, for example net.2.kind=leaky_relu; info lists what was assumed";

/// "0-63,70" -> 0, 1, ..., 63, 70. Throws UsageError for anything else and for more than a million seeds.
std::vector<std::uint64_t> parse_seeds(const std::string& text);

/// Columns and rows of "8x4". Throws UsageError unless both are 1..64.
struct GridSize {
  int columns = 1;
  int rows = 1;
};
GridSize parse_grid(const std::string& text);

}  // namespace ganvas::cli
