#pragma once
// The document: dispatch() is the only writer of AppState, History keeps old values. No torch.

#include <cstddef>
#include <deque>
#include <string>

#include "app/dispatch/command.h"
#include "app/document/services.h"
#include "app/document/state.h"

namespace ganvas::app {

/// Carries out a command: what it does to the document, or its service. Throws Error; `state` is then as before.
void dispatch(AppState& state, const Command& command, const Services& services);

/// Old and new values of the document. A run of commands that move the same thing (one slider, the view) is one step
/// until seal() or another command.
class History {
 public:
  explicit History(AppState state) : state_(std::move(state)) {}

  /// dispatch(), undo or redo. Throws Error; nothing has changed then.
  void run(const Command& command, const Services& services);
  /// What a file does to the document: a step of its own. Throws Error; nothing has changed then.
  void change(const Change& change);
  /// What still belongs to the last step, which undo takes back with it. Throws Error; nothing has changed then.
  void amend(const Change& change);
  /// The next command begins a new step.
  void seal() { gesture_.clear(); }

  /// A command of what moves sliders from outside: the document changes, and undo does not know of it.
  void drive(const Command& command, const Services& services) { dispatch(state_, command, services); }

  [[nodiscard]] const AppState& state() const { return state_; }
  [[nodiscard]] bool can_undo() const { return !undo_.empty(); }
  [[nodiscard]] bool can_redo() const { return !redo_.empty(); }

 private:
  static constexpr std::size_t kSteps = 2000;  ///< older steps are forgotten

  void keep(AppState before, const std::string& gesture);

  AppState state_;
  std::deque<AppState> undo_;  // oldest first
  std::deque<AppState> redo_;
  std::string gesture_;  ///< what the last command moved; empty: nothing that could go on
};

}  // namespace ganvas::app
