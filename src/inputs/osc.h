#pragma once
// Open Sound Control over UDP (OSC 1.0; liblo reads the messages).

#include <memory>
#include <string_view>
#include <vector>

#include "inputs/input_event.h"

namespace ganvas::inputs {

/// The numbers of a packet, a message or a bundle of them: "osc /path" for the first number of a message, "osc /path 2"
/// for the second and so on. Integers count 0 to 127 where they are above 1, as controllers send them; floats are 0..1
/// and clamped. What is no OSC gives nothing.
std::vector<InputEvent> osc_events(std::string_view packet);

/// Listens on a port. For one thread; never waits.
class OscInput {
 public:
  /// open: for packets from other machines too, else the socket is bound to the loopback address. Throws Error when the
  /// port is taken.
  OscInput(int port, bool open);
  ~OscInput();
  OscInput(const OscInput&) = delete;
  OscInput& operator=(const OscInput&) = delete;

  /// What has arrived since the last call; at most a thousand packets.
  std::vector<InputEvent> drain();
  [[nodiscard]] int port() const { return port_; }

 private:
  int socket_ = -1;
  int port_ = 0;
};

}  // namespace ganvas::inputs
