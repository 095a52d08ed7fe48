#include "desktop/explorer.h"

#include <filesystem>
#include <optional>
#include <thread>

#include "app/app.h"
#include "app/script/script.h"
#include "core/error.h"
#include "core/log.h"
#include "core/outside/printable.h"
#include "core/process/stop_signals.h"
#include "data/picture_file.h"
#include "desktop/frame_clock.h"
#include "desktop/inspection.h"
#include "desktop/output.h"
#include "latent/latent.h"
#include "render/context.h"
#include "render/picture_texture.h"
#include "ui/panels/style/projection.h"
#include "ui/ui.h"
#include "ui/widgets/file_dialog.h"
#include "ui/widgets/widgets.h"

namespace ganvas::desktop {
namespace {

constexpr double kAtLeast = 0.25;  // seconds between frames after input, also when looking has used up its share
constexpr double kIdle = 0.1;      // seconds between looks at the workers when nothing happens
constexpr double kInDebt = 0.05;   // the same while looking has used up its share

render::UploadTier first_tier(app::DisplayTier tier) {
  if (tier == app::DisplayTier::pinned) return render::UploadTier::pinned;
  return tier == app::DisplayTier::plain ? render::UploadTier::plain : render::UploadTier::interop;
}

class Explorer {
 public:
  Explorer(const app::ExploreOptions& options, const app::AppOptions& app);
  int run();

 private:
  ui::UiHooks hooks();
  void show_tour(const app::AppOptions& app);
  bool wait(double until, bool idle);
  void take_input();
  std::vector<render::KeyPress> take_keys();
  void heed_signals();
  void open_dropped(const std::string& path);
  void note_changes();
  void show_picture();
  void draw_window(double now, render::PixelSize size);
  void draw(double now);
  void write_window_pictures(render::PixelSize size);
  void update_title();
  void keep_window_size();
  [[nodiscard]] render::PixelSize surface() const;
  [[nodiscard]] render::PixelSize window_size() const;

  app::ExploreOptions options_;
  std::unique_ptr<render::Window> window_;             // or
  std::unique_ptr<render::HeadlessContext> headless_;  // this
  std::optional<render::RenderTarget> target_;         // of the headless context
  app::App app_;
  render::PictureTexture picture_;
  Output output_;
  std::unique_ptr<ui::Ui> ui_;
  std::optional<app::ScriptRunner> script_;
  Inspection inspection_;
  RedrawPolicy redraw_;
  FrameTimes times_;
  FrameTimes training_times_;
  app::DisplayTier tier_ = app::DisplayTier::automatic;
  app::FramePtr shown_;
  std::int64_t seen_step_ = -1;
  train::SessionState seen_state_ = train::SessionState::idle;
  bool seen_opening_ = false;
  double ui_ms_ = 0;
  double drawn_at_ = 0;
  bool picture_changed_ = false;  // since the second window was drawn
  bool full_screen_asked_ = false;
  std::string title_;
};

/// What is asked for, else as the window was when it was closed last, else a size that fits most screens.
render::PixelSize first_size(const app::ExploreOptions& options, const app::Settings& kept) {
  const auto first_of = [](int asked, int before, int otherwise) {
    return asked > 0 ? asked : before > 0 ? before : otherwise;
  };
  return {first_of(options.width, kept.window_width, 1440), first_of(options.height, kept.window_height, 900)};
}

std::unique_ptr<render::Window> open_window(const app::ExploreOptions& options, render::PixelSize size) {
  if (options.headless) return nullptr;
  return std::make_unique<render::Window>(render::WindowOptions{
      .width = size.width, .height = size.height, .fit_screen = options.width == 0 && options.height == 0});
}

Explorer::Explorer(const app::ExploreOptions& options, const app::AppOptions& app)
    : options_(options),
      window_(open_window(options, first_size(options, app.settings.kept))),
      headless_(options.headless ? std::make_unique<render::HeadlessContext>() : nullptr),
      app_(app),
      inspection_(options.inspect) {
  log::info("OpenGL: {}", render::renderer_name());
  if (!window_) target_.emplace(first_size(options, app.settings.kept));
  if (!options.script.empty()) script_.emplace(app::load_script(options.script), options.out);
  ui_ = std::make_unique<ui::Ui>(ui::UiOptions{.window = window_ ? window_->handle() : nullptr, .hooks = hooks()});
  tier_ = app_.view().settings->tier;
  picture_.choose(first_tier(tier_));
  if (!options.session.empty()) ui_->state().session_path = options.session;
  show_tour(app);
  if (options.output >= 0) app_.send(app::command::ShowOutput{options.output});
  if (!options.stream.empty()) app_.send(app::command::StartStream{.address = options.stream});
}

/// At the first start, and never by itself again.
void Explorer::show_tour(const app::AppOptions& app) {
  if (!window_ || !app.welcome || app.settings.kept.tour_seen) return;
  ui_->state().open.insert("tour");
  app::Settings settings = *app_.view().settings;
  settings.tour_seen = true;
  app_.send(app::command::SetSettings{settings});
}

ui::UiHooks Explorer::hooks() {
  return {.latent_to_text = [](std::span<const float> latent) { return latent::latent_to_text(latent); },
          .latent_from_text = [this](const std::string& text) -> std::optional<std::vector<float>> {
            try {
              return latent::latent_from_text(text);
            } catch (const Error& error) {
              app_.tell(true, error.what());
              return std::nullopt;
            }
          },
          .toggle_full_screen = [this] { full_screen_asked_ = true; }};
}

render::PixelSize Explorer::surface() const {
  return window_ ? window_->framebuffer() : target_->size();
}

render::PixelSize Explorer::window_size() const {
  return window_ ? window_->size() : target_->size();
}

/// Sleeps until it is time for the next look. Returns true when the person did something; an idle wait ends with it.
bool Explorer::wait(double until, bool idle) {
  bool input = false;
  for (double left = until - monotonic_seconds();; left = until - monotonic_seconds()) {
    if (!window_) {
      if (left > 0) std::this_thread::sleep_for(std::chrono::duration<double>(left));
      return false;
    }
    input = window_->wait_events(std::max(left, 0.0)) || input;
    if (left <= 0 || (idle && input)) return input;
  }
}

void Explorer::open_dropped(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error) && !ui::is_run_folder(path)) {
    app::TrainControls controls = app_.view().state->train;
    controls.data = path;
    ui_->state().tab = "train";
    app_.send(app::command::SetTraining{controls});
  } else if (std::filesystem::path(path).extension() == ".json") {
    app_.send(app::command::LoadSession{path});
  } else if (data::has_picture_extension(path)) {
    app_.send(ui::projection_of(ui_->state(), path));
    ui_->state().tab = "style";
  } else {
    app_.send(app::command::OpenModel{path});
  }
}

