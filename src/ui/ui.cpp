#include "ui/ui.h"

#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "ui/panels/explore/explore.h"
#include "ui/panels/layers.h"
#include "ui/panels/metrics.h"
#include "ui/panels/picture/overlays.h"
#include "ui/panels/picture/picture.h"
#include "ui/panels/record/record.h"
#include "ui/panels/settings/settings.h"
#include "ui/panels/style/style.h"
#include "ui/panels/time/time.h"
#include "ui/panels/time/timeline.h"
#include "ui/panels/train/train.h"
#include "ui/shortcuts.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/file_dialog.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {
namespace {

constexpr float kPanelWidth = 408;  // design pixels

/// Areas of the window in ImGui's coordinates.
struct Layout {
  render::Rectangle picture;
  render::Rectangle time, timeline;  ///< below the picture; of no height while they are closed
  render::Rectangle panel;
  render::Rectangle status;
};

Layout lay_out(const Style& style, ImVec2 size, const UiState& state) {
  const float status = style.px(kStatusHeight);
  const float height = std::max(1.0F, size.y - status);
  const float panel = state.panel_open ? std::min(style.px(kPanelWidth), size.x * 0.5F) : 0;
  const float timeline = state.timeline_open ? std::min(style.px(kTimelineHeight), height / 2) : 0;
  const float time = state.time_open ? std::min(style.px(kTimeHeight), height / 3) : 0;
  const float width = std::max(1.0F, size.x - panel);
  return {.picture = {0, 0, width, height - timeline - time},
          .time = {0, height - timeline - time, width, time},
          .timeline = {0, height - timeline, width, timeline},
          .panel = {size.x - panel, 0, panel, height},
          .status = {0, height, size.x, status}};
}

}  // namespace

struct Ui::Impl {
  UiOptions options;
  Style style;
  app::Theme theme = app::Theme::dark;
  UiState state;
  Inspector inspector;
  FileDialog files;
  render::PictureView picture_view;
  PicturePanel picture;
  ExplorePanel explore;
  StylePanel styles;
  LayersPanel layers;
  TimePanel time;
  TimelinePanel timeline;
  TrainPanel train;
  MetricsPanel metrics;
  RecordPanel record;
  SettingsPanel settings;

  explicit Impl(UiOptions o) : options(std::move(o)) {}

  void restyle(const app::Settings& wanted, float monitor_scale) {
    const float scale = wanted.ui_scale > 0 ? static_cast<float>(wanted.ui_scale) : monitor_scale;
    if (style.regular != nullptr && wanted.theme == theme && scale == style.scale) return;
    theme = wanted.theme;
    if (apply_style(style, theme, scale)) ImGui_ImplOpenGL3_DestroyFontsTexture();
  }

  void begin(const UiFrame& frame) {
    ImGui_ImplOpenGL3_NewFrame();
    ImGuiIO& io = ImGui::GetIO();
    if (options.window != nullptr) {
      ImGui_ImplGlfw_NewFrame();
    } else {
      io.DisplaySize = {static_cast<float>(frame.window.width), static_cast<float>(frame.window.height)};
      io.DisplayFramebufferScale = {1, 1};
    }
    io.DeltaTime = static_cast<float>(std::clamp(frame.seconds, 1e-4, 0.5));
    ImGui::NewFrame();
  }

  void draw_side_panel(const UiContext& ui, const render::Rectangle& area) {
    static constexpr const char* kTabs[] = {"Explore", "Style", "Layers", "Train", "Metrics", "Record", "Settings"};
    ImGui::SetNextWindowPos({area.x, area.y});
    ImGui::SetNextWindowSize({area.width, area.height});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
    ImGui::Begin("side", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings);
    ImGui::PopStyleVar();
    ImGui::GetWindowDrawList()->AddLine({area.x, area.y}, {area.x, area.y + area.height}, style.palette.line);
    int tab = static_cast<int>(state.tab);
    segmented(ui, "tab", kTabs, tab, "");
    state.tab = static_cast<Tab>(tab);
    for (int i = 0; i < static_cast<int>(std::size(kTabs)); ++i)
      inspector.add(fmt::format("tab.{}", to_string(static_cast<Tab>(i))),
                    inspector.widgets().at(fmt::format("tab.{}", i)));
    ImGui::Dummy({0, ui.px(4)});
    ImGui::BeginChild(kTabs[tab], {0, 0}, false);
    switch (state.tab) {
      case Tab::explore:
        explore.draw(ui);
        break;
      case Tab::style:
        styles.draw(ui);
        break;
      case Tab::layers:
        layers.draw(ui);
        break;
      case Tab::train:
        train.draw(ui);
        break;
      case Tab::metrics:
        metrics.draw(ui);
        break;
      case Tab::record:
        record.draw(ui);
        break;
      case Tab::settings:
        settings.draw(ui);
        break;
    }
    ImGui::EndChild();
    ImGui::End();
  }

