#include "app/app.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "app/control/input_service.h"
#include "app/dispatch/command_recorder.h"
#include "app/dispatch/history.h"
#include "app/document/document_files.h"
#include "app/document/rescue.h"
#include "app/film/film_service.h"
#include "app/film/run_caption.h"
#include "app/measure/metric_service.h"
#include "app/open/presentation.h"
#include "app/open/recent_files.h"
#include "app/output/output_service.h"
#include "app/render/renderer.h"
#include "app/search/direction_finder.h"
#include "app/search/latent_map.h"
#include "app/search/latent_search.h"
#include "app/search/sensitivity.h"
#include "app/time/time_machine.h"
#include "app/training/runs_service.h"
#include "app/training/train_plan.h"
#include "app/training/training_service.h"
#include "app/training/view_budget.h"
#include "app/view/model_choice.h"
#include "app/view/model_mixer.h"
#include "app/view/on_screen.h"
#include "app/view/thumbnails.h"
#include "core/error.h"
#include "core/files.h"
#include "core/log.h"
#include "core/sentence.h"
#include "core/threads/owner_thread.h"
#include "latent/latent.h"
#include "media/png.h"

namespace ganvas::app {

namespace {

constexpr double kGestureSeconds = 0.6;  ///< a pause this long ends a drag: the next move is another undo step

}  // namespace

/// Members are made from top to bottom and go in the other direction: what others use stands above them.
struct App::Impl {
  OwnerThread owner;
  AppOptions options;
  Notices notices;
  Services services;
  FirstLook first_look;
  History history;
  ViewModel view;
  Worker files;
  DocumentFiles documents;
  Rescue rescue;
  SettingsStore settings;
  OnScreen on_screen;
  Synthesizer synthesizer;
  RecentFiles recent;
  ModelChoice models;
  TimeMachine time;
  FilmService films;
  OutputService output;
  DirectionFinder directions;
  LatentSearch search;
  Thumbnails thumbnails;
  MetricService metrics;
  Sensitivity sensitivity;
  LatentMap map;
  ModelMixer mixer;
  InputService inputs;
  TrainingService training;
  RunsService runs;
  ViewBudget budget;

  std::vector<std::string> window_pictures;
  std::optional<CommandRecorder> command_recorder;
  LatentRequest request;           ///< the newest one sent
  std::uint64_t last_request = 0;  ///< its number
  FramePtr exact;                  ///< the newest one that is not coarse: what files are made of
  double since_command = 0;        ///< seconds
  double clock = 0;                ///< seconds of all ticks
  double drawn_on_gpu = 0;         ///< seconds, since the last tick

  explicit Impl(AppOptions o)
      : options(std::move(o)),
        first_look(options.welcome, options.state),
        history(first_look.document()),
        files([this](const std::string& text) { notices.fail(text); }),
        documents(notices, [this](const auto& file, const Change& change) { take_file(file, change); }),
        rescue(options.unsaved, history.state()),
        settings(options.settings, files),
        on_screen{.model = [this] { return shown_model(); }, .frame = [this] { return exact; }},
        synthesizer(options.device),
        recent(options.recent, files),
        models({.device = options.device, .allow_torchscript = options.allow_torchscript}, synthesizer, recent, notices,
               [this](const command::OpenModel& model) { show_opened(model); }),
        time({.allow_torchscript = options.allow_torchscript}, notices),
        films(synthesizer, on_screen, notices, [this] { return time.view().run; }),
        output(settings, notices),
        directions(synthesizer, on_screen, notices),
        search(
            synthesizer, on_screen, notices, [this](auto moves) { return directions.present(std::move(moves)); },
            [this](const Command& result) { keep_found(result); }),
        thumbnails(synthesizer),
        metrics(synthesizer, on_screen, notices),
        sensitivity(synthesizer, on_screen, notices),
        map(synthesizer, on_screen, notices),
        mixer({.allow_torchscript = options.allow_torchscript}, synthesizer, on_screen, notices),
        inputs(options.midi),
        training({.device = options.device,
                  .threads = options.threads,
                  .loader_threads = options.loader_threads,
                  .runs = options.runs},
                 files, notices),
        runs(options.runs, settings.now(), notices) {
    if (!options.record.empty()) command_recorder.emplace(options.record);
    view.examples = built_in_models();
    services.z_dim = [this] { return z_dim(); };
    services.start_of_model = [this](const AppState& document) { return start_of_model(document); };
    services.say = [this](const std::string& text) { notices.say(text); };
    documents.serve(services);
    time.serve(services);
    films.serve(services);
    output.serve(services);
    directions.serve(services);
    search.serve(services);
    metrics.serve(services);
    sensitivity.serve(services);
    map.serve(services);
    mixer.serve(services);
    inputs.serve(services);
    training.serve(services);
    runs.serve(services);
    serve();
  }

