#include "app/film/timelapse.h"

#include <algorithm>
#include <cmath>

#include "app/document/session_file.h"
#include "app/film/run_caption.h"
#include "app/film/timeline_film.h"
#include "app/render/moment_job.h"
#include "app/training/run_files.h"
#include "core/error.h"
#include "core/json_text.h"
#include "media/film/film.h"
#include "train/recipe/recipe.h"

namespace ganvas::app {

namespace {

namespace fs = std::filesystem;

/// Everything that a frame is made of.
struct Material {
  train::PinnedHistory history;  // of a run that may go on
  train::Recipe recipe;
  std::vector<train::StepReport> steps;
  std::vector<double> reached;  // the part of the way at each moment

  explicit Material(const fs::path& run_folder)
      : history(run_folder),
        recipe(train::load_recipe((run_folder / "recipe.json").string())),
        steps(read_history(run_folder)) {
    require(history->moments().size() >= 2,
            "{} keeps the weights of {} moments, and a timelapse needs two. A run keeps them while it trains, unless "
            "--history-mb 0 says otherwise.",
            run_folder.string(), history->moments().size());
  }
};

/// kimg of the run at a part of the way.
double kimg_at(const Material& material, double part) {
  const std::vector<train::Moment>& moments = material.history->moments();
  const auto after = std::lower_bound(material.reached.begin(), material.reached.end(), part);
  if (after == material.reached.begin()) return moments.front().kimg;
  if (after == material.reached.end()) return moments.back().kimg;
  const auto right = static_cast<std::size_t>(after - material.reached.begin());
  const double span = material.reached[right] - material.reached[right - 1];
  const double t = span > 0 ? (part - material.reached[right - 1]) / span : 1;
  return moments[right - 1].kimg + t * (moments[right].kimg - moments[right - 1].kimg);
}

at::Tensor picture_of(Renderer& renderer, const TimelapseOptions& options, double part) {
  if (options.form == TimelapseForm::timeline) {
    const double end = latent::timeline_length(*options.timeline);
    return renderer.render(moment_job(*options.timeline, part * end, {options.columns, options.rows}, renderer.spec()));
  }
  latent::LatentControls latent = options.latent;
  if (options.form == TimelapseForm::walk) latent.seed_x += part * options.seconds * options.walk_speed;
  return renderer.render(grid_job(latent, options.columns, options.rows, renderer.spec()));
}

/// What an interrupted film must agree in to go on.
std::string content_of(const Material& material, const TimelapseOptions& options) {
  AppState state;
  state.latent = options.latent;
  if (options.timeline) state.timeline.timeline = *options.timeline;
  std::string text =
      json_text(session_to_json(state)) +
      fmt::format(" {} {} {} {} {} {} {} {}", static_cast<int>(options.form), static_cast<int>(options.pace),
                  options.walk_speed, options.columns, options.rows, options.size, options.seconds, options.caption);
  if (options.in_training) text += " in training";
  for (const train::Moment& moment : material.history->moments())
    text += fmt::format(" {}:{}", moment.step, moment.bytes);
  return text;
}

}  // namespace

std::vector<double> timelapse_pace(const train::WeightHistory& history, const models::NetworkSpec& spec,
                                   TimelapsePace pace, at::Device device) {
  const std::vector<train::Moment>& moments = history.moments();
  std::vector<double> way(moments.size());
  Renderer renderer(spec, device);
  at::Tensor before;
  for (std::size_t i = 0; i < moments.size(); ++i) {
    if (pace == TimelapsePace::kimg) {
      way[i] = moments[i].kimg - moments.front().kimg;
      continue;
    }
    renderer.load(history.read(i));
    const at::Tensor now = renderer.render(grid_job({}, 4, 4, spec)).to(at::kFloat);
    // A little is added, so that a run that stands still goes by all the same.
    if (i > 0) way[i] = way[i - 1] + (now - before).square().mean().sqrt().item<double>() + 0.5;
    before = now;
  }
  const double all = std::max(1e-9, way.back());
  for (double& part : way) part /= all;
  return way;
}

TimelapseForm timelapse_form_from(const std::string& name) {
  if (name == "grid") return TimelapseForm::grid;
  if (name == "walk") return TimelapseForm::walk;
  if (name == "timeline") return TimelapseForm::timeline;
  fail("A timelapse has the form grid, walk or timeline, not \"{}\".", name);
}

TimelapsePace timelapse_pace_from(const std::string& name) {
  if (name == "kimg") return TimelapsePace::kimg;
  if (name == "change") return TimelapsePace::change;
  fail("A timelapse goes by kimg or by change, not by \"{}\".", name);
}

int timelapse_frames(const TimelapseOptions& options) {
  return std::max(2, static_cast<int>(std::lround(options.seconds * options.fps)));
}

namespace {

media::FilmOptions film_of(const TimelapseOptions& options) {
  return {.path = options.path, .frames = timelapse_frames(options), .fps = options.fps, .loop = true};
}

}  // namespace

void check_timelapse(const TimelapseOptions& options) {
  require(options.seconds > 0 && options.seconds <= 3600, "A timelapse lasts up to an hour, not {} s.",
          options.seconds);
  require(options.form != TimelapseForm::timeline || (options.timeline && !options.timeline->keyframes.empty()),
          "A timelapse of a timeline needs one with keyframes.");
  require(options.columns >= 1 && options.columns <= 64 && options.rows >= 1 && options.rows <= 64,
          "A grid has 1 to 64 columns and rows, not {} x {}.", options.columns, options.rows);
  require(options.fps >= 1 && options.fps <= 240, "A film has 1 to 240 frames a second, not {}.", options.fps);
  media::check_film(film_of(options));
}

bool make_timelapse(const fs::path& run_folder, const TimelapseOptions& options, at::Device device,
                    const std::function<bool(int, int)>& progress) {
  check_timelapse(options);
  media::FilmOptions film = film_of(options);
  Material material(run_folder);
  material.reached = timelapse_pace(*material.history, material.recipe.network, options.pace, device);
  film.content = content_of(material, options);
  Renderer renderer(material.recipe.network, device);
  return media::make_film(
      film,
      [&](int index) {
        const double part = static_cast<double>(index) / (film.frames - 1);
        const double kimg = kimg_at(material, part);
        renderer.load(material.history->at(kimg, options.in_training));
        Image picture = film_picture(picture_of(renderer, options, part), renderer.spec().resolution, options.size);
        return options.caption ? media::with_caption(picture, run_caption(material.steps, kimg,
                                                                          material.history->moments().back().kimg))
                               : picture;
      },
      progress);
}

}  // namespace ganvas::app
