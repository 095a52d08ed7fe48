#include "ui/widgets/style.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <initializer_list>

namespace ganvas::ui {
namespace {

constexpr ImU32 rgb(unsigned hex) {
  return IM_COL32((hex >> 16) & 255U, (hex >> 8) & 255U, hex & 255U, 255);
}

// Latin, Greek, general punctuation, arrows and mathematical operators: what the texts of the interface use.
constexpr std::array<ImWchar, 11> kGlyphs = {0x20,   0x17F,  0x370,  0x3FF,  0x2010, 0x205E,
                                             0x2190, 0x21FF, 0x2200, 0x22FF, 0};

ImFont* load_font(std::initializer_list<const char*> paths, float size) {
  ImFontConfig config;
  config.OversampleH = 2;
  config.OversampleV = 1;
  config.PixelSnapH = false;
  for (const char* path : paths) {
    if (!std::ifstream(path).is_open()) continue;  // ImGui ends the program for a file that it cannot read
    ImFont* font = ImGui::GetIO().Fonts->AddFontFromFileTTF(path, size, &config, kGlyphs.data());
    if (font != nullptr) return font;
  }
  config.SizePixels = size;
  return ImGui::GetIO().Fonts->AddFontDefault(&config);
}

void load_fonts(Style& style) {
  const auto size = [&](float design) { return std::round(design * style.scale); };
  const std::initializer_list<const char*> regular = {"/usr/share/fonts/opentype/inter/Inter-Regular.otf",
                                                      "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"};
  const std::initializer_list<const char*> bold = {"/usr/share/fonts/opentype/inter/Inter-SemiBold.otf",
                                                   "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"};
  ImGui::GetIO().Fonts->Clear();
  style.regular = load_font(regular, size(15));
  style.bold = load_font(bold, size(15));
  style.small_font = load_font(regular, size(13));
  style.large = load_font(bold, size(19));
}

void set_sizes(const Style& style) {
  ImGuiStyle& s = ImGui::GetStyle();
  s = ImGuiStyle();
  s.WindowPadding = {16, 14};
  s.FramePadding = {10, 6};
  s.ItemSpacing = {8, 7};
  s.ItemInnerSpacing = {6, 6};
  s.CellPadding = {6, 4};
  s.ScrollbarSize = 10;
  s.GrabMinSize = 10;
  s.WindowBorderSize = 0;
  s.ChildBorderSize = 0;
  s.PopupBorderSize = 1;
  s.FrameBorderSize = 0;
  s.WindowRounding = 10;
  s.ChildRounding = 8;
  s.FrameRounding = 6;
  s.PopupRounding = 8;
  s.ScrollbarRounding = 6;
  s.GrabRounding = 5;
  s.TabRounding = 6;
  s.CurveTessellationTol = 1.0F;
  s.ScaleAllSizes(style.scale);
  s.PopupBorderSize = std::max(1.0F, std::floor(style.scale));
}

void set_colours(const Palette& p) {
  ImVec4* c = ImGui::GetStyle().Colors;
  const auto set = [&](std::initializer_list<ImGuiCol> which, ImU32 colour) {
    for (const ImGuiCol i : which) c[i] = ImGui::ColorConvertU32ToFloat4(colour);
  };
  set({ImGuiCol_Text}, p.text);
  set({ImGuiCol_TextDisabled}, p.dim);
  set({ImGuiCol_WindowBg, ImGuiCol_MenuBarBg, ImGuiCol_TitleBg, ImGuiCol_TitleBgActive}, p.panel);
  set({ImGuiCol_PopupBg}, blend(p.panel, p.raised, 0.5F));
  set({ImGuiCol_ChildBg, ImGuiCol_ScrollbarBg, ImGuiCol_BorderShadow}, 0);
  set({ImGuiCol_Border, ImGuiCol_Separator, ImGuiCol_TableBorderLight, ImGuiCol_TableBorderStrong}, p.line);
  set({ImGuiCol_FrameBg, ImGuiCol_Button, ImGuiCol_Header}, p.raised);
  set({ImGuiCol_FrameBgHovered, ImGuiCol_FrameBgActive, ImGuiCol_ButtonHovered, ImGuiCol_ButtonActive,
       ImGuiCol_HeaderHovered, ImGuiCol_HeaderActive},
      p.hovered);
  set({ImGuiCol_ScrollbarGrab}, p.hovered);
  set({ImGuiCol_ScrollbarGrabHovered, ImGuiCol_ScrollbarGrabActive}, faded(p.dim, 0.7F));
  set({ImGuiCol_CheckMark, ImGuiCol_SliderGrab, ImGuiCol_SliderGrabActive, ImGuiCol_NavHighlight}, p.accent);
  set({ImGuiCol_TextSelectedBg}, faded(p.accent, 0.35F));
  set({ImGuiCol_ModalWindowDimBg}, IM_COL32(0, 0, 0, 130));
}

}  // namespace

Palette palette_of(app::Theme theme) {
  if (theme == app::Theme::dark) {
    return {.canvas = rgb(0x0E1014),
            .panel = rgb(0x16191F),
            .raised = rgb(0x232833),
            .hovered = rgb(0x303644),
            .line = rgb(0x2A2F3A),
            .text = rgb(0xE7EAF0),
            .dim = rgb(0x8D95A5),
            .accent = rgb(0x7288FF),
            .on_accent = rgb(0xFFFFFF),
            .good = rgb(0x43C08A),
            .warn = rgb(0xE6A94C),
            .bad = rgb(0xF2616B),
            .second = rgb(0xF2A65A)};
  }
  return {.canvas = rgb(0xE4E7ED),
          .panel = rgb(0xFBFCFD),
          .raised = rgb(0xECEFF4),
          .hovered = rgb(0xDDE2EB),
          .line = rgb(0xD9DEE7),
          .text = rgb(0x1C2028),
          .dim = rgb(0x667084),
          .accent = rgb(0x4C63E6),
          .on_accent = rgb(0xFFFFFF),
          .good = rgb(0x1E9A66),
          .warn = rgb(0xB97A16),
          .bad = rgb(0xD23B48),
          .second = rgb(0xDB7B1E)};
}

render::Colour to_colour(ImU32 colour) {
  const ImVec4 c = ImGui::ColorConvertU32ToFloat4(colour);
  return {c.x, c.y, c.z};
}

ImU32 faded(ImU32 colour, float opacity) {
  ImVec4 c = ImGui::ColorConvertU32ToFloat4(colour);
  c.w *= opacity;
  return ImGui::ColorConvertFloat4ToU32(c);
}

ImU32 blend(ImU32 a, ImU32 b, float t) {
  const ImVec4 x = ImGui::ColorConvertU32ToFloat4(a);
  const ImVec4 y = ImGui::ColorConvertU32ToFloat4(b);
  return ImGui::ColorConvertFloat4ToU32(
      {x.x + (y.x - x.x) * t, x.y + (y.y - x.y) * t, x.z + (y.z - x.z) * t, x.w + (y.w - x.w) * t});
}

bool apply_style(Style& style, app::Theme theme, float scale) {
  const bool fonts_change = style.regular == nullptr || style.scale != scale;
  style.scale = scale;
  style.palette = palette_of(theme);
  set_sizes(style);
  set_colours(style.palette);
  if (fonts_change) load_fonts(style);
  return fonts_change;
}

}  // namespace ganvas::ui