  /// What needs nobody else.
  void serve() {
    services.on<command::SetSettings>([this](const auto& set) { settings.set(set.settings); });
    services.on<command::CancelOpening>([this](const auto&) {
      documents.cancel();
      models.cancel();
    });
    services.on<command::SetReading>([this](const auto& reading) { models.read_as(reading); });
    services.on<command::ClearRecent>([this](const auto&) { recent.clear(); });
    services.on<command::SavePicture>([this](const auto& save) {
      require(exact != nullptr, "There is no picture to save yet; wait for the first one.");
      save_image(
          save.path, [frame = exact] { return host_image(*frame); }, "Picture");
    });
    services.on<command::SaveWindow>([this](const auto& save) { window_pictures.push_back(save.path); });
    services.on<command::Quit>([this](const auto& quit) {
      const bool ask = !quit.confirmed && training.active();
      (ask ? view.wants_quit : view.quit) = true;
    });
    services.on<command::CancelQuit>([this](const auto&) { view.wants_quit = false; });
    services.on<command::LeaveUnsaved>([this](const auto& leave) { rescue.leave(leave.forget); });
  }

  // Commands --------------------------------------------------------------------------------------------------------

  /// Runs what may throw; a sentence then says so, and the program goes on. False when it threw.
  template <typename Work>
  bool attempt(Work work) {
    try {
      work();
      return true;
    } catch (const std::exception& error) {
      notices.fail(sentence_of(error));
      return false;
    }
  }

  void send(const Command& command) {
    owner.check("The app");
    if (command_recorder) command_recorder->add(command);
    since_command = 0;
    const bool made = attempt([&] {
      if (const auto* open = std::get_if<command::OpenModel>(&command)) {
        models.ask(*open);  // the document changes when it turns out to be a model
      } else {
        history.run(command, services);
      }
      if (const auto correction = models.take_correction()) history.run(*correction, services);
    });
    if (made) ++view.made[name_of(command)];
    publish_state();
  }

  void take_file(const FileToRead& file, const Change& change) {
    attempt([&] {
      history.change(change);
      if (file.path == rescue.found().path) rescue.take_over();
      notices.say(file.done);
    });
  }

  /// What a search has found. One step of undo, whatever was dragged before.
  void keep_found(const Command& result) {
    history.seal();
    attempt([&] { history.run(result, services); });
    history.seal();
  }

  // Models ----------------------------------------------------------------------------------------------------------

  [[nodiscard]] const ModelReady* shown_model() const { return models.shown(history.state().train.follow); }

  [[nodiscard]] int z_dim() const {
    const ModelReady* model = shown_model();
    return model == nullptr ? 0 : model->z_dim;
  }

  /// A run on screen is begun with again as it is now in its folder.
  [[nodiscard]] Services::Start start_of_model(const AppState& document) const {
    const ModelReady* model = shown_model();
    if (model == nullptr) return {};
    const std::string file = model->training
                                 ? training.view().run_folder
                                 : (document.model.empty() ? starter_model_path().string() : document.model);
    return {file, recipe_for_family(document.train.recipe, model->family)};
  }

  void show_opened(const command::OpenModel& model) {
    history.run(model, services);
    // Who opens a file wants to see it, not the model in training.
    if (!training.active()) {
      models.forget_training();
    } else if (TrainControls controls = history.state().train; controls.follow) {
      controls.follow = false;
      history.run(command::SetTraining{controls}, services);
    }
  }

