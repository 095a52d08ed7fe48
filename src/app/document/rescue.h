#pragma once
// What is left of a document when the program ends before its session was saved. No torch.

#include <filesystem>
#include <memory>
#include <string>

#include "app/document/state.h"

namespace ganvas::app {

/// A document that an earlier start left behind.
struct RescueView {
  std::string path;     ///< a session file; empty: there is none
  std::string written;  ///< "2026-11-28 22:41", local time
};

/// Keeps the document in a file of its own while a person works, at most two seconds old whatever ends the program, and
/// finds those that were left behind. It opens none by itself, so one that brings the program down does so only once it
/// is asked for. Programs that run at the same time do not see each other's. Methods are for the UI thread and never
/// wait, but for keep() and the destructor. What cannot be written is logged; nobody depends on it.
class Rescue {
 public:
  /// `folder`: of all such files; empty: nothing is kept, and none is found. `first`: as the program starts; it is not
  /// kept before it has changed.
  Rescue(const std::filesystem::path& folder, const AppState& first);
  ~Rescue();

  /// Once a tick.
  void tick(const AppState& state, double seconds);
  /// Now, for a program that is about to end by an error.
  void keep(const AppState& state);
  /// The program ends as it should: its own file goes.
  void end();

  [[nodiscard]] const RescueView& found() const;
  /// The document in found() is this program's from now on.
  void take_over();
  /// It stays where it is for the next start, or goes for good. An older one may then be found.
  void leave(bool forget);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
