#pragma once
// What every panel is given for one frame.

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "app/dispatch/command.h"
#include "app/view_model.h"
#include "ui/widgets/inspector.h"
#include "ui/widgets/keys.h"
#include "ui/widgets/style.h"

namespace ganvas::ui {

/// What the interface cannot do by itself; filled by the shell.
struct UiHooks {
  std::function<std::string(std::span<const float>)> latent_to_text;
  /// Nothing when the text is no latent; the shell tells the person why.
  std::function<std::optional<std::vector<float>>(const std::string&)> latent_from_text;
  std::function<void()> toggle_full_screen;
};

class Panel;
using PanelList = std::vector<std::unique_ptr<Panel>>;

/// What is marked on the picture for a drag.
struct DragMarks {
  bool on = false;  ///< the mouse sets points instead of walking over the seeds
  std::vector<latent::DragPoint> points;
  std::vector<latent::MaskDisc> mask;
};

/// State of the interface that is no part of the document.
struct UiState {
  std::string tab = "explore";  ///< name of the panel that the side panel shows
  bool panel_open = true;       ///< the side panel
  std::set<std::string> open;   ///< names of the strips and overlays that are open
  bool focus_seed = false;      ///< the seed field takes the keyboard with the next frame
  std::string session_path;     ///< where Ctrl+S saves; empty: ask
  std::string output_folder = "out";
  std::string track;            ///< sound file of films and walks in time; empty: the one that moves sliders
  std::set<std::string> dated;  ///< paths of pictures and films that were asked for, which may not be there yet
  int grid_columns = 4;         ///< what G turns on
  int grid_rows = 4;
  DragMarks drag;
  int projection_space = 0;  ///< 0: W+, 1: W
  int projection_steps = 400;
  std::string projection_extractor;  ///< TorchScript file; empty: the built-in features

  /// Opens or closes a strip or an overlay.
  void toggle(const std::string& panel) {
    if (open.erase(panel) == 0) open.insert(panel);
  }
};

/// A file dialog that a panel wants opened.
struct FileRequest {
  std::string title;
  std::string action;                   ///< text of the button
  std::string file_name;                ///< proposed name; for saving
  std::vector<std::string> extensions;  ///< with the dot; empty: all files
  bool save = false;
  bool folder = false;  ///< choose a folder
  bool runs = false;    ///< run folders can be chosen too; inside, they show what can be opened
  std::function<void(const std::string&)> done;
};

struct UiContext {
  const app::ViewModel& view;
  app::CommandSink& sink;
  Inspector& inspector;
  const Style& style;
  const UiHooks& hooks;
  UiState& state;
  std::function<void(FileRequest)> ask_file;
  const PanelList& panels;
  std::span<const KeyRow> keys;  ///< the keyboard map: of the window and of all panels

  [[nodiscard]] const Palette& palette() const { return style.palette; }
  [[nodiscard]] float px(float design_pixels) const { return style.px(design_pixels); }
  [[nodiscard]] const app::AppState& document() const { return *view.state; }
};

}  // namespace ganvas::ui