  /// The picture lies under ImGui's windows, so it is drawn first, with the rectangle of this frame.
  void draw_picture(const UiFrame& frame, const Layout& layout, const app::ViewModel& view,
                    const render::PictureTexture& texture) {
    const render::Colour background = to_colour(style.palette.canvas);
    if (!texture.texture()) {
      render::clear(background[0], background[1], background[2]);
      return;
    }
    const float ratio = static_cast<float>(frame.surface.width) / static_cast<float>(std::max(1, frame.window.width));
    const auto pixels = [&](const render::Rectangle& r) {
      return render::Rectangle{r.x * ratio, r.y * ratio, r.width * ratio, r.height * ratio};
    };
    picture_view.draw(texture.texture(), {.surface = frame.surface,
                                          .area = pixels(layout.picture),
                                          .rectangle = pixels(picture.rectangle()),
                                          .columns = view.frame ? view.frame->columns : 1,
                                          .rows = view.frame ? view.frame->rows : 1,
                                          .smooth = view.state->view.smooth,
                                          .unit = std::max(1.0F, style.scale),
                                          .background = background,
                                          .border = to_colour(style.palette.line),
                                          .shadow = theme == app::Theme::dark ? 0.55F : 0.22F});
  }
};

Ui::Ui(UiOptions options) {
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.ConfigWindowsMoveFromTitleBarOnly = true;
  impl_ = std::make_unique<Impl>(std::move(options));
  if (impl_->options.window != nullptr) ImGui_ImplGlfw_InitForOpenGL(impl_->options.window, true);
  ImGui_ImplOpenGL3_Init("#version 330 core");
}

Ui::~Ui() {
  impl_->train = {};  // their textures go with the context
  impl_->explore = {};
  impl_->styles = {};
  impl_->picture = {};
  ImGui_ImplOpenGL3_Shutdown();
  if (impl_->options.window != nullptr) ImGui_ImplGlfw_Shutdown();
  ImGui::DestroyContext();
}

void Ui::frame(const UiFrame& frame, const app::ViewModel& view, app::CommandSink& sink,
               const render::PictureTexture& picture) {
  impl_->restyle(view.state->settings, frame.monitor_scale);
  impl_->begin(frame);
  impl_->inspector.begin_frame();
  const UiContext ui{
      view, sink, impl_->inspector, impl_->style, impl_->options.hooks, impl_->state, [this](FileRequest request) {
        impl_->files.open(std::move(request));
      }};
  const Layout layout = lay_out(impl_->style, ImGui::GetIO().DisplaySize, impl_->state);
  ImGui::PushFont(impl_->style.regular);
  run_shortcuts(ui, frame.keys);
  impl_->picture.draw(ui, layout.picture, picture.size());
  if (impl_->state.panel_open) impl_->draw_side_panel(ui, layout.panel);
  if (impl_->state.time_open) impl_->time.draw(ui, layout.time);
  if (impl_->state.timeline_open) impl_->timeline.draw(ui, layout.timeline);
  draw_status_bar(ui, layout.status);
  draw_notices(ui, layout.picture);
  draw_keyboard_map(ui);
  impl_->files.draw(ui);
  draw_quit_question(ui);
  ImGui::PopFont();
  ImGui::Render();
  impl_->draw_picture(frame, layout, view, picture);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

const Inspector& Ui::inspector() const {
  return impl_->inspector;
}

UiState& Ui::state() {
  return impl_->state;
}

bool Ui::restless(const app::ViewModel& view) const {
  return !view.notices.empty() || view.record.recording || view.render.busy || view.search.busy ||
         ImGui::GetIO().WantTextInput || ImGui::IsAnyMouseDown();
}

const char* to_string(Tab tab) {
  switch (tab) {
    case Tab::explore:
      return "explore";
    case Tab::style:
      return "style";
    case Tab::layers:
      return "layers";
    case Tab::train:
      return "train";
    case Tab::metrics:
      return "metrics";
    case Tab::record:
      return "record";
    case Tab::settings:
      return "settings";
  }
  return "";
}

}  // namespace ganvas::ui
