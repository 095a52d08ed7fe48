#include <fmt/format.h>

#include <algorithm>

#include "ui/panels/settings/settings.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

void draw_control(const UiContext& ui) {
  heading(ui, "Control from outside");
  app::InputControls inputs = ui.document().inputs;
  bool changed =
      toggle(ui, "control.osc", "OSC", inputs.osc, "Listen to Open Sound Control over UDP, from this machine alone");
  ImGui::SameLine();
  ImGui::SetNextItemWidth(ui.px(84));
  ImGui::PushID("control.port");
  changed |= ImGui::InputInt("##port", &inputs.osc_port, 0, 0, ImGuiInputTextFlags_EnterReturnsTrue);
  ImGui::PopID();
  finish_item(ui, "control.port", "UDP port, 1 to 65535");
  inputs.osc_port = std::clamp(inputs.osc_port, 1, 65535);
  ImGui::SameLine();
  changed |=
      toggle(ui, "control.open", "other machines", inputs.osc_open, "Listen to other machines on the network too");
  changed |=
      toggle(ui, "control.midi", "MIDI", inputs.midi, "Listen to all MIDI ports, and to a virtual one called ganvas");
  ImGui::SameLine();
  bool device = inputs.audio == "device";
  if (toggle(ui, "control.device", "Sound input", device,
             "The default input: its loudness (level, low, middle, high), its onsets and beats")) {
    inputs.audio = device ? "device" : "";
    changed = true;
  }
  ImGui::SameLine();
  const bool file = !inputs.audio.empty() && !device;
  if (button(ui, "control.file", file ? "No file" : "Sound file…",
             {.on = file, .tip = "A file that plays silently, again and again: its loudness, its onsets and beats"})) {
    if (file) {
      inputs.audio.clear();
      changed = true;
    } else {
      ui.ask_file({.title = "Sound file",
                   .action = "Choose",
                   .extensions = {".wav", ".flac", ".ogg"},
                   .done = [&sink = ui.sink, inputs](const std::string& path) {
                     app::InputControls next = inputs;
                     next.audio = path;
                     sink.send(app::command::SetInputs{next});
                   }});
    }
  }
  if (changed) ui.sink.send(app::command::SetInputs{inputs});
  for (const std::string& problem : ui.view.inputs.problems) dim_text(ui, problem);
  dim_text(ui, "Right-click a slider, choose Learn, and move a knob; or choose what of the sound it follows.");
  for (const app::Binding& binding : ui.document().inputs.bindings)
    dim_text(ui, fmt::format("{} moves {}", binding.source, binding.target));
}

}  // namespace ganvas::ui
