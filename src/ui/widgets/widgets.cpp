#include "ui/widgets/widgets.h"

#include <fmt/format.h>
#include <imgui_stdlib.h>  // needs imgui.h before it

#include <algorithm>
#include <cmath>

namespace ganvas::ui {
namespace {

constexpr double kTipDelay = 0.45;  // seconds of rest

/// The mouse has rested on the last item for a while.
bool rested() {
  static ImVec2 place;  // the ImGui context, and so this, belongs to the UI thread
  static double since = 0;
  if (!ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) return false;
  const ImVec2 here = ImGui::GetItemRectMin();
  if (here.x != place.x || here.y != place.y || ImGui::IsAnyMouseDown()) {
    place = here;
    since = ImGui::GetTime();
  }
  return ImGui::GetTime() - since > kTipDelay;
}

struct Shades {
  ImU32 fill;
  ImU32 text;
};

Shades button_shades(const UiContext& ui, const ButtonOptions& options) {
  const Palette& p = ui.palette();
  const bool hovered = options.enabled && ImGui::IsItemHovered();
  const bool held = options.enabled && ImGui::IsItemActive();
  ImU32 fill = p.raised;
  ImU32 text = p.text;
  if (options.kind == ButtonKind::primary) fill = p.accent;
  if (options.kind == ButtonKind::danger) fill = p.bad;
  if (options.kind == ButtonKind::primary || options.kind == ButtonKind::danger) text = p.on_accent;
  if (options.kind == ButtonKind::ghost) {
    fill = hovered ? p.raised : IM_COL32(0, 0, 0, 0);
    text = hovered ? p.text : p.dim;
  } else if (hovered) {
    fill = options.kind == ButtonKind::normal ? p.hovered : blend(fill, IM_COL32_WHITE, 0.12F);
  }
  if (options.on) {
    fill = faded(p.accent, hovered ? 0.34F : 0.24F);
    text = blend(p.accent, p.text, 0.35F);
  }
  if (held) fill = blend(fill, p.canvas, 0.25F);
  if (!options.enabled) return {faded(p.raised, options.kind == ButtonKind::ghost ? 0.0F : 0.6F), faded(p.dim, 0.55F)};
  return {fill, text};
}

}  // namespace

float badge(const UiContext& ui, ImVec2 at, const std::string& text, ImU32 dot) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  ImGui::PushFont(ui.style.small_font);
  const ImVec2 size = ImGui::CalcTextSize(text.c_str());
  const float dot_room = dot != 0 ? ui.px(16) : 0;
  const ImVec2 high{at.x + size.x + dot_room + ui.px(20), at.y + size.y + ui.px(12)};
  list->AddRectFilled(at, high, IM_COL32(16, 18, 23, 205), ui.px(7));
  if (dot != 0) list->AddCircleFilled({at.x + ui.px(16), (at.y + high.y) / 2}, ui.px(4), dot);
  list->AddText({at.x + ui.px(10) + dot_room, at.y + ui.px(6)}, IM_COL32(236, 239, 245, 255), text.c_str());
  ImGui::PopFont();
  return high.x;
}

void surface(const char* name, ImVec2 size) {
#if IMGUI_VERSION_NUM >= 18970
  ImGui::SetNextItemAllowOverlap();
#endif
  ImGui::InvisibleButton(
      name, size,
      ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight | ImGuiButtonFlags_MouseButtonMiddle);
#if IMGUI_VERSION_NUM < 18970
  ImGui::SetItemAllowOverlap();
#endif
}

void finish_item(const UiContext& ui, const std::string& id, const char* tip) {
  const ImVec2 low = ImGui::GetItemRectMin();
  const ImVec2 size = ImGui::GetItemRectSize();
  if (ImGui::IsItemVisible()) ui.inspector.add(id, {low.x, low.y, size.x, size.y});
  if (*tip == '\0' || !rested()) return;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(10), ui.px(7)});
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(ui.px(320));
  ImGui::PushFont(ui.style.small_font);
  ImGui::TextUnformatted(tip);
  ImGui::PopFont();
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

