#pragma once
// What a training session tells about itself: plain values, no torch.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/image.h"
#include "train/report/edit.h"
#include "train/report/step_figures.h"

namespace ganvas::train {

/// Samples of fixed latents against pictures of the data (sample_statistics.h).
struct SampleFigures {
  double diversity = 0;  ///< 0 all alike to about 1 as varied as the data
  double distance = 0;   ///< 0 like the data to 1 far from it
};

/// What can go wrong with a run.
enum class Trouble {
  not_finite,          ///< a figure is no number any more
  exploding_gradient,  ///< gradients many times larger than before
  vanishing_gradient,  ///< gradients of next to nothing
  saturation,          ///< the discriminator is certain about every picture
  collapse,            ///< the samples are all alike
  overfitting,         ///< the discriminator knows the reals by heart
  runaway              ///< the strength of the augmentation rises without end
};
const char* to_string(Trouble trouble);

/// Something went wrong. Raised once, when it begins.
struct Alarm {
  std::int64_t step = 0;
  Trouble trouble = Trouble::collapse;
  std::string message;  ///< one sentence: what, by how much, what to do
};

/// A look at a snapshot through the built-in face network (live_quality.h). This is no FID and no KID of the field.
struct QualityFigure {
  std::int64_t step = 0;
  double kimg = 0;
  double face_kid = 0;       ///< kernel distance between the features of samples and data; 0 is alike
  double low = 0, high = 0;  ///< 95 % confidence
  std::int64_t samples = 0;
  double coverage = 0;               ///< of the factors' values of the built-in faces, 0..1; 0 for other data
  std::vector<std::string> missing;  ///< "no mint hair color"
  std::string alarm;                 ///< one sentence when the samples have lost much of the data; else empty
  double seconds = 0;                ///< that the look took
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
  Image image;               // RGBA
  bool in_training = false;  ///< with the weights in training instead: to be looked at, no part of the run's files
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
/// The run went back to an earlier checkpoint; the steps after it are gone.
struct RolledBack {
  std::int64_t step = 0;  ///< where it stands now
};
/// A live change was made.
struct EditMade {
  Edit edit;
};
/// Something that a person should read.
struct Remark {
  bool error = false;
  std::string text;  ///< one sentence
};
/// How many files of the data set are checked, before the first step.
struct DataProgress {
  std::int64_t checked = 0;
  std::int64_t total = 0;
};

using Progress = std::variant<StepReport, StateChange, SampleSheet, RealSheet, Saved, Alarm, RolledBack, EditMade,
                              Remark, DataProgress>;

}  // namespace ganvas::train
