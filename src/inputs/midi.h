#pragma once
// MIDI controllers (rtmidi).

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "inputs/input_event.h"

namespace ganvas::inputs {

/// A MIDI message: "midi 1 cc 7" (channel 1..16, control change), "midi 1 note 60" (its velocity; 0 when released),
/// "midi 1 bend". Others give nothing.
std::vector<InputEvent> midi_events(std::span<const std::uint8_t> message);

/// A virtual port "ganvas" that other programs and devices connect to, and every port that is there already. For one
/// thread; never waits.
class MidiInput {
 public:
  /// Throws Error where the system has no MIDI (Linux: no ALSA sequencer).
  MidiInput();
  ~MidiInput();

  /// What has arrived since the last call.
  std::vector<InputEvent> drain();
  /// Names of the ports that it listens to.
  [[nodiscard]] const std::vector<std::string>& ports() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::inputs
