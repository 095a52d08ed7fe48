#pragma once
// Listens to OSC, MIDI and sound as the document asks, and moves the sliders that are bound to them. No torch.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/control/inputs_view.h"
#include "app/dispatch/command.h"
#include "app/document/services.h"

namespace ganvas::app {

/// MIDI messages that have arrived since the last call, byte for byte.
using MidiSource = std::function<std::vector<std::vector<std::uint8_t>>()>;

/// Methods are for the UI thread and never wait, but for the destructor: sound files and devices, which may take long
/// to open and to close, are opened and closed beside it.
class InputService {
 public:
  /// `midi`: where messages come from in place of the system's ports; null: from those.
  explicit InputService(MidiSource midi = {});
  ~InputService();

  /// Takes LearnInput: the next thing that moves is bound to the slider.
  void serve(Services& services);
  /// Opens and closes sources as the document says, and returns what has to happen: the sliders that moved, and the
  /// binding that was learnt.
  std::vector<Command> tick(const AppState& state);
  [[nodiscard]] const InputsView& view() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
