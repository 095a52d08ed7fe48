#include "app/app.h"

#include <deque>
#include <optional>

#include "app/document.h"
#include "app/recorder.h"
#include "app/script.h"
#include "app/session_file.h"
#include "app/synthesizer.h"
#include "app/train_desk.h"
#include "app/worker.h"
#include "core/error.h"
#include "core/files.h"
#include "core/log.h"
#include "latent/latent.h"
#include "media/png.h"

namespace ganvas {

namespace {

constexpr double kGestureSeconds = 0.6;  ///< a pause this long ends a drag: the next move is another undo step
constexpr double kNoticeSeconds = 6.0;
constexpr double kErrorSeconds = 15.0;
constexpr std::size_t kNotices = 6;

}  // namespace

struct App::Impl final : Services {
  AppOptions options;
  History history;
  ViewModel view;
  std::vector<std::string> errors;
  std::vector<std::string> window_pictures;
  std::optional<CommandRecorder> command_recorder;
  double clock = 0;  ///< seconds that the app has lived, by its ticks
  double since_command = 0;

  LatentRequest request;               ///< the newest one sent
  std::optional<ModelReady> file;      ///< the model file that can be shown
  std::optional<ModelReady> training;  ///< the model in training that can be shown
  std::string asked_model;             ///< path that the synthesizer was asked for last
  bool asked = false;                  ///< asked_model counts
  std::optional<std::string> opening;  ///< path of an OpenModel that takes effect when it turns out to be a model
  std::uint64_t opened_models = 0;
  std::uint64_t last_request = 0;

  std::shared_ptr<Recorder> recorder;
  bool recorder_starting = false;
  bool recorder_stop = false;  ///< stop was asked for while starting
  double recorder_begin = 0;
  std::vector<std::shared_ptr<Recorder>> closing;  ///< films that are being finished

  Worker files;
  Synthesizer synthesizer;
  TrainDesk desk;

  explicit Impl(AppOptions o)
      : options(std::move(o)),
        history(options.state),
        files([this](const std::string& text) {
          recorder_starting = false;
          tell(true, text);
        }),
        synthesizer(options.device),
        desk({.device = options.device,
              .threads = options.threads,
              .loader_threads = options.loader_threads,
              .runs = options.runs,
              .tell = [this](bool error, const std::string& text) { tell(error, text); }},
             files) {
    if (!options.record.empty()) command_recorder.emplace(options.record);
    view.model.loading = true;
  }

  void tell(bool error, const std::string& text) {
    if (error) {
      errors.push_back(text);
      log::info("{}", text);
    }
    view.notices.push_back({error, text, 0});
    if (view.notices.size() > kNotices) view.notices.erase(view.notices.begin());
  }

  // Commands --------------------------------------------------------------------------------------------------------

  void send(const Command& command) {
    if (command_recorder) command_recorder->add(command);
    since_command = 0;
    try {
      if (const auto* open = std::get_if<command::OpenModel>(&command)) {
        ask_for(open->path);
        opening = open->path;
        return;
      }
      history.run(command, *this);
    } catch (const Error& error) {
      tell(true, error.what());
    }
    publish_state();
  }

  int z_dim() const override {
    const ModelReady* model = shown_model();
    return model == nullptr ? 0 : model->z_dim;
  }

  void save_session(const std::string& path, const AppState& state) override {
    ganvas::save_session(path, state);
    tell(false, "Session saved to " + path);
  }
  AppState load_session(const std::string& path) override {
    AppState state = ganvas::load_session(path);
    tell(false, "Session loaded from " + path);
    return state;
  }
  void start_training(const command::StartTraining& start, const TrainControls& controls) override {
    desk.start(start, controls);
  }
  void pause_training() override { desk.pause(); }
  void resume_training() override { desk.resume(); }
  void save_training() override { desk.save(); }
  void stop_training() override { desk.stop(); }
  void export_charts(const std::string& path) override { desk.export_charts(path); }

  void save_picture(const std::string& path) override {
    require(view.frame != nullptr, "There is no picture to save yet; wait for the first one.");
    files.run([this, path, frame = view.frame]() -> Worker::Completion {
      write_png(path, host_image(*frame)->view());
      return [this, path] { tell(false, "Picture saved to " + path); };
    });
  }
  void save_window(const std::string& path) override { window_pictures.push_back(path); }

