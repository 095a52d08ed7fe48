#include "app/desks.h"

#include <algorithm>

#include "app/app.h"
#include "app/document/session_file.h"
#include "core/error.h"
#include "media/charts/chart.h"
#include "media/png.h"

namespace ganvas::app {

Desks::Desks(const AppOptions& options)
    : files([this](const std::string& text) {
        films.give_up_starting();
        tell(true, text);
      }),
      synthesizer(options.device),
      films(synthesizer, files, [this](bool error, const std::string& text) { tell(error, text); }),
      directions(synthesizer, [this](bool error, const std::string& text) { tell(error, text); }),
      search(
          synthesizer, [this](bool error, const std::string& text) { tell(error, text); },
          [this](const Command& result) { keep_found(result); }),
      thumbnails(synthesizer),
      metrics(synthesizer, [this](bool error, const std::string& text) { tell(error, text); }),
      sensitivity(synthesizer, [this](bool error, const std::string& text) { tell(error, text); }),
      map(synthesizer, [this](bool error, const std::string& text) { tell(error, text); }),
      mixer(synthesizer, {.allow_torchscript = options.allow_torchscript},
            [this](bool error, const std::string& text) { tell(error, text); }),
      time({.allow_torchscript = options.allow_torchscript},
           [this](bool error, const std::string& text) { tell(error, text); }),
      inputs(options.midi),
      training_desk({.device = options.device,
                     .threads = options.threads,
                     .loader_threads = options.loader_threads,
                     .runs = options.runs,
                     .tell = [this](bool error, const std::string& text) { tell(error, text); }},
                    files),
      new_runs_(options.runs),
      reader_([this](const std::string& text) {
        runs_.busy = false;
        tell(true, text);
      }) {}

const ModelReady& Desks::needed_model() const {
  const ModelReady* model = shown_model();
  require(model != nullptr, "There is no model yet; open one first.");
  return *model;
}

void Desks::find_directions(const command::FindDirections& find) {
  needed_model();
  directions.find(find, state().train.follow);
}

void Desks::project_picture(const command::ProjectPicture& project) {
  searched = needed_model();
  search.project(project, searched->training);
}

void Desks::drag_picture(const command::DragPicture& drag, const AppState& state) {
  searched = needed_model();
  latent::LatentControls latent = state.latent;
  latent.style.moves = directions.present(std::move(latent.style.moves));
  search.drag(drag, latent, searched->training);
}

void Desks::save_moves(const std::string& path, const std::vector<latent::StyleMove>& moves) {
  app::save_moves(path, moves);
  tell(false, fmt::format("{} directions saved to {}", moves.size(), path));
}

std::vector<latent::StyleMove> Desks::load_moves(const std::string& path) {
  return app::load_moves(path);
}

void Desks::save_timeline(const std::string& path, const AppState& state) {
  app::save_timeline(path, {state.model, state.network, state.timeline.timeline});
  tell(false, "Timeline saved to " + path);
}

latent::Timeline Desks::load_timeline(const std::string& path) {
  return app::load_timeline(path).timeline;
}

void Desks::render_timeline(const command::RenderTimeline& render, const AppState& state) {
  films.render(render, state, needed_model().training);
}

void Desks::measure_sensitivity(const command::MeasureSensitivity& measure, const AppState& state) {
  sensitivity.measure(measure, state.latent, needed_model().training);
}

void Desks::draw_map() {
  map.draw(needed_model().training, state().latent);
}

void Desks::save_model(const std::string& path) {
  mixer.save(path, needed_model().training);
}

void Desks::start_training(const command::StartTraining& start, const TrainControls& controls) {
  training_desk.start(start, controls);
}

void Desks::make_timelapse(const command::MakeTimelapse& film, const AppState& state) {
  require(!time.view().run.empty(), "The model on screen comes from no run; open a run folder, or train one.");
  films.make_timelapse(film, state, time.view().run, needed_model().training);
}

void Desks::compare_runs(const std::string& folder) {
  runs_.busy = true;
  runs_.folder = folder.empty() ? new_runs_.string() : folder;
  reader_.run([this, folder = runs_.folder, dark = state().settings.theme == Theme::dark]() -> Worker::Completion {
    const auto runs = std::make_shared<const std::vector<RunSummary>>(read_runs(folder));
    const auto charts =
        std::make_shared<const Image>(draw_comparison(*runs, {.width = 760, .height = 330, .dark = dark}));
    return [this, folder, runs, charts] {
      runs_.busy = false;
      if (folder != runs_.folder) return;
      runs_.runs = runs;
      runs_.charts = charts->empty() ? nullptr : charts;
    };
  });
}

void Desks::measure_model(const command::MeasureModel& measure) {
  const ModelReady& model = needed_model();
  const FramePtr frame = newest_frame();
  const bool at_step = model.training && frame != nullptr;
  metrics.measure(measure, model.training, at_step ? fmt::format("{} step {}", model.name, frame->step) : model.name);
}

void Desks::save_picture(const std::string& path) {
  const FramePtr frame = newest_frame();
  require(frame != nullptr, "There is no picture to save yet; wait for the first one.");
  files.run([this, path, frame]() -> Worker::Completion {
    media::write_png(path, host_image(*frame)->view());
    return [this, path] { tell(false, "Picture saved to " + path); };
  });
}

void Desks::tick_desks(double seconds) {
  monotonic += seconds;
  files.drain();
  if (const ModelReady* model = shown_model();
      model != nullptr && model->training && newest_frame() != nullptr && !newest_frame()->past)
    directions.follow(newest_frame()->version, seconds);
  directions.tick();
  search.tick();
  metrics.tick();
  sensitivity.tick();
  map.tick();
  mixer.tick(state().mix);
  reader_.drain();
  for (const Command& command : inputs.tick(state())) drive(command);
  const ModelReady* on_screen = shown_model();
  time.tick(state().time, state().model,
            on_screen != nullptr && on_screen->training ? training_desk.view().run_folder : "", seconds);
  if (on_screen != nullptr) thumbnails.tick(state().bookmarks, on_screen->model, on_screen->training);
  training_desk.plan(state().train);
  training_desk.tick(std::min(state().settings.quality_share, state().settings.view_share / 2));
  const bool computing = training_desk.view().state == train::SessionState::running;
  // Not all of what the person allows: some costs show late, or in no clock.
  constexpr double given = 0.75;
  budget.tick(monotonic, given * state().settings.view_share, computing, std::exchange(drawn_on_gpu, 0.0));
  if (auto snapshot = budget.allows() ? training_desk.take_snapshot() : nullptr)
    synthesizer.show_snapshot(std::move(snapshot), training_desk.number());
}

void Desks::publish(ViewModel& view) const {
  view.directions = directions.view();
  view.search = search.view();
  view.record = films.recording();
  view.render = films.rendering();
  view.thumbnails = thumbnails.pictures();
  view.metrics = metrics.view();
  view.sensitivity = sensitivity.view();
  view.budget = {budget.used(), budget.allows()};
  view.time = time.view();
  view.runs = runs_;
  view.map = map.view();
  view.inputs = inputs.view();
  view.train = training_desk.view();
}

}  // namespace ganvas::app
