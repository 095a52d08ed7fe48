#pragma once
// The picture alone, outside of the window: on another monitor and in other programs. No document and no script file
// that was not started by this person opens anything here. No torch.

#include <string>

#include "app/commands/command_kind.h"
#include "core/pictures/framing.h"

namespace ganvas::app::command {

/// A second window with the picture alone; done by the shell that has windows.
struct ShowOutput {
  static constexpr const char* command = "show_output";
  int monitor = 0;  ///< full screen on this one, counted from 1; 0: a window that can be moved
  static constexpr auto fields() { return std::tuple{optional("monitor", &ShowOutput::monitor)}; }
};

struct HideOutput {
  static constexpr const char* command = "hide_output";
};

/// How the picture fills the second window and streams; one of the person's settings.
struct SetFraming {
  static constexpr const char* command = "set_framing";
  Framing framing;
  static constexpr auto fields() { return std::tuple{required("framing", &SetFraming::framing)}; }
};

/// Sends the picture from now on.
struct StartStream {
  static constexpr const char* command = "start_stream";
  std::string address;  ///< media/live/address.h
  int width = 1280;     ///< pixels
  int height = 720;     ///< pixels
  int fps = 30;
  int kilobits = 6000;  ///< a second
  static constexpr auto fields() {
    return std::tuple{required("address", &StartStream::address), optional("width", &StartStream::width),
                      optional("height", &StartStream::height), optional("fps", &StartStream::fps),
                      optional("kilobits", &StartStream::kilobits)};
  }
};

struct StopStream {
  static constexpr const char* command = "stop_stream";
  std::string address;  ///< empty: all of them
  static constexpr auto fields() { return std::tuple{optional("address", &StopStream::address)}; }
};

using OutputCommands = std::variant<ShowOutput, HideOutput, SetFraming, StartStream, StopStream>;

}  // namespace ganvas::app::command
