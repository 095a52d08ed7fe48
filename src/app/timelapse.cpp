#include "app/timelapse.h"

#include <algorithm>
#include <cmath>

#include "app/moment_job.h"
#include "app/pace.h"
#include "app/run_files.h"
#include "app/session_file.h"
#include "app/timeline_film.h"
#include "core/error.h"
#include "media/caption.h"
#include "media/film.h"
#include "train/recipe.h"

namespace ganvas {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t curve_points = 300;

/// Everything that a frame is made of.
struct Material {
  WeightHistory history;
  Recipe recipe;
  std::vector<StepReport> steps;
  std::vector<double> reached;  // the part of the way at each moment
};

Material material_of(const fs::path& run_folder, const TimelapseOptions& options, at::Device device) {
  Material material{WeightHistory(history_folder(run_folder)),
                    load_recipe((run_folder / "recipe.json").string()),
                    read_history(run_folder),
                    {}};
  require(material.history.moments().size() >= 2,
          "{} keeps the weights of {} moments, and a timelapse needs two. A run keeps them while it trains, unless "
          "--history-mb 0 says otherwise.",
          run_folder.string(), material.history.moments().size());
  material.reached = timelapse_pace(material.history, material.recipe.network, options.pace, device);
  return material;
}

/// kimg of the run at a part of the way.
double kimg_at(const Material& material, double part) {
  const std::vector<Moment>& moments = material.history.moments();
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
    const double end = timeline_length(*options.timeline);
    return renderer.render(moment_job(*options.timeline, part * end, {options.columns, options.rows}, renderer.spec()));
  }
  LatentControls latent = options.latent;
  if (options.form == TimelapseForm::walk) latent.seed_x += part * options.seconds * options.walk_speed;
  return renderer.render(grid_job(latent, options.columns, options.rows, renderer.spec()));
}

/// A figure over the run, at curve_points places alike far apart in kimg; the mean of the steps around each.
std::vector<float> curve_of(const std::vector<StepReport>& steps, double StepReport::*figure, double end_kimg) {
  std::vector<double> sums(curve_points);
  std::vector<int> counts(curve_points);
  for (const StepReport& step : steps) {
    const auto at =
        static_cast<std::size_t>(std::clamp(step.kimg / end_kimg, 0.0, 1.0) * static_cast<double>(curve_points - 1));
    if (!std::isfinite(step.*figure)) continue;
    sums[at] += step.*figure;
    ++counts[at];
  }
  std::vector<float> curve(curve_points);
  for (std::size_t i = 0; i < curve_points; ++i)
    curve[i] = counts[i] > 0 ? static_cast<float>(sums[i] / counts[i]) : std::nanf("");
  return curve;
}

Caption caption_at(const Material& material, double kimg) {
  const double end = std::max(1e-9, material.history.moments().back().kimg);
  double seconds = 0;
  std::int64_t step = 0;
  for (const StepReport& report : material.steps) {
    if (report.kimg > kimg) break;
    seconds += report.seconds;
    step = report.step;
  }
  Caption caption{.text = fmt::format("{:.1f} kimg  ·  step {}  ·  {}", kimg, step, clock_text(seconds)),
                  .reached = kimg / end};
  if (!material.steps.empty())
    caption.curves = {curve_of(material.steps, &StepReport::d_loss, end),
                      curve_of(material.steps, &StepReport::g_loss, end)};
  return caption;
}

/// What an interrupted film must agree in to go on.
std::string content_of(const Material& material, const TimelapseOptions& options) {
  AppState state;
  state.latent = options.latent;
  if (options.timeline) state.timeline.timeline = *options.timeline;
  std::string text =
      session_to_json(state).dump() + fmt::format(" {} {} {} {} {} {} {} {}", static_cast<int>(options.form),
                                                  static_cast<int>(options.pace), options.walk_speed, options.columns,
                                                  options.rows, options.size, options.seconds, options.caption);
  for (const Moment& moment : material.history.moments()) text += fmt::format(" {}:{}", moment.step, moment.bytes);
  return text;
}

}  // namespace

std::vector<double> timelapse_pace(const WeightHistory& history, const NetworkSpec& spec, TimelapsePace pace,
                                   at::Device device) {
  const std::vector<Moment>& moments = history.moments();
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

bool make_timelapse(const fs::path& run_folder, const TimelapseOptions& options, at::Device device,
                    const std::function<bool(int, int)>& progress) {
  require(options.seconds > 0 && options.seconds <= 3600, "A timelapse lasts up to an hour, not {} s.",
          options.seconds);
  require(options.form != TimelapseForm::timeline || options.timeline, "A timelapse of a timeline needs one.");
  FilmOptions film{.path = options.path, .fps = options.fps, .loop = true};
  film.frames = std::max(2, static_cast<int>(std::lround(options.seconds * options.fps)));
  check_film(film);
  const Material material = material_of(run_folder, options, device);
  film.content = content_of(material, options);
  Renderer renderer(material.recipe.network, device);
  return make_film(
      film,
      [&](int index) {
        const double part = static_cast<double>(index) / (film.frames - 1);
        const double kimg = kimg_at(material, part);
        renderer.load(material.history.at(kimg));
        Image picture = film_picture(picture_of(renderer, options, part), renderer.spec().resolution, options.size);
        return options.caption ? with_caption(picture, caption_at(material, kimg)) : picture;
      },
      progress);
}

}  // namespace ganvas