bool button(const UiContext& ui, const char* id, const char* label, const ButtonOptions& options) {
  const ImVec2 text_size = ImGui::CalcTextSize(label);
  const bool has_icon = options.icon != Icon::none;
  const float icon_room = has_icon ? ui.px(*label == '\0' ? 14 : 20) : 0;
  const float content = text_size.x + icon_room;
  const float width = options.width > 0 ? options.width : content + ui.px(24);
  const ImVec2 size(width, ImGui::GetFrameHeight());
  ImGui::PushID(id);
  const bool pressed = ImGui::InvisibleButton("button", size) && options.enabled;
  ImGui::PopID();
  const Shades shades = button_shades(ui, options);
  const ImVec2 at = ImGui::GetItemRectMin();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(at, {at.x + size.x, at.y + size.y}, shades.fill, ui.px(6));
  float x = at.x + (size.x - content) / 2;
  const float middle = at.y + size.y / 2;
  if (has_icon) draw_icon(list, options.icon, {x + ui.px(7), middle}, ui.px(15), shades.text);
  list->AddText({std::round(x + icon_room), std::round(middle - text_size.y / 2)}, shades.text, label);
  finish_item(ui, id, options.tip);
  return pressed;
}

bool icon_button(const UiContext& ui, const std::string& id, Icon icon, const ButtonOptions& options) {
  const float side = options.width > 0 ? options.width : ImGui::GetFrameHeight();
  ImGui::PushID(id.c_str());
  const bool pressed = ImGui::InvisibleButton("button", {side, side}) && options.enabled;
  ImGui::PopID();
  const Shades shades = button_shades(ui, options);
  const ImVec2 at = ImGui::GetItemRectMin();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(at, {at.x + side, at.y + side}, shades.fill, ui.px(6));
  draw_icon(list, icon, {at.x + side / 2, at.y + side / 2}, side * 0.54F, shades.text);
  finish_item(ui, id, options.tip);
  return pressed;
}

bool toggle(const UiContext& ui, const char* id, const char* label, bool& on, const char* tip) {
  const Palette& p = ui.palette();
  const float height = ImGui::GetFrameHeight();
  const ImVec2 track(ui.px(34), ui.px(19));
  const ImVec2 text_size = ImGui::CalcTextSize(label);
  ImGui::PushID(id);
  const bool pressed = ImGui::InvisibleButton("toggle", {track.x + ui.px(10) + text_size.x, height});
  ImGui::PopID();
  if (pressed) on = !on;
  const ImVec2 at = ImGui::GetItemRectMin();
  const float top = at.y + (height - track.y) / 2;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImU32 off = ImGui::IsItemHovered() ? p.hovered : p.raised;
  list->AddRectFilled({at.x, top}, {at.x + track.x, top + track.y}, on ? p.accent : off, track.y / 2);
  const float radius = track.y / 2 - ui.px(3);
  const float knob = on ? at.x + track.x - track.y / 2 : at.x + track.y / 2;
  list->AddCircleFilled({knob, top + track.y / 2}, radius, on ? p.on_accent : p.dim);
  list->AddText({at.x + track.x + ui.px(10), std::round(at.y + (height - text_size.y) / 2)}, p.text, label);
  finish_item(ui, id, tip);
  return pressed;
}

bool segmented(const UiContext& ui, const char* id, std::span<const char* const> choices, int& chosen, const char* tip,
               float width) {
  const Palette& p = ui.palette();
  if (width <= 0) width = ImGui::GetContentRegionAvail().x;
  const float each = width / static_cast<float>(choices.size());
  const float height = ImGui::GetFrameHeight();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(at, {at.x + width, at.y + height}, p.raised, ui.px(7));
  const int before = chosen;  // drawn as chosen in this frame
  for (int i = 0; i < static_cast<int>(choices.size()); ++i) {
    const float x = at.x + each * static_cast<float>(i);
    ImGui::SetCursorScreenPos({x, at.y});
    ImGui::PushID(id);
    ImGui::PushID(i);
    if (ImGui::InvisibleButton("choice", {each, height})) chosen = i;
    ImGui::PopID();
    ImGui::PopID();
    const float gap = ui.px(2.5F);
    if (before == i) {
      list->AddRectFilled({x + gap, at.y + gap}, {x + each - gap, at.y + height - gap}, p.accent, ui.px(5));
    }
    const ImVec2 text_size = ImGui::CalcTextSize(choices[static_cast<std::size_t>(i)]);
    const ImU32 colour = before == i ? p.on_accent : ImGui::IsItemHovered() ? p.text : p.dim;
    list->AddText({std::round(x + (each - text_size.x) / 2), std::round(at.y + (height - text_size.y) / 2)}, colour,
                  choices[static_cast<std::size_t>(i)]);
    finish_item(ui, fmt::format("{}.{}", id, i), tip);
  }
  return chosen != before;
}

