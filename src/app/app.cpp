#include "app/app.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <set>

#include "app/desks.h"
#include "app/document/command_recorder.h"
#include "app/document/document.h"
#include "app/document/session_file.h"
#include "app/film/run_caption.h"
#include "app/open/model_loader.h"
#include "app/open/recent_files.h"
#include "core/error.h"
#include "core/files.h"
#include "core/log.h"
#include "latent/latent.h"
#include "media/png.h"

namespace ganvas::app {

namespace {

constexpr double kGestureSeconds = 0.6;  ///< a pause this long ends a drag: the next move is another undo step
constexpr double kNoticeSeconds = 6.0;
constexpr double kErrorSeconds = 15.0;
constexpr std::size_t kNotices = 6;

}  // namespace

struct App::Impl final : Desks {
  AppOptions options;
  History history;
  ViewModel view;
  std::vector<std::string> errors;
  std::vector<std::string> window_pictures;
  std::optional<CommandRecorder> command_recorder;
  double since_command = 0;

  LatentRequest request;                               ///< the newest one sent
  std::optional<ModelReady> file;                      ///< the model file that can be shown
  std::optional<ModelReady> training;                  ///< the model in training that can be shown
  std::optional<command::OpenModel> asked;             ///< what the loader was asked for last
  std::optional<command::OpenModel> shown;             ///< what `file` was asked for as
  std::map<std::uint64_t, command::OpenModel> wishes;  ///< by number, all that may still arrive
  std::set<std::uint64_t> commands;                    ///< the wishes that change the document when they arrive
  std::chrono::steady_clock::time_point asked_at;
  bool document_lags = false;  ///< the document names a model that will not come
  std::uint64_t opened_models = 0;
  std::uint64_t last_request = 0;

  RecentFiles recent;
  ModelLoader loader;  // after the synthesizer, to whom it delivers

  explicit Impl(AppOptions o)
      : Desks(o),
        options(std::move(o)),
        history(options.state),
        recent(options.recent, files),
        loader({.device = options.device, .allow_torchscript = options.allow_torchscript},
               [this](const LoadRequest& request, std::shared_ptr<OpenedModel> opened) {
                 synthesizer.show_model(std::move(opened), request.model);
               }) {
    if (!options.record.empty()) command_recorder.emplace(options.record);
    view.model.loading = true;
  }

  void tell(bool error, const std::string& text) override {
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
        commands.insert(ask_for(*open));  // the document changes when it turns out to be a model
      } else {
        history.run(command, *this);
      }
      if (std::exchange(document_lags, false)) history.run(*shown, *this);
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
    app::save_session(path, state);
    tell(false, "Session saved to " + path);
  }
  AppState load_session(const std::string& path) override {
    AppState state = app::load_session(path);
    tell(false, "Session loaded from " + path);
    return state;
  }
  /// One step of undo, whatever was dragged before.
  void keep_found(const Command& result) override {
    const ModelReady* model = shown_model();
    if (model == nullptr || model->model != searched->model || model->training != searched->training) {
      tell(true, "Another model is on screen than the one that was searched, so what was found is dropped.");
      return;
    }
    history.seal();
    history.run(result, *this);
    history.seal();
  }
  void save_window(const std::string& path) override { window_pictures.push_back(path); }

  void quit(bool confirmed) override {
    if (!confirmed && training_desk.active()) {
      view.wants_quit = true;
    } else {
      view.quit = true;
    }
  }
  void cancel_quit() override { view.wants_quit = false; }

  // Models ----------------------------------------------------------------------------------------------------------

  [[nodiscard]] const AppState& state() const override { return history.state(); }
  [[nodiscard]] FramePtr newest_frame() const override { return view.frame; }
  void drive(const Command& command) override {
    try {
      history.drive(command, *this);
    } catch (const Error& error) {
      tell(true, error.what());
    }
  }

  /// The model on screen: the one in training while it is followed, else the file.
  [[nodiscard]] const ModelReady* shown_model() const override {
    if (history.state().train.follow && training) return &*training;
    return file ? &*file : nullptr;
  }

  static bool same(const command::OpenModel& a, const command::OpenModel& b) {
    return a.path == b.path && a.network == b.network;
  }
  [[nodiscard]] command::OpenModel wanted() const { return {history.state().model, history.state().network}; }

