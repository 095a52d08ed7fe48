#include <utility>

#include "app/app.h"
#include "app/document/session_file.h"
#include "core/error.h"
#include "core/files.h"
#include "core/log.h"

namespace ganvas::app {

namespace {

/// The person's settings and recent files. What cannot be read is logged, and the defaults hold.
void find_own_files(AppOptions& app) {
  try {
    app.unsaved = state_folder() / "unsaved";
    app.recent = config_folder() / "recent.json";
    app.settings.file = config_folder() / "settings.json";
    app.settings.kept = read_settings(app.settings.file);
  } catch (const Error& error) {
    log::info("Settings and recent files: {}", error.what());
  }
}

}  // namespace

AppOptions app_options(const ExploreOptions& options) {
  AppOptions app;
  if (!options.session.empty()) {
    app.state = load_session(options.session);
    app.state.inputs = {.bindings = std::move(app.state.inputs.bindings)};  // a file opens no port and no device
  }
  if (!options.model.empty()) {
    app.state.model = options.model;
    app.state.network.clear();
  }
  if (!options.network.empty()) app.state.network = options.network;
  if (options.script.empty()) find_own_files(app);  // what a script opens is nobody's recent file
  Settings& given = app.settings.given = app.settings.kept;
  if (options.ui_scale > 0) given.ui_scale = options.ui_scale;
  const std::pair<const char*, DisplayTier> tiers[] = {
      {"interop", DisplayTier::interop}, {"pinned", DisplayTier::pinned}, {"plain", DisplayTier::plain}};
  for (const auto& [name, tier] : tiers) {
    if (options.tier == name) given.tier = tier;
  }
  // What is played again must begin as it was recorded.
  app.welcome = !options.plain && !options.headless && options.session.empty() && options.script.empty() &&
                options.record.empty();
  app.device = options.device;
  app.threads = options.threads;
  app.resume_run = options.run;
  app.record = options.record;
  app.allow_torchscript = options.allow_torchscript;
  if (!options.script.empty()) app.runs = std::filesystem::path(options.out) / "runs";
  return app;
}

}  // namespace ganvas::app