namespace {

/// What moves the last item, a slider, from outside; opens by a right click.
void outside_menu(const UiContext& ui, const std::string& target) {
  const app::InputControls& inputs = ui.document().inputs;
  const bool bound = std::any_of(inputs.bindings.begin(), inputs.bindings.end(),
                                 [&](const app::Binding& binding) { return binding.target == target; });
  const bool learning = ui.view.inputs.learning == target;
  if (bound || learning) {
    const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
    ImGui::GetWindowDrawList()->AddCircleFilled({high.x - ui.px(3), low.y + ui.px(5)}, ui.px(2.5F),
                                                learning ? ui.palette().warn : ui.palette().good);
  }
  if (!ImGui::BeginPopupContextItem("##outside")) return;
  if (ImGui::MenuItem(learning ? "Stop learning" : "Learn: now move a knob, a fader or a key"))
    ui.sink.send(app::command::LearnInput{learning ? "" : target});
  for (const app::Binding& binding : inputs.bindings)
    if (binding.target == target)
      ImGui::TextDisabled("%s, %.3g to %.3g", binding.source.c_str(), binding.low, binding.high);
  for (const auto& [source, value] : ui.view.inputs.heard)
    if (source.starts_with("audio") && ImGui::MenuItem(fmt::format("Follow {}", source).c_str()))
      ui.sink.send(app::command::LearnInput{target, source});
  if (bound && ImGui::MenuItem("Forget")) ui.sink.send(app::command::ForgetInput{target});
  if (!inputs.osc && !inputs.midi && inputs.audio.empty())
    ImGui::TextDisabled("Nothing listens yet: see Settings, Control");
  ImGui::EndPopup();
}

}  // namespace

bool slider(const UiContext& ui, const std::string& id, double& value, const SliderOptions& options) {
  const Palette& p = ui.palette();
  const float value_width = ui.px(58);
  const float width = (options.width > 0 ? options.width : ImGui::GetContentRegionAvail().x) - value_width - ui.px(6);
  const float height = ImGui::GetFrameHeight();
  const double before = value;
  ImGui::PushID(id.c_str());
  ImGui::InvisibleButton("track", {std::max(width, 1.0F), height});
  const ImVec2 at = ImGui::GetItemRectMin();
  const float radius = ui.px(6.5F);
  const float begin = at.x + radius;
  const float extent = width - 2 * radius;
  const bool hot = ImGui::IsItemHovered() || ImGui::IsItemActive();
  if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
    value = options.neutral;
  } else if (ImGui::IsItemActive() && ImGui::GetIO().MouseDownDuration[0] >= 0 &&
             !ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
    const ImVec2 moved = ImGui::GetIO().MouseDelta;
    if (ImGui::IsItemActivated() || moved.x != 0 || moved.y != 0) {
      const double part = std::clamp((ImGui::GetIO().MousePos.x - begin) / extent, 0.0F, 1.0F);
      value = options.low + part * (options.high - options.low);
      if (options.step > 0) value = options.low + std::round((value - options.low) / options.step) * options.step;
    }
  }
  const auto x_of = [&](double v) {
    const double part = std::clamp((v - options.low) / (options.high - options.low), 0.0, 1.0);
    return begin + extent * static_cast<float>(part);
  };
  const float middle = at.y + height / 2;
  const float half = ui.px(2);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled({begin - radius / 2, middle - half}, {begin + extent + radius / 2, middle + half},
                      hot ? p.hovered : p.raised, half);
  const ImU32 colour = options.strong ? p.accent : faded(p.dim, 0.75F);
  const float from = std::min(x_of(options.neutral), x_of(value));
  const float to = std::max(x_of(options.neutral), x_of(value));
  list->AddRectFilled({from, middle - half}, {to, middle + half}, colour, half);
  list->AddCircleFilled({x_of(value), middle}, radius * (hot ? 1.0F : 0.85F),
                        hot && options.strong ? colour : blend(colour, p.text, 0.2F));
  finish_item(ui, id, options.tip);
  if (!options.target.empty()) outside_menu(ui, options.target);
  ImGui::SameLine(0, ui.px(6));
  ImGui::SetNextItemWidth(value_width);
  ImGui::PushStyleColor(ImGuiCol_FrameBg, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ui.px(4), ImGui::GetStyle().FramePadding.y});
  const bool own_limits = options.hard_low < options.hard_high;
  const double low = own_limits ? options.hard_low : options.low;
  const double high = own_limits ? options.hard_high : options.high;
  const double speed = options.step > 0 ? options.step / 4 : (options.high - options.low) / 400;
  ImGui::DragScalar("##value", ImGuiDataType_Double, &value, static_cast<float>(speed), &low, &high, options.format,
                    ImGuiSliderFlags_AlwaysClamp);
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
  finish_item(ui, id + ".value", "Drag, or double-click to type a value");
  ImGui::PopID();
  return value != before;
}

