#pragma once
// What a live stream is asked for, and what it says of itself.

#include <cstdint>
#include <string>

#include "core/pictures/framing.h"

namespace ganvas::media {

struct LiveOptions {
  std::string address;  ///< see kind_of_address()
  int width = 1280;     ///< pixels, even, 16 to 7680
  int height = 720;     ///< pixels, even, 16 to 4320
  int fps = 30;         ///< 1 to 120
  int kilobits = 6000;  ///< a second, 100 to 100000; of network streams
  Framing framing;
};
/// Throws Error naming what does not go.
void check_live(const LiveOptions& options);

struct LiveStats {
  bool connected = false;
  std::uint64_t frames = 0;    ///< sent
  std::uint64_t pictures = 0;  ///< of these, such as show another picture than the one before
  std::uint64_t late = 0;      ///< left out, as there was no time for them
  std::uint64_t bytes = 0;     ///< sent since the last connection was made
  int connections = 0;         ///< made so far
  std::string problem;         ///< why it is not connected; empty: it is, or tries for the first time
};

}  // namespace ganvas::media