  void on(const DeviceReady& event) { view.device = event.text; }
  void on(const ModelReady& event) {
    ++last_request;  // pictures of the model before do not answer what was asked
    models.on(event, std::filesystem::path(training.view().run_folder).filename().string());
    if (event.training) return;
    if (const auto look = first_look.of(history.state(), event.mean_style))
      history.amend([&](AppState& document) { document = *look; });
  }
  void on(const LayersKnown& event) { models.on(event); }
  void on(const SynthesisFailed& event) { notices.fail(event.text); }

  // Every tick ------------------------------------------------------------------------------------------------------

  void tick(double seconds) {
    owner.check("The app");
    since_command += seconds;
    if (since_command > kGestureSeconds) history.seal();
    if (command_recorder) command_recorder->tick(seconds);
    recent.tick(seconds);
    for (const SynthesizerEvent& event : synthesizer.take_events()) {
      std::visit([this](const auto& e) { attempt([&] { on(e); }); }, event);
    }
    tick_services(seconds);
    advance(seconds);
    models.tick({history.state().model, history.state().network});
    send_request();
    if (films.wants_caption() && view.frame) {
      const TrainView& run = training.view();
      films.set_caption(run_caption(*run.history, view.frame->kimg, std::max(view.frame->kimg, run.kimg)));
    }
    take_frame();
    notices.tick(seconds);
    films.tick(seconds);
    output.tick(view.frame, seconds);
    publish_state();
  }

  /// What cannot go on stands still: at the end of the seed plane, for one.
  void advance(double seconds) {
    const AppState& state = history.state();
    if (!state.latent.animate && !state.timeline.playing) return;
    if (attempt([&] { history.run(command::Advance{seconds}, services); })) return;
    attempt([&] {
      history.drive(command::SetAnimate{false, state.latent.animate_speed}, services);
      history.drive(command::PlayTimeline{false}, services);
    });
  }

  void tick_services(double seconds) {
    clock += seconds;
    files.drain();
    documents.tick();
    rescue.tick(history.state(), seconds);
    directions.tick(seconds);
    search.tick();
    metrics.tick();
    sensitivity.tick();
    map.tick();
    mixer.tick(history.state().mix);
    runs.tick();
    for (const Command& command : inputs.tick(history.state())) attempt([&] { history.drive(command, services); });
    const ModelReady* model = shown_model();
    time.tick(history.state().time,
              {.model = history.state().model,
               .run = model != nullptr && model->training ? training.view().run_folder : "",
               .in_training = history.state().train.in_training},
              seconds);
    if (model != nullptr) thumbnails.tick(history.state().bookmarks, model->model, model->training);
    const Settings& now = settings.now();
    training.plan(history.state().train);
    training.tick(std::min(now.quality_share, now.view_share / 2), history.state().train.in_training);
    // Not all of what the person allows: some costs show late, or in no clock.
    constexpr double given = 0.75;
    budget.tick(clock, given * now.view_share, training.view().state == train::SessionState::running,
                std::exchange(drawn_on_gpu, 0.0));
    if (auto snapshot = budget.allows() ? training.take_snapshot() : nullptr)
      synthesizer.show_snapshot(std::move(snapshot), training.number());
  }

  void send_request() {
    const AppState& state = history.state();
    LatentRequest next{.number = last_request,
                       .latent = state.latent,
                       .columns = state.view.columns,
                       .rows = state.view.rows,
                       .layer = state.view.layer,
                       .threads = view_threads(settings.now(), training.view().state == train::SessionState::running),
                       .most_ms = view.record.recording ? 0 : settings.now().drag_ms,
                       .training = state.train.follow && models.has_training(),
                       .in_training = state.train.in_training};
    if (state.timeline.on && !state.timeline.timeline.keyframes.empty()) {
      next.timeline = state.timeline.timeline;
      next.at = state.timeline.at;
      next.onion_skin = state.timeline.playing ? 0 : state.timeline.onion_skin;
    }
    // Directions follow the weights on screen; the document keeps them as they were found.
    next.latent.style.moves = directions.present(std::move(next.latent.style.moves));
    if (!next.training && !state.mix.path.empty()) {
      next.mix = state.mix;
      next.mixed_with = mixer.other();
    }
    next.past = time.past();
    next.split = state.time.split;
    if (next.split) {
      next.divider = state.time.divider;
      next.other = time.other();
    }
    if (next == request && last_request > 0) return;
    if (!budget.allows()) return;  // a later tick asks
    next.number = ++last_request;
    request = next;
    synthesizer.request(std::move(next));
  }