void Explorer::take_input() {
  if (!window_) return;
  for (const std::string& path : window_->take_dropped_files()) open_dropped(path);
  if (window_->take_close_request()) app_.send(app::command::Quit{});
}

/// Of both windows.
std::vector<render::KeyPress> Explorer::take_keys() {
  std::vector<render::KeyPress> keys = window_ ? window_->take_keys() : std::vector<render::KeyPress>{};
  for (const render::KeyPress& key : output_.take_keys()) keys.push_back(key);
  return keys;
}

/// The system wants the program gone: all is saved, nothing is asked.
void Explorer::heed_signals() {
  if (stop_signals() == 0 || app_.view().quit) return;
  app_.send(app::command::Quit{true});
}

/// Compares what is on screen with what there is now.
void Explorer::note_changes() {
  const app::ViewModel& view = app_.view();
  if (view.frame != shown_ || picture_.busy() || app_.window_pictures_wait()) redraw_.on_picture();
  if (view.train.state != seen_state_) {
    const bool was_active = ui::training_active(seen_state_);
    seen_state_ = view.train.state;
    if (ui::training_active(seen_state_) && !was_active) training_times_.clear();
    redraw_.on_picture();
  }
  const bool opening = view.model.loading || !view.reading.name.empty();
  if (opening || view.search.busy) redraw_.on_figures();
  if (std::exchange(seen_opening_, opening) != opening) redraw_.on_picture();
  if (view.train.step != seen_step_) {
    seen_step_ = view.train.step;
    redraw_.on_figures();
  }
}

void Explorer::show_picture() {
  const app::ViewModel& view = app_.view();
  if (view.settings->tier != tier_) {
    tier_ = view.settings->tier;
    picture_.choose(first_tier(tier_));
    shown_ = nullptr;
  }
  if (view.frame != shown_ && view.frame) {
    shown_ = view.frame;
    picture_.show({.pixels = shown_->pixels, .ready_event = shown_->ready_event, .memory = shown_});
  }
  picture_changed_ = picture_.update() || picture_changed_;
}

