#pragma once
// What a person has set up for this machine: it lasts between starts, is no part of any document, and undo does not
// know of it. No torch.

#include <array>

#include "core/json_fields.h"
#include "core/pictures/framing.h"

namespace ganvas::app {

enum class Theme { dark, light };
enum class DisplayTier { automatic, interop, pinned, plain };

struct Settings {
  Theme theme = Theme::dark;
  double ui_scale = 0.0;  ///< 0: from the monitor
  DisplayTier tier = DisplayTier::automatic;
  int frame_limit = 60;         ///< frames a second
  int view_threads = 0;         ///< threads of the synthesizer; 0: one while a model trains, else all
  double drag_ms = 33;          ///< what a picture may take that is not exact yet, 0..1000; 0: all are exact
  double view_share = 0.10;     ///< of the machine, that looking may take from a model in training, 0..0.5
  double quality_share = 0.05;  ///< of the time, for the live figure of quality while a model trains; 0: none
  int window_width = 0;         ///< of the window when it was closed, screen coordinates; 0: never yet
  int window_height = 0;
  Framing framing;         ///< of the picture in the second window and in streams
  bool tour_seen = false;  ///< the first start shows the tour, and no other
  bool operator==(const Settings&) const = default;
};

/// Throws Error naming the first value that is out of its range.
void check_settings(const Settings& settings);

}  // namespace ganvas::app

namespace ganvas::fields {

template <>
inline constexpr std::array names<app::Theme>{std::pair{app::Theme::dark, "dark"},
                                              std::pair{app::Theme::light, "light"}};
template <>
inline constexpr std::array names<app::DisplayTier>{
    std::pair{app::DisplayTier::automatic, "auto"}, std::pair{app::DisplayTier::interop, "interop"},
    std::pair{app::DisplayTier::pinned, "pinned"}, std::pair{app::DisplayTier::plain, "plain"}};

template <>
inline constexpr auto table<app::Settings> = std::tuple{optional("theme", &app::Settings::theme),
                                                        optional("ui_scale", &app::Settings::ui_scale),
                                                        optional("tier", &app::Settings::tier),
                                                        optional("frame_limit", &app::Settings::frame_limit),
                                                        optional("view_threads", &app::Settings::view_threads),
                                                        optional("drag_ms", &app::Settings::drag_ms),
                                                        optional("view_share", &app::Settings::view_share),
                                                        optional("quality_share", &app::Settings::quality_share),
                                                        optional("window_width", &app::Settings::window_width),
                                                        optional("window_height", &app::Settings::window_height),
                                                        optional("framing", &app::Settings::framing),
                                                        optional("tour_seen", &app::Settings::tour_seen)};

}  // namespace ganvas::fields