  void start_video(const std::string& path, int fps) override {
    require(!recorder && !recorder_starting, "A film is being recorded already; stop it first.");
    recorder_starting = true;
    recorder_stop = false;
    files.run([this, path, fps]() -> Worker::Completion {
      auto film = std::make_shared<Recorder>(path, fps);
      return [this, film] {
        recorder = film;
        recorder_starting = false;
        recorder_begin = clock;
        if (view.frame) recorder->add(view.frame, 0);
        if (recorder_stop) stop_video();
      };
    });
  }
  void stop_video() override {
    require(recorder || recorder_starting, "No film is being recorded; start one first.");
    recorder_stop = true;
    if (!recorder) return;
    recorder->close(clock - recorder_begin);
    closing.push_back(std::exchange(recorder, nullptr));
  }

  void quit(bool confirmed) override {
    if (!confirmed && desk.active()) {
      view.wants_quit = true;
    } else {
      view.quit = true;
    }
  }
  void cancel_quit() override { view.wants_quit = false; }

  // Models ----------------------------------------------------------------------------------------------------------

  /// The model on screen: the one in training while it is followed, else the file.
  [[nodiscard]] const ModelReady* shown_model() const {
    if (history.state().train.follow && training) return &*training;
    return file ? &*file : nullptr;
  }

  void ask_for(const std::string& path) {
    asked_model = path;
    asked = true;
    view.model.loading = true;
    synthesizer.open_file(path, ++opened_models);
  }

  void on(const DeviceReady& event) { view.device = event.text; }

  void on(const ModelReady& event) {
    ++last_request;  // pictures of the model before do not answer what was asked
    if (event.training) {
      training = event;
      training->name = std::filesystem::path(desk.view().run_folder).filename().string();
      return;
    }
    if (event.model != opened_models) return;  // another one has been asked for meanwhile
    file = event;
    view.model.loading = false;
    if (!opening) return;
    const std::string path = *std::exchange(opening, std::nullopt);
    history.run(command::OpenModel{path}, *this);
    // Who opens a file wants to see it, not the model in training.
    if (!desk.active()) {
      training.reset();
    } else if (TrainControls controls = history.state().train; controls.follow) {
      controls.follow = false;
      history.run(command::SetTraining{controls}, *this);
    }
  }

  void on(const SynthesisFailed& event) {
    tell(true, event.text);
    if (event.model != opened_models) return;
    view.model.loading = false;
    if (!opening) return;
    opening.reset();
    asked_model = history.state().model;  // the one before is still there
  }

  // Every tick ------------------------------------------------------------------------------------------------------

  void tick(double seconds) {
    clock += seconds;
    since_command += seconds;
    if (since_command > kGestureSeconds) history.seal();
    if (command_recorder) command_recorder->tick(seconds);
    files.drain();
    for (const SynthesizerEvent& event : synthesizer.take_events()) {
      std::visit([this](const auto& e) { on(e); }, event);
    }
    desk.plan(history.state().train);
    desk.tick();
    if (auto snapshot = desk.take_snapshot()) synthesizer.show_snapshot(std::move(snapshot), desk.number());
    if (history.state().latent.animate) history.run(command::Advance{seconds}, *this);
    if (!opening && (!asked || asked_model != history.state().model)) ask_for(history.state().model);
    send_request();
    take_frame();
    age_notices(seconds);
    finish_films();
    publish_state();
  }

  void send_request() {
    const AppState& state = history.state();
    LatentRequest next{.number = last_request,
                       .latent = state.latent,
                       .columns = state.view.columns,
                       .rows = state.view.rows,
                       .threads = state.settings.view_threads,
                       .training = state.train.follow && training.has_value()};
    if (next == request && last_request > 0) return;
    next.number = ++last_request;
    request = next;
    synthesizer.request(std::move(next));
  }

  void take_frame() {
    FramePtr frame = synthesizer.take_frame();
    if (!frame) return;
    view.generator_ms = frame->generator_ms;
    if (recorder) recorder->add(frame, clock - recorder_begin);
    view.frame = std::move(frame);
  }

