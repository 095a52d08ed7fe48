#pragma once
// What a training session tells about itself: plain values, no torch.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/image.h"

namespace ganvas {

/// Figures of one generator step.
struct StepReport {
  std::int64_t step = 0;  ///< generator steps done, 1 after the first
  double kimg = 0;        ///< thousands of real pictures shown to the discriminator
  double d_loss = 0;      ///< discriminator or critic loss, mean over its steps
  double g_loss = 0;
  double real_score = 0;   ///< mean of sigmoid(D(real)), or of the critic on reals
  double fake_score = 0;   ///< mean of sigmoid(D(fake)), or of the critic on fakes
  double d_grad_norm = 0;  ///< L2 norm over all discriminator gradients
  double g_grad_norm = 0;
  double penalty = 0;      ///< gradient penalty or R1, mean; 0 without, and in steps that leave a lazy R1 out
  double path_length = 0;  ///< mean of path length regularisation; 0 in steps without it
  double augment_p = 0;    ///< strength of the augmentation
  double overfitting = 0;  ///< r_t of adaptive augmentation: mean sign of D on reals
  double seconds = 0;      ///< wall-clock seconds of this step
};

enum class SessionState { idle, starting, running, paused, saving, stopping, stopped, finished, failed };
const char* to_string(SessionState state);

/// The session changed its state.
struct StateChange {
  SessionState state = SessionState::idle;
  std::string message;  ///< one sentence; the reason when failed
};
/// A grid of samples from the fixed latents with the EMA weights.
struct SampleSheet {
  std::int64_t step = 0;
  double kimg = 0;
  Image image;  // RGBA
};
/// A grid of pictures of the data set, once at the start.
struct RealSheet {
  Image image;  // RGBA
};
/// A checkpoint is whole on disk.
struct Saved {
  std::int64_t step = 0;
  std::string path;
};

using Progress = std::variant<StepReport, StateChange, SampleSheet, RealSheet, Saved>;

}  // namespace ganvas
