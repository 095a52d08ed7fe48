#pragma once
// A film of how a run learned, out of the weights that it kept (train/watch/weight_history.h).

#include <ATen/ATen.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "latent/controls.h"
#include "latent/timeline.h"
#include "models/network_spec.h"
#include "train/watch/weight_history.h"

namespace ganvas::app {

/// What stands still and what moves while the weights go on.
enum class TimelapseForm {
  grid,     ///< the same latents, side by side
  walk,     ///< the latents walk over the plane of seeds
  timeline  ///< a timeline's moments, from its beginning to its end
};

/// How the film divides its time among the moments of the run.
enum class TimelapsePace {
  kimg,   ///< each second the same number of pictures seen
  change  ///< each second the same change of the samples: the beginning, where all changes, takes longer
};

/// "grid", "walk", "timeline"; "kimg", "change". Throw Error for another name.
TimelapseForm timelapse_form_from(const std::string& name);
TimelapsePace timelapse_pace_from(const std::string& name);

struct TimelapseOptions {
  std::filesystem::path path;  ///< as FilmOptions (media/film/film.h)
  TimelapseForm form = TimelapseForm::grid;
  TimelapsePace pace = TimelapsePace::kimg;
  latent::LatentControls latent;             ///< of grid and walk
  std::optional<latent::Timeline> timeline;  ///< of the form timeline
  double walk_speed = 0.5;                   ///< seeds a second
  int columns = 8, rows = 8;
  int size = 0;  ///< pixels of a picture's side; 0: as the model makes it
  int fps = 30;
  double seconds = 20;
  bool caption = false;      ///< kimg, step, hours, and the losses below the picture
  bool in_training = false;  ///< the weights in training, of moments that have them, not their moving average
};

/// What part of the way each moment of the history is reached at, 0..1, rising: by kimg or by how much samples change.
std::vector<double> timelapse_pace(const train::WeightHistory& history, const models::NetworkSpec& spec,
                                   TimelapsePace pace, at::Device device);

/// Throws Error for options that make no film.
void check_timelapse(const TimelapseOptions& options);
[[nodiscard]] int timelapse_frames(const TimelapseOptions& options);

/// `progress` as that of make_film(). Returns false when it was stopped. Throws Error when the run keeps fewer than two
/// moments, saying how a run keeps them.
bool make_timelapse(const std::filesystem::path& run_folder, const TimelapseOptions& options, at::Device device,
                    const std::function<bool(int done, int frames)>& progress);

}  // namespace ganvas::app
