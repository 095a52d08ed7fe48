#include "ui/ui.h"

#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "ui/panels/panels.h"
#include "ui/panels/picture/overlays.h"
#include "ui/panels/picture/picture.h"
#include "ui/panels/picture/pixel_filter.h"
#include "ui/shortcuts.h"
#include "ui/widgets/file_dialog.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {
namespace {

constexpr float kPanelWidth = 408;  // design pixels

struct Strip {
  Panel* panel;
  render::Rectangle area;
};

/// Areas of the window in ImGui's coordinates.
struct Layout {
  render::Rectangle picture;
  std::vector<Strip> strips;  ///< those that are open, below the picture
  render::Rectangle side;
  render::Rectangle status;
};

Layout lay_out(const Style& style, ImVec2 size, const UiState& state, const PanelList& panels) {
  const float height = std::max(1.0F, size.y - style.px(kStatusHeight));
  const float side = state.panel_open ? std::min(style.px(kPanelWidth), size.x * 0.5F) : 0;
  Layout layout{.picture = {0, 0, std::max(1.0F, size.x - side), height},
                .side = {size.x - side, 0, side, height},
                .status = {0, height, size.x, style.px(kStatusHeight)}};
  for (const auto& panel : panels) {
    const PanelInfo& info = panel->info();
    if (info.place != PanelPlace::strip || !state.open.contains(info.name)) continue;
    const float strip = std::min(style.px(info.size), layout.picture.height / 2);
    layout.picture.height -= strip;
    layout.strips.push_back({panel.get(), {0, layout.picture.height, layout.picture.width, strip}});
  }
  return layout;
}

/// An ImGui window that fills `area`; ImGui::End() ends it.
void begin_area(const char* name, const render::Rectangle& area) {
  ImGui::SetNextWindowPos({area.x, area.y});
  ImGui::SetNextWindowSize({area.width, area.height});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::Begin(name, nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings);
  ImGui::PopStyleVar();
}

void draw_strip(const UiContext& ui, const Strip& strip) {
  const render::Rectangle& area = strip.area;
  const std::string& name = strip.panel->info().name;
  begin_area(name.c_str(), area);
  ImGui::GetWindowDrawList()->AddLine({area.x, area.y}, {area.x + area.width, area.y}, ui.palette().line);
  ui.inspector.add(name, area);
  strip.panel->draw(ui);
  ImGui::End();
}

void draw_overlay(const UiContext& ui, Panel& panel) {
  const PanelInfo& info = panel.info();
  ImGui::SetNextWindowPos(ImGui::GetMainViewport()->GetCenter(), ImGuiCond_Always, {0.5F, 0.5F});
  ImGui::SetNextWindowSize({ui.px(info.size), 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
  ImGui::Begin(info.name.c_str(), nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoMove);
  ImGui::PopStyleVar();
  ImGui::PushFont(ui.style.large);
  ImGui::TextUnformatted(info.title);
  ImGui::PopFont();
  ImGui::SameLine(ImGui::GetContentRegionMax().x - ImGui::GetFrameHeight());
  if (icon_button(ui, info.name + ".close", Icon::close, {.kind = ButtonKind::ghost, .tip = "Close (Esc)"}))
    ui.state.open.erase(info.name);
  panel.draw(ui);
  ImGui::End();
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
  PanelList panels = make_panels();
  std::vector<KeyRow> keys = keyboard_map(panels);

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
    std::vector<Panel*> tabs;
    std::vector<const char*> titles;
    int shown = 0;
    for (const auto& panel : panels) {
      if (panel->info().place != PanelPlace::tab) continue;
      if (panel->info().name == state.tab) shown = static_cast<int>(tabs.size());
      tabs.push_back(panel.get());
      titles.push_back(panel->info().title);
    }
    begin_area("side", area);
    ImGui::GetWindowDrawList()->AddLine({area.x, area.y}, {area.x, area.y + area.height}, style.palette.line);
    segmented(ui, "tab", titles, shown, "");
    for (std::size_t i = 0; i < tabs.size(); ++i)
      inspector.add("tab." + tabs[i]->info().name, inspector.widgets().at(fmt::format("tab.{}", i)));
    Panel& tab = *tabs[static_cast<std::size_t>(shown)];
    state.tab = tab.info().name;
    ImGui::Dummy({0, ui.px(4)});
    ImGui::BeginChild(tab.info().title, {0, 0}, false);
    tab.draw(ui);
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
                                          .smooth = blends_pixels(view, pixels(picture.rectangle()), texture.size()),
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
  impl_->panels.clear();  // their textures go with the context
  impl_->picture = {};
  ImGui_ImplOpenGL3_Shutdown();
  if (impl_->options.window != nullptr) ImGui_ImplGlfw_Shutdown();
  ImGui::DestroyContext();
}

void Ui::frame(const UiFrame& frame, const app::ViewModel& view, app::CommandSink& sink,
               const render::PictureTexture& picture) {
  impl_->restyle(*view.settings, frame.monitor_scale);
  impl_->begin(frame);
  impl_->inspector.begin_frame();
  const UiContext ui{.view = view,
                     .sink = sink,
                     .inspector = impl_->inspector,
                     .style = impl_->style,
                     .hooks = impl_->options.hooks,
                     .state = impl_->state,
                     .ask_file = [this](FileRequest request) { impl_->files.open(std::move(request)); },
                     .panels = impl_->panels,
                     .keys = impl_->keys};
  run_shortcuts(ui, frame.keys);
  const Layout layout = lay_out(impl_->style, ImGui::GetIO().DisplaySize, impl_->state, impl_->panels);
  ImGui::PushFont(impl_->style.regular);
  impl_->picture.draw(ui, layout.picture, picture.size());
  if (impl_->state.panel_open) impl_->draw_side_panel(ui, layout.side);
  for (const Strip& strip : layout.strips) draw_strip(ui, strip);
  draw_status_bar(ui, layout.status);
  draw_notices(ui, layout.picture);
  for (const auto& panel : impl_->panels)
    if (panel->info().place == PanelPlace::overlay && impl_->state.open.contains(panel->info().name))
      draw_overlay(ui, *panel);
  impl_->files.draw(ui);
  draw_unsaved_question(ui);
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

}  // namespace ganvas::ui
