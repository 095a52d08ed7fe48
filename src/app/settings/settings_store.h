#pragma once
// The settings of the person and their file. No torch.

#include <filesystem>

#include "app/settings/settings.h"
#include "core/threads/worker.h"

namespace ganvas::app {

/// What the program starts with.
struct StartSettings {
  Settings kept;               ///< as the file has them
  Settings given;              ///< with what the command line says instead, for this start alone
  std::filesystem::path file;  ///< where changes are kept; empty: nowhere
};

/// As the file has them, or the defaults where there is none. Throws Error for a file that is none of settings.
Settings read_settings(const std::filesystem::path& file);

/// Threads of the synthesizer while a model trains, or none does; 0: all.
inline int view_threads(const Settings& settings, bool training) {
  return settings.view_threads == 0 && training ? 1 : settings.view_threads;
}

/// UI thread; `files` writes, and outlives this.
class SettingsStore {
 public:
  SettingsStore(StartSettings start, Worker& files);

  [[nodiscard]] const Settings& now() const { return now_; }
  /// Takes effect at once; the file follows. Throws Error, and changes nothing, for a value out of its range.
  void set(const Settings& settings);

 private:
  StartSettings start_;
  Settings now_;
  Worker& files_;
};

}  // namespace ganvas::app
