#pragma once
// The whole interface without a window, with a mouse and a keyboard, on a view model that a test fills.

#include <gtest/gtest.h>
#include <imgui.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "media/png.h"
#include "render/context.h"
#include "ui/fake_view.h"
#include "ui/ui.h"
#include "ui/widgets/keys.h"

namespace ganvas::test {

/// The interface on a surface of its own, with a mouse.
class Stage {
 public:
  explicit Stage(render::PixelSize size = {1280, 720}) : target_(size), ui_({.hooks = hooks()}) { target_.bind(); }

  void key(ui::Key key, bool control = false, bool shift = false) { this->key(static_cast<int>(key), control, shift); }
  void key(int key, bool control = false, bool shift = false) {
    keys_.push_back({.key = key, .control = control, .shift = shift});
    frame();
  }
  void frame(int count = 1) {
    for (int i = 0; i < count; ++i) {
      if (fake.view.frame != shown_) {
        shown_ = fake.view.frame;
        picture_.show({.pixels = shown_->pixels, .memory = shown_});
      }
      picture_.update();
      fake.view.tier = to_string(picture_.tier());
      fake.view.tier_reason = picture_.reason();
      target_.bind();
      ui_.frame({.surface = target_.size(), .window = target_.size(), .keys = std::exchange(keys_, {})}, fake.view,
                sink, picture_);
    }
  }

  void mouse(float x, float y, bool down = false) {
    ImGuiIO& io = ImGui::GetIO();
#if IMGUI_VERSION_NUM >= 18700
    io.AddMousePosEvent(x, y);
    io.AddMouseButtonEvent(0, down);
#else
    io.MousePos = {x, y};
    io.MouseDown[0] = down;
#endif
    frame();
  }
  render::Rectangle where(const std::string& widget) {
    const auto& all = ui_.inspector().widgets();
    const auto found = all.find(widget);
    EXPECT_NE(found, all.end()) << widget << " is not on screen";
    return found == all.end() ? render::Rectangle{} : found->second;
  }
  /// `part` of the widget's width from its left edge.
  void click(const std::string& widget, float part = 0.5F) {
    const render::Rectangle r = where(widget);
    const float x = r.x + part * r.width;
    const float y = r.y + r.height / 2;
    mouse(x, y);
    mouse(x, y, true);
    mouse(x, y, false);
    frame();
  }
  /// A click with the right button.
  void menu(const std::string& widget) {
    const render::Rectangle r = where(widget);
    mouse(r.x + r.width / 2, r.y + r.height / 2);
    for (const bool down : {true, false}) {
#if IMGUI_VERSION_NUM >= 18700
      ImGui::GetIO().AddMouseButtonEvent(1, down);
#else
      ImGui::GetIO().MouseDown[1] = down;
#endif
      frame();
    }
  }
  void drag(const std::string& widget, float dx, float dy) {
    const render::Rectangle r = where(widget);
    const float x = r.x + r.width / 2;
    const float y = r.y + r.height / 2;
    mouse(x, y);
    mouse(x, y, true);
    for (int i = 1; i <= 10; ++i) mouse(x + dx * static_cast<float>(i) / 10, y + dy * static_cast<float>(i) / 10, true);
    mouse(x + dx, y + dy, false);
  }
  void type(const std::string& text) {
    ImGui::GetIO().AddInputCharactersUTF8(text.c_str());
    frame();
  }
  bool has(const std::string& widget) {
    return ui_.inspector().has(widget);
  }
  ui::UiState& state() {
    return ui_.state();
  }
  Image picture() {
    return render::read_pixels(target_.size());
  }
  /// For looking at: $GANVAS_TEST_PICTURES names a folder.
  void keep(const std::string& name) {
    if (const char* folder = std::getenv("GANVAS_TEST_PICTURES")) {
      media::write_png(std::string(folder) + "/" + name + ".png", picture().view());
    }
  }

  FakeView fake;
  KeepingSink sink;
  std::string clipboard_latent;

 private:
  ui::UiHooks hooks() {
    return {.latent_to_text = [](std::span<const float> latent) { return std::to_string(latent.size()) + " numbers"; },
            .latent_from_text = [](const std::string& text) -> std::optional<std::vector<float>> {
              if (text.empty()) return std::nullopt;
              return std::vector<float>{1, 2};
            }};
  }

  render::HeadlessContext context_;
  render::RenderTarget target_;
  render::PictureTexture picture_;
  ui::Ui ui_;
  app::FramePtr shown_;
  std::vector<render::KeyPress> keys_;
};

}  // namespace ganvas::test
