#pragma once
// What is shown of the picture's ways out of the window. No torch.

#include <string>
#include <vector>

#include "media/live/live_options.h"

namespace ganvas::app {

struct StreamView {
  std::string address;  ///< names the stream in commands
  std::string shown;    ///< as it may be shown
  double seconds = 0;   ///< since it was started
  bool ending = false;
  media::LiveStats stats;
};

struct OutputView {
  bool window = false;  ///< the second window is wanted
  int monitor = 0;      ///< full screen on this one, counted from 1; 0: a window that can be moved
  std::vector<StreamView> streams;
};

}  // namespace ganvas::app