  void take_frame() {
    FramePtr frame = synthesizer.take_frame();
    if (!frame) return;
    view.generator_ms = frame->generator_ms;
    if (frame->pixels.device == Device::cuda) drawn_on_gpu += frame->generator_ms / 1e3;
    if (frame->coarse == 0) {
      films.add(frame);
      exact = frame;
    }
    view.frame = std::move(frame);
  }

  void publish_state() {
    view.state = &history.state();
    view.settings = &settings.now();
    view.can_undo = history.can_undo();
    view.can_redo = history.can_redo();
    view.notices = notices.shown();
    view.recent = recent.entries();
    view.directions = directions.view();
    view.search = search.view();
    view.record = films.recording();
    view.render = films.rendering();
    view.output = output.view();
    view.thumbnails = thumbnails.pictures();
    view.metrics = metrics.view();
    view.sensitivity = sensitivity.view();
    view.budget = {budget.used(), budget.allows()};
    view.time = time.view();
    view.runs = runs.view();
    view.map = map.view();
    view.inputs = inputs.view();
    view.rescue = rescue.found();
    view.reading = documents.reading();
    view.train = training.view();
    if (!training.active()) view.wants_quit = false;
    models.publish(shown_model(), view.model);
    view.latent = latent::present_latent(history.state().latent, z_dim());
  }

  // Files -----------------------------------------------------------------------------------------------------------

  template <typename MakeImage>
  void save_image(const std::string& path, MakeImage make, const char* what) {
    files.run([this, path, make = std::move(make), what]() -> Worker::Completion {
      media::write_png(path, make()->view());
      return [this, path, what] { notices.say(fmt::format("{} saved to {}", what, path)); };
    });
  }

  [[nodiscard]] int files_in_flight() const {
    return files.in_flight() + documents.in_flight() + films.in_flight() + metrics.in_flight() + mixer.in_flight();
  }

  void close() {
    output.finish();
    films.finish();
    mixer.finish();
    documents.finish();
    training.finish();
    files.finish();
  }

  ~Impl() {
    view.quit ? rescue.end() : rescue.keep(history.state());
    if (!command_recorder) return;
    try {
      write_file(command_recorder->path(), command_recorder->text());
    } catch (const Error& error) {
      log::error("{}", error.what());
    }
  }
};

App::App(AppOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {
  impl_->publish_state();
  if (!impl_->options.resume_run.empty()) {
    impl_->send(command::StartTraining{.run_folder = "", .resume_from = impl_->options.resume_run});
  }
}

App::~App() = default;

void App::send(Command command) {
  impl_->send(command);
}

void App::close() {
  impl_->close();
}

void App::tick(double seconds) {
  impl_->tick(seconds);
}

const ViewModel& App::view() const {
  return impl_->view;
}

const Services& App::services() const {
  return impl_->services;
}

void App::set_shell_figures(const ShellFigures& figures) {
  impl_->owner.check("The app");
  impl_->view.tier = figures.tier;
  impl_->view.tier_reason = figures.tier_reason;
  impl_->view.ui_frame_ms = figures.ui_frame_ms;
  impl_->view.monitors = figures.monitors;
}

void App::tell(bool error, const std::string& text) {
  impl_->owner.check("The app");
  impl_->notices.add(error, text);
}

std::vector<std::string> App::take_window_pictures() {
  return std::exchange(impl_->window_pictures, {});
}

bool App::window_pictures_wait() const {
  return !impl_->window_pictures.empty();
}

void App::save_image(const std::string& path, std::shared_ptr<const Image> image) {
  impl_->save_image(
      path, [image = std::move(image)] { return image; }, "Window");
}

std::uint64_t App::request() const {
  return impl_->last_request;
}

int App::files_in_flight() const {
  return impl_->files_in_flight();
}

const std::vector<std::string>& App::errors() const {
  return impl_->notices.errors();
}

}  // namespace ganvas::app
