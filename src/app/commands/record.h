#pragma once
// Pictures and videos of what is on screen. No torch.

#include <cstdint>
#include <string>
#include <vector>

#include "app/commands/command_kind.h"

namespace ganvas::app::command {

/// PNG of the picture.
struct SavePicture {
  static constexpr const char* command = "save_picture";
  std::string path;
  static constexpr auto fields() { return std::tuple{required("path", &SavePicture::path)}; }
  static constexpr auto output = &SavePicture::path;
};

/// PNG of the window; done by the shell that has one.
struct SaveWindow {
  static constexpr const char* command = "save_window";
  std::string path;
  static constexpr auto fields() { return std::tuple{required("path", &SaveWindow::path)}; }
  static constexpr auto output = &SaveWindow::path;
};

/// MP4 of the picture while you play; with a caption, a line below says how far the model is.
struct StartVideo {
  static constexpr const char* command = "start_video";
  std::string path;
  int fps = 30;
  bool caption = false;
  static constexpr auto fields() {
    return std::tuple{required("path", &StartVideo::path), optional("fps", &StartVideo::fps),
                      optional("caption", &StartVideo::caption)};
  }
  static constexpr auto output = &StartVideo::path;
  void apply(CommandContext& context) const;
};

struct StopVideo {
  static constexpr const char* command = "stop_video";
};

using RecordCommands = std::variant<SavePicture, SaveWindow, StartVideo, StopVideo>;

}  // namespace ganvas::app::command
