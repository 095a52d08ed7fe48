#include "ui/panels/style/style.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

void draw_model_mixing(const UiContext& ui) {
  heading(ui, "Mix with a model");
  app::ModelMix mix = ui.document().mix;
  const bool training = ui.view.model.training;
  const float half = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
  const std::string name = mix.path.empty() ? "Choose…" : mix.path.substr(mix.path.find_last_of('/') + 1);
  if (button(ui, "mix.open", fitted(name, half - ui.px(30)).c_str(),
             {.icon = Icon::folder,
              .enabled = !training,
              .width = half,
              .tip = training ? "A model in training is not mixed; show a file"
                              : "Another model of the same family and size"})) {
    ui.ask_file({.title = "Model to mix in",
                 .action = "Choose",
                 .extensions = {".safetensors", ".pt", ".pth", ".pkl"},
                 .runs = true,
                 .done = [&sink = ui.sink, mix](const std::string& path) {
                   app::ModelMix next = mix;
                   next.path = path;
                   if (next.coarse == 0 && next.fine == 0) next.coarse = next.fine = 0.5;
                   sink.send(app::command::SetModelMix{next});
                 }});
  }
  ImGui::SameLine();
  if (button(ui, "mix.save", "Save as a model",
             {.icon = Icon::save, .width = half, .tip = "Write the model on screen, mixed as it is"}))
    ui.ask_file({.title = "Save the model",
                 .action = "Save",
                 .file_name = "mixed.safetensors",
                 .extensions = {".safetensors"},
                 .save = true,
                 .done = [&sink = ui.sink](const std::string& path) { sink.send(app::command::SaveModel{path}); }});
  if (mix.path.empty()) return;
  bool changed = false;
  label(ui, "Coarse");
  changed |= slider(
      ui, "mix.coarse", mix.coarse,
      {.tip = "Weight of the other model in the mapping and the layers below the split, 0 to 1", .target = "coarse"});
  label(ui, "Fine");
  changed |= slider(ui, "mix.fine", mix.fine,
                    {.tip = "Weight of the other model in the layers from the split on, 0 to 1", .target = "fine"});
  label(ui, "Split");
  double split = mix.split;
  changed |= slider(ui, "mix.split", split,
                    {.low = 4,
                     .high = static_cast<double>(ui.view.model.resolution),
                     .neutral = 16,
                     .step = 4,
                     .format = "%.0f px",
                     .tip = "Resolution in pixels from which layers count as fine"});
  mix.split = static_cast<int>(split);
  if (changed) ui.sink.send(app::command::SetModelMix{mix});
  if (button(ui, "mix.close", "No mix", {.icon = Icon::close, .width = half, .tip = "The model by itself again"}))
    ui.sink.send(app::command::SetModelMix{});
}

}  // namespace ganvas::ui
