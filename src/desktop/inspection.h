#pragma once
// What --inspect FILE writes about ten times a second: where the widgets lie, how long frames take, what is on screen.
// For tests that drive the window from outside; docs/formats.md has the keys.

#include <filesystem>
#include <string>

#include "app/app.h"
#include "desktop/frame_clock.h"
#include "desktop/output.h"
#include "render/context.h"
#include "ui/ui.h"

namespace ganvas::desktop {

struct InspectionInput {
  const app::App& app;
  const ui::Inspector& widgets;
  const ui::UiState& ui;
  render::PixelSize window;
  const Output& output;
  const FrameTimes& times;
  const FrameTimes& training_times;  ///< since training began
};

/// UI thread.
class Inspection {
 public:
  /// An empty path switches it off.
  explicit Inspection(std::filesystem::path path) : path_(std::move(path)) {}
  /// Writes when it is time. The file on disk is whole at any moment, but is not synced. Throws Error.
  void write(double now, const InspectionInput& input);

 private:
  std::filesystem::path path_;
  double written_at_ = -1e9;
  app::FramePtr hashed_;
  std::string hash_;
};

}  // namespace ganvas::desktop
