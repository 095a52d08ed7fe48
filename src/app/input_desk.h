#pragma once
// Listens to OSC, MIDI and sound as the document asks, and moves the sliders that are bound to them. No torch.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/view_model.h"

namespace ganvas {

/// Methods are for the UI thread. Opening a sound file reads it; nothing else takes long.
class InputDesk {
 public:
  InputDesk();
  ~InputDesk();

  /// The next thing that moves is bound to the slider; empty: no more.
  void learn(const std::string& target);
  /// Opens and closes sources as the document says, and returns what has to happen: the sliders that moved, and the
  /// binding that was learnt.
  std::vector<Command> tick(const AppState& state);
  [[nodiscard]] const InputsView& view() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas
