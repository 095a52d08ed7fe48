#include <fmt/format.h>

#include "app/training/run_comparison.h"
#include "cli/command_line.h"
#include "cli/say.h"
#include "core/json_text.h"

namespace ganvas::cli {

namespace {

struct RunsCommand {
  std::string folder;
  std::string charts;
  bool json = false;
};

int compare(const RunsCommand& command) {
  const std::vector<app::RunSummary> runs = app::read_runs(command.folder);
  if (command.json) {
    Json list = Json::array();
    for (const app::RunSummary& run : runs) list.push_back(to_json(run));
    say("{}\n", json_text(list, 2));
  } else {
    say("{}", app::run_table(runs));
  }
  if (!command.charts.empty()) app::write_comparison(command.charts, runs);
  return 0;
}

}  // namespace

void add_runs(CLI::App& parser, CliAction& action) {
  auto command = std::make_shared<RunsCommand>();
  auto* sub = parser.add_subcommand("runs", "Compare training runs");
  sub->add_option("folder", command->folder, "Folder of run folders, or one run")
      ->type_name("DIR")
      ->required()
      ->check(CLI::ExistingDirectory);
  sub->add_option("--charts", command->charts, "Their curves over one another, as a PNG")->type_name("FILE");
  sub->add_flag("--json", command->json, "One JSON list instead of the table");
  sub->footer(
      "Examples:\n"
      "  ganvas runs runs\n"
      "  ganvas runs docs/runs --charts out/runs.png\n"
      "  ganvas runs runs --json");
  sub->callback([&action, command] { action = [command] { return compare(*command); }; });
}

}  // namespace ganvas::cli
