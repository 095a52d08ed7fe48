#include <utility>

#include "app/app.h"
#include "app/document/session_file.h"
#include "core/error.h"
#include "core/files.h"
#include "core/log.h"

namespace ganvas::app {

AppOptions app_options(const ExploreOptions& options) {
  AppOptions app;
  if (!options.session.empty()) app.state = load_session(options.session);
  if (!options.model.empty()) {
    app.state.model = options.model;
    app.state.network.clear();
  }
  if (!options.network.empty()) app.state.network = options.network;
  if (options.ui_scale > 0) app.state.settings.ui_scale = options.ui_scale;
  const std::pair<const char*, DisplayTier> tiers[] = {
      {"interop", DisplayTier::interop}, {"pinned", DisplayTier::pinned}, {"plain", DisplayTier::plain}};
  for (const auto& [name, tier] : tiers) {
    if (options.tier == name) app.state.settings.tier = tier;
  }
  app.device = options.device;
  app.threads = options.threads;
  app.resume_run = options.run;
  app.record = options.record;
  app.allow_torchscript = options.allow_torchscript;
  if (!options.script.empty()) {
    app.runs = std::filesystem::path(options.out) / "runs";
    return app;  // what a script opens is nobody's recent file
  }
  try {
    app.recent = config_folder() / "recent.json";
  } catch (const Error& error) {
    log::info("Recent files are not kept: {}", error.what());
  }
  return app;
}

}  // namespace ganvas::app