  [[nodiscard]] double since_asked() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - asked_at).count();
  }

  /// Returns the number of the request.
  std::uint64_t ask_for(const command::OpenModel& wish) {
    asked = wish;
    view.model.loading = true;
    view.model.progress = view.model.loading_seconds = 0;
    asked_at = std::chrono::steady_clock::now();
    std::filesystem::path path = wish.path.empty() ? "starter model" : wish.path;
    if (path.filename().empty()) path = path.parent_path();
    view.model.loading_name = path.filename().string();
    wishes[++opened_models] = wish;
    forget(loader.open({wish.path, wish.network, opened_models}));
    return opened_models;
  }

  /// A wish that will not arrive. Returns true when it was a command.
  bool forget(std::uint64_t model) {
    wishes.erase(model);
    return commands.erase(model) > 0;
  }

  void cancel_opening() override {
    const std::uint64_t dropped = loader.cancel();
    if (dropped == 0) return;  // nothing is being opened, or it is whole already
    view.model.loading = false;
    const bool command = forget(dropped);
    asked = command || shown ? shown : wanted();
    document_lags = !command && shown.has_value();
  }
  void clear_recent() override { recent.clear(); }

  void on(const DeviceReady& event) { view.device = event.text; }

  void on(const ModelReady& event) {
    ++last_request;  // pictures of the model before do not answer what was asked
    if (event.training) {
      training = event;
      training->name = std::filesystem::path(training_desk.view().run_folder).filename().string();
      return;
    }
    file = event;
    shown = wishes[event.model];
    const bool command = commands.contains(event.model);
    // Those before it have been overtaken; a later one may still be under way.
    wishes.erase(wishes.begin(), wishes.upper_bound(event.model));
    commands.erase(commands.begin(), commands.upper_bound(event.model));
    if (event.model == opened_models) view.model.loading = false;
    if (!view.model.loading) asked = shown;  // also where a later one has come to nothing meanwhile
    log::info("{} is open after {:.2f} s", event.name, since_asked());
    if (!shown->path.empty()) recent.add(shown->path);
    if (!command) return;
    history.run(*shown, *this);
    // Who opens a file wants to see it, not the model in training.
    if (!training_desk.active()) {
      training.reset();
    } else if (TrainControls controls = history.state().train; controls.follow) {
      controls.follow = false;
      history.run(command::SetTraining{controls}, *this);
    }
  }

  void on(const LayersKnown& event) {
    std::optional<ModelReady>& model = event.training ? training : file;
    if (model && model->model == event.model) model->layers = event.layers;
  }

  void on(const SynthesisFailed& event) { tell(true, event.text); }

  void on(const LoadFailed& event) {
    tell(true, event.text);
    const bool command = forget(event.model);
    if (event.model != opened_models) return;
    view.model.loading = false;
    if (command) asked = shown;  // the one before is still there
  }

  // Every tick ------------------------------------------------------------------------------------------------------

  void tick(double seconds) {
    since_command += seconds;
    if (since_command > kGestureSeconds) history.seal();
    if (command_recorder) command_recorder->tick(seconds);
    recent.tick(seconds);
    for (const SynthesizerEvent& event : synthesizer.take_events()) {
      std::visit([this](const auto& e) { on(e); }, event);
    }
    for (const LoadFailed& failure : loader.take_failures()) on(failure);
    tick_desks(seconds);
    if (history.state().latent.animate || history.state().timeline.playing)
      history.run(command::Advance{seconds}, *this);
    if (commands.empty() && (!asked || !same(*asked, wanted()))) ask_for(wanted());
    if (view.model.loading) {
      view.model.loading_seconds = since_asked();
      view.model.progress = std::max(view.model.progress, loader.progress());  // at its end it stays
    }
    send_request();
    if (films.wants_caption() && view.frame) {
      const TrainView& run = training_desk.view();
      films.set_caption(run_caption(*run.history, view.frame->kimg, std::max(view.frame->kimg, run.kimg)));
    }
    take_frame();
    age_notices(seconds);
    films.tick(seconds, view.frame);
    publish_state();
  }

  void send_request() {
    const AppState& state = history.state();
    LatentRequest next{.number = last_request,
                       .latent = state.latent,
                       .columns = state.view.columns,
                       .rows = state.view.rows,
                       .layer = state.view.layer,
                       .threads = state.settings.view_threads,
                       .training = state.train.follow && training.has_value()};
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
    films.add(frame);
    view.frame = std::move(frame);
  }

  void age_notices(double seconds) {
    for (Notice& notice : view.notices) notice.age_seconds += seconds;
    std::erase_if(view.notices, [](const Notice& notice) {
      return notice.age_seconds > (notice.error ? kErrorSeconds : kNoticeSeconds);
    });
  }

  void publish_state() {
    view.state = &history.state();
    view.can_undo = history.can_undo();
    view.can_redo = history.can_redo();
    publish(view);
    view.recent = recent.entries();
    if (!training_desk.active()) view.wants_quit = false;
    const ModelReady* model = shown_model();
    if (model != nullptr) {
      view.model.name = model->name;
      view.model.family = model->family;
      view.model.z_dim = model->z_dim;
      view.model.w_dim = model->w_dim;
      view.model.style_rows = model->style_rows;
      view.model.noise_layers = model->noise_layers;
      view.model.layers = model->layers;
      view.model.placeable = model->placeable;
      view.model.c_dim = model->c_dim;
      view.model.resolution = model->resolution;
      view.model.parameters = model->parameters;
      view.model.training = model->training;
      view.model.networks = model->networks;
      view.model.network = model->network;
    }
    view.latent = latent::present_latent(history.state().latent, z_dim());
  }

  /// Ends everything that writes files, so that nothing is cut off.
  void shut_down() {
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
    media::write_png(path, image->view());
    return [impl, path] { impl->tell(false, "Window saved to " + path); };
  });
}

std::uint64_t App::request() const {
  return impl_->last_request;
}

int App::files_in_flight() const {
  return impl_->files.in_flight() + impl_->films.in_flight();
}

const std::vector<std::string>& App::errors() const {
  return impl_->errors;
}

}  // namespace ganvas::app