  void age_notices(double seconds) {
    for (Notice& notice : view.notices) notice.age_seconds += seconds;
    std::erase_if(view.notices, [](const Notice& notice) {
      return notice.age_seconds > (notice.error ? kErrorSeconds : kNoticeSeconds);
    });
  }

  void finish_films() {
    std::erase_if(closing, [this](const std::shared_ptr<Recorder>& film) {
      if (!film->done()) return false;
      const std::string error = film->error();
      tell(!error.empty(), error.empty() ? "Film saved to " + film->view().path : error);
      return true;
    });
    if (recorder && !recorder->error().empty()) stop_video();  // a full disk: say so now
    view.record = recorder ? recorder->view() : RecordView{};
    if (recorder) view.record.seconds = clock - recorder_begin;
  }

  void publish_state() {
    view.state = &history.state();
    view.can_undo = history.can_undo();
    view.can_redo = history.can_redo();
    view.train = desk.view();
    if (!desk.active()) view.wants_quit = false;
    const ModelReady* model = shown_model();
    if (model != nullptr) {
      view.model.name = model->name;
      view.model.family = model->family;
      view.model.z_dim = model->z_dim;
      view.model.c_dim = model->c_dim;
      view.model.resolution = model->resolution;
      view.model.parameters = model->parameters;
      view.model.training = model->training;
    }
    view.latent = present_latent(history.state().latent, z_dim());
  }

  /// Ends everything that writes files, so that nothing is cut off.
  void shut_down() {
    if (recorder) stop_video();
    closing.clear();  // waits for the films
    if (command_recorder) {
      try {
        write_file(command_recorder->path(), command_recorder->text());
      } catch (const Error& error) {
        log::error("{}", error.what());
      }
    }
  }
};

App::App(AppOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {
  impl_->publish_state();
  if (!impl_->options.resume_run.empty()) {
    impl_->send(command::StartTraining{.run_folder = "", .resume_from = impl_->options.resume_run});
  }
}

App::~App() {
  impl_->shut_down();
}

void App::send(Command command) {
  impl_->send(command);
}

void App::tick(double seconds) {
  impl_->tick(seconds);
}

const ViewModel& App::view() const {
  return impl_->view;
}

void App::set_shell_figures(const ShellFigures& figures) {
  impl_->view.tier = figures.tier;
  impl_->view.tier_reason = figures.tier_reason;
  impl_->view.ui_frame_ms = figures.ui_frame_ms;
}

void App::tell(bool error, const std::string& text) {
  impl_->tell(error, text);
}

std::vector<std::string> App::take_window_pictures() {
  return std::exchange(impl_->window_pictures, {});
}

bool App::window_pictures_wait() const {
  return !impl_->window_pictures.empty();
}

void App::save_image(const std::string& path, std::shared_ptr<const Image> image) {
  impl_->files.run([impl = impl_.get(), path, image = std::move(image)]() -> Worker::Completion {
    write_png(path, image->view());
    return [impl, path] { impl->tell(false, "Window saved to " + path); };
  });
}

std::uint64_t App::request() const {
  return impl_->last_request;
}

int App::files_in_flight() const {
  return impl_->files.in_flight() + static_cast<int>(impl_->closing.size());
}

const std::vector<std::string>& App::errors() const {
  return impl_->errors;
}

AppOptions app_options(const ExploreOptions& options) {
  AppOptions app;
  if (!options.session.empty()) app.state = load_session(options.session);
  if (!options.model.empty()) app.state.model = options.model;
  if (options.ui_scale > 0) app.state.settings.ui_scale = options.ui_scale;
  const std::pair<const char*, DisplayTier> tiers[] = {
      {"interop", DisplayTier::interop}, {"pinned", DisplayTier::pinned}, {"plain", DisplayTier::plain}};
  for (const auto& [name, tier] : tiers) {
    if (options.tier == name) app.state.settings.tier = tier;
  }
  app.device = options.device;
  app.threads = options.threads;
  app.resume_run = options.run;
  app.record = options.record;
  if (!options.script.empty()) app.runs = std::filesystem::path(options.out) / "runs";
  return app;
}

}  // namespace ganvas
