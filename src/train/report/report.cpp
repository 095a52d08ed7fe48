#include "train/report/report.h"

namespace ganvas::train {

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

const char* to_string(Trouble trouble) {
  switch (trouble) {
    case Trouble::not_finite:
      return "not_finite";
    case Trouble::exploding_gradient:
      return "exploding_gradient";
    case Trouble::vanishing_gradient:
      return "vanishing_gradient";
    case Trouble::saturation:
      return "saturation";
    case Trouble::collapse:
      return "collapse";
    case Trouble::overfitting:
      return "overfitting";
    case Trouble::runaway:
      return "runaway";
  }
  return "collapse";
}

}  // namespace ganvas::train
