#pragma once
// What is shown of films that are being made. No torch.

#include <cstdint>
#include <string>

namespace ganvas::app {

struct RecordView {
  bool recording = false;
  std::string path;
  double seconds = 0;
  std::uint64_t bytes = 0;
  std::uint64_t frames = 0;
  std::uint64_t dropped = 0;
};

/// A film that is being rendered.
struct RenderView {
  bool busy = false;
  std::string path;
  int done = 0;    ///< frames
  int frames = 0;  ///< of the whole film; 0: not known yet
};

}  // namespace ganvas::app
