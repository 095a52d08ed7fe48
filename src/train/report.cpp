#include "train/report.h"

namespace ganvas {

const char* to_string(SessionState state) {
  switch (state) {
    case SessionState::idle:
      return "idle";
    case SessionState::starting:
      return "starting";
    case SessionState::running:
      return "running";
    case SessionState::paused:
      return "paused";
    case SessionState::saving:
      return "saving";
    case SessionState::stopping:
      return "stopping";
    case SessionState::stopped:
      return "stopped";
    case SessionState::finished:
      return "finished";
    case SessionState::failed:
      return "failed";
  }
  return "idle";
}

}  // namespace ganvas
