#include "app/training/runs_service.h"

#include "media/charts/chart.h"

namespace ganvas::app {

RunsService::RunsService(std::filesystem::path runs, const Settings& settings, Notices& notices)
    : runs_(std::move(runs)), settings_(settings), reader_([this, &notices](const std::string& text) {
        view_.busy = false;
        notices.fail(text);
      }) {}

void RunsService::serve(Services& services) {
  services.on<command::CompareRuns>([this](const auto& command) { compare(command.folder); });
}

void RunsService::compare(const std::string& folder) {
  view_.busy = true;
  view_.folder = folder.empty() ? runs_.string() : folder;
  reader_.run([this, folder = view_.folder, dark = settings_.theme == Theme::dark]() -> Worker::Completion {
    const auto runs = std::make_shared<const std::vector<RunSummary>>(read_runs(folder));
    const auto charts =
        std::make_shared<const Image>(draw_comparison(*runs, {.width = 760, .height = 330, .dark = dark}));
    return [this, folder, runs, charts] {
      view_.busy = false;
      if (folder != view_.folder) return;
      view_.runs = runs;
      view_.charts = charts->empty() ? nullptr : charts;
    };
  });
}

}  // namespace ganvas::app