bool text_field(const UiContext& ui, const char* id, std::string& text, const char* hint, const char* tip,
                float width) {
  ImGui::SetNextItemWidth(width > 0 ? width : ImGui::GetContentRegionAvail().x);
  ImGui::PushID(id);
  const bool entered = ImGui::InputTextWithHint("##field", hint, &text, ImGuiInputTextFlags_EnterReturnsTrue);
  const bool left = ImGui::IsItemDeactivatedAfterEdit();
  ImGui::PopID();
  finish_item(ui, id, tip);
  return entered || left;
}

bool choice(const UiContext& ui, const char* id, std::span<const std::string> entries, std::string& chosen,
            const char* tip, float width) {
  bool changed = false;
  ImGui::SetNextItemWidth(width > 0 ? width : ImGui::GetContentRegionAvail().x);
  ImGui::PushID(id);
  const bool open = ImGui::BeginCombo("##choice", chosen.c_str());
  if (!open) finish_item(ui, id, tip);
  if (open) {
    for (const std::string& entry : entries) {
      if (ImGui::Selectable(entry.c_str(), entry == chosen) && entry != chosen) {
        chosen = entry;
        changed = true;
      }
      finish_item(ui, fmt::format("{}.{}", id, entry), "");
    }
    ImGui::EndCombo();
  }
  ImGui::PopID();
  return changed;
}

void heading(const UiContext& ui, const char* text) {
  ImGui::Dummy({0, ui.px(4)});
  ImGui::PushFont(ui.style.bold);
  ImGui::TextUnformatted(text);
  ImGui::PopFont();
}

void label(const UiContext& ui, const char* text) {
  ImGui::AlignTextToFramePadding();
  ImGui::PushStyleColor(ImGuiCol_Text, ui.palette().dim);
  ImGui::TextUnformatted(text);
  ImGui::PopStyleColor();
  ImGui::SameLine(ui.px(96));
}

void dim_text(const UiContext& ui, const std::string& text) {
  ImGui::PushStyleColor(ImGuiCol_Text, ui.palette().dim);
  ImGui::PushFont(ui.style.small_font);
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopTextWrapPos();
  ImGui::PopFont();
  ImGui::PopStyleColor();
}

void progress_bar(const UiContext& ui, double part, ImU32 colour, float width) {
  if (width <= 0) width = ImGui::GetContentRegionAvail().x;
  const float height = ui.px(6);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(at, {at.x + width, at.y + height}, ui.palette().raised, height / 2);
  const float filled = width * static_cast<float>(std::clamp(part, 0.0, 1.0));
  if (filled > 1) list->AddRectFilled(at, {at.x + std::max(filled, height), at.y + height}, colour, height / 2);
  ImGui::Dummy({width, height});
}

std::string fitted(std::string text, float width) {
  if (ImGui::CalcTextSize(text.c_str()).x <= width) return text;
  const float room = width - ImGui::CalcTextSize("…").x;
  while (!text.empty() && ImGui::CalcTextSize(text.c_str()).x > room) {
    // A character may be several bytes; the ones after the first begin with bits 10.
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) text.pop_back();
    if (!text.empty()) text.pop_back();
  }
  return text + "…";
}

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (int i = static_cast<int>(digits.size()) - 3; i > (number < 0 ? 1 : 0); i -= 3) {
    digits.insert(static_cast<std::size_t>(i), ",");
  }
  return digits;
}

std::string human_seconds(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::max(0.0, std::round(seconds)));
  if (whole >= 3600) return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
  return whole >= 60 ? fmt::format("{} min {:02} s", whole / 60, whole % 60) : fmt::format("{} s", whole);
}

const char* state_text(train::SessionState state) {
  switch (state) {
    case train::SessionState::idle:
      return "Ready";
    case train::SessionState::starting:
      return "Starting";
    case train::SessionState::running:
      return "Training";
    case train::SessionState::paused:
      return "Paused";
    case train::SessionState::saving:
      return "Saving";
    case train::SessionState::stopping:
      return "Stopping";
    case train::SessionState::stopped:
      return "Stopped";
    case train::SessionState::finished:
      return "Finished";
    case train::SessionState::failed:
      return "Failed";
  }
  return "";
}

bool training_active(train::SessionState state) {
  return state == train::SessionState::starting || state == train::SessionState::running ||
         state == train::SessionState::paused || state == train::SessionState::saving ||
         state == train::SessionState::stopping;
}

}  // namespace ganvas::ui