void Explorer::write_window_pictures(render::PixelSize size) {
  if (!app_.window_pictures_wait()) return;
  const auto image = std::make_shared<const Image>(render::read_pixels(size));
  for (const std::string& path : app_.take_window_pictures()) app_.save_image(path, image);
}

void Explorer::update_title() {
  const std::string& model = app_.view().model.name;
  std::string title = model.empty() ? "ganvas" : printable(model) + " – ganvas";
  if (!window_ || title == title_) return;
  title_ = std::move(title);
  window_->set_title(title_);
}

void Explorer::draw_window(double now, render::PixelSize size) {
  app_.set_shell_figures({.tier = to_string(picture_.tier()),
                          .tier_reason = picture_.reason(),
                          .ui_frame_ms = ui_ms_,
                          .monitors = output_.monitors(window_.get())});
  if (target_) {
    target_->bind();
  } else {
    render::bind_window(size);
  }
  const ui::UiFrame frame{.surface = size,
                          .window = window_size(),
                          .seconds = window_ ? now - drawn_at_ : 1.0 / 60,
                          .monitor_scale = window_ ? window_->content_scale() : 1.0F,
                          .keys = take_keys()};
  drawn_at_ = now;
  ui_->frame(frame, app_.view(), app_, picture_);
  write_window_pictures(size);
  if (window_) window_->swap();
}

void Explorer::draw(double now) {
  const render::PixelSize size = surface();
  const bool hidden = size.empty() || (window_ && window_->minimised());
  if (hidden && !output_.window()) return;
  show_picture();
  if (!hidden) draw_window(now, size);
  output_.tick(app_, window_.get(), picture_, std::exchange(picture_changed_, false));
  redraw_.drawn(now);
  const double ms = (monotonic_seconds() - now) * 1e3;
  ui_ms_ = times_.count() == 0 ? ms : ui_ms_ * 0.9 + ms * 0.1;
  times_.add(ms);
  if (ui::training_active(seen_state_)) training_times_.add(ms);
}

int Explorer::run() {
  double last = monotonic_seconds();
  bool idle = false;
  while (!app_.view().quit) {
    const double frame = 1.0 / std::max(1, app_.view().settings->frame_limit);
    const double period = idle ? kIdle : app_.view().budget.allowed ? frame : std::max(frame, kInDebt);
    if (wait(last + period, idle) || output_.take_stale()) redraw_.on_input(monotonic_seconds());
    const double now = monotonic_seconds();
    take_input();
    heed_signals();
    app_.tick(now - last);
    if (script_) {
      redraw_.on_figures();
      if (!script_->tick(app_, now - last)) app_.send(app::command::Quit{true});
    }
    last = now;
    note_changes();
    const bool restless = ui_->restless(app_.view());
    // While a model trains, what the person does is answered a few times a second at least; the rest has its budget.
    const bool may_draw = app_.view().budget.allowed || (redraw_.answering(now) && now - drawn_at_ > kAtLeast);
    if (may_draw && redraw_.due(now, restless)) draw(now);
    if (std::exchange(full_screen_asked_, false) && window_) window_->toggle_full_screen();
    update_title();
    inspection_.write(monotonic_seconds(),
                      {app_, ui_->inspector(), ui_->state(), window_size(), output_, times_, training_times_});
    const app::ViewModel& view = app_.view();
    idle = !script_ && !restless && !redraw_.lively(now) && !ui::training_active(view.train.state) && !seen_opening_ &&
           !view.state->latent.animate;
  }
  keep_window_size();
  // What was being saved and could not be is told where the program was started.
  const std::size_t told = app_.errors().size();
  app_.close();
  require(app_.errors().size() == told, "{}", app_.errors().back());
  require(stop_signals() == 0 || !script_, "The script was told to end before its last step.");
  return 0;
}

void Explorer::keep_window_size() {
  if (!window_) return;
  app::Settings settings = *app_.view().settings;
  const render::PixelSize size = window_->windowed_size();
  if (settings.window_width == size.width && settings.window_height == size.height) return;
  settings.window_width = size.width;
  settings.window_height = size.height;
  app_.send(app::command::SetSettings{settings});
}

}  // namespace

int run_explorer(const app::ExploreOptions& options) {
  count_stop_signals();
  return Explorer(options, app::app_options(options)).run();
}

}  // namespace ganvas::desktop
