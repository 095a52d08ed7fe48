#include "ui/panels/style/style.h"

#include <fmt/format.h>

#include <algorithm>

#include "ui/widgets/parameter_slider.h"

namespace ganvas::ui {
namespace {

constexpr const char* kNoiseModes[] = {"const", "random", "none"};

}  // namespace

void StylePanel::draw(const UiContext& ui) {
  draw_synthesis(ui);
  if (ui.view.model.placeable) {
    heading(ui, "Placement");
    parameter_group(ui, "Placement");
  }
  if (ui.view.model.c_dim > 0) draw_classes(ui);
  draw_mixing(ui);
  sliders_.draw(ui);
  directions_.draw(ui);
  projection_.draw(ui);
  draw_model_mixing(ui);
}

void StylePanel::draw_synthesis(const UiContext& ui) {
  const latent::StyleControls& style = ui.document().latent.style;
  const app::ModelView& model = ui.view.model;
  heading(ui, "Synthesis");
  parameter_group(ui, "Synthesis");
  const auto rows = static_cast<double>(model.style_rows.size());
  if (rows > 1) {
    label(ui, "Cutoff");
    SliderOptions options = parameter_options("cutoff");  // of the model's rows; all of them is -1
    options.high = options.neutral = options.hard_high = rows;
    options.hard_low = 0;
    options.step = 1;
    double cutoff = style.cutoff < 0 ? rows : style.cutoff;
    if (slider(ui, "style.cutoff", cutoff, options))
      ui.sink.send(app::command::SetCutoff{cutoff >= rows ? -1 : static_cast<int>(cutoff)});
  }
  if (model.noise_layers == 0) return;
  label(ui, "Noise");
  static constexpr const char* kNames[] = {"Fixed", "Random", "Off"};
  latent::NoiseControls noise = style.noise;
  int mode = noise.mode == "const" ? 0 : noise.mode == "random" ? 1 : 2;
  if (segmented(ui, "style.noise", kNames, mode, "Fixed: the model's own noise. Random: drawn from a seed")) {
    noise.mode = kNoiseModes[mode];
    ui.sink.send(app::command::SetNoise{noise});
  }
  if (noise.mode == "random") {
    label(ui, "Noise seed");
    int seed = static_cast<int>(noise.seed);
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    ImGui::PushID("style.noise_seed");
    const bool entered = ImGui::InputInt("##seed", &seed, 1, 10);
    ImGui::PopID();
    finish_item(ui, "style.noise_seed", "Number that the noise is drawn from");
    noise.seed = static_cast<std::uint64_t>(std::max(seed, 0));
    if (entered) ui.sink.send(app::command::SetNoise{noise});
  }
  if (noise.mode == "none") return;
  draw_noise_strength(ui, noise);
}

void StylePanel::draw_noise_strength(const UiContext& ui, latent::NoiseControls noise) {
  const auto layers = static_cast<std::size_t>(ui.view.model.noise_layers);
  noise.strengths.resize(layers, 1.0);
  noise_layer_ = std::min(noise_layer_, static_cast<int>(layers) - 1);
  std::vector<std::string> names{"All layers"};
  for (std::size_t i = 0; i < layers; ++i) names.push_back(fmt::format("Layer {}", i));
  std::string chosen = names[static_cast<std::size_t>(noise_layer_ + 1)];
  label(ui, "Noise layer");
  if (choice(ui, "style.noise_layer", names, chosen, "Which layers' noise the slider below changes, coarsest first"))
    noise_layer_ = static_cast<int>(std::find(names.begin(), names.end(), chosen) - names.begin()) - 1;
  label(ui, "Strength");
  double strength = noise.strengths[static_cast<std::size_t>(std::max(noise_layer_, 0))];
  if (!slider(ui, "style.noise_strength", strength, parameter_options("noise_strength"))) return;
  if (noise_layer_ < 0) {
    noise.strengths.assign(layers, strength);
  } else {
    noise.strengths[static_cast<std::size_t>(noise_layer_)] = strength;
  }
  ui.sink.send(app::command::SetNoise{noise});
}

void StylePanel::draw_classes(const UiContext& ui) {
  const auto count = static_cast<std::size_t>(ui.view.model.c_dim);
  std::vector<float> weights = ui.document().latent.classes;
  if (weights.size() != count) {
    weights.assign(count, 0.0F);
    weights[0] = 1;
  }
  heading(ui, "Class");
  label(ui, "Only");
  int only = static_cast<int>(std::max_element(weights.begin(), weights.end()) - weights.begin());
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  ImGui::PushID("style.class");
  const bool entered = ImGui::InputInt("##class", &only, 1, 10);
  ImGui::PopID();
  finish_item(ui, "style.class", "The class that is made, from 0; the sliders below mix several");
  if (entered) {
    weights.assign(count, 0.0F);
    weights[static_cast<std::size_t>(std::clamp(only, 0, ui.view.model.c_dim - 1))] = 1;
    ui.sink.send(app::command::SetClasses{weights});
  }
  constexpr std::size_t kSliders = 12;
  for (std::size_t i = 0; i < std::min(count, kSliders); ++i) {
    label(ui, fmt::format("Class {}", i).c_str());
    double weight = weights[i];
    if (slider(ui, fmt::format("style.class.{}", i), weight, parameter_options("class"))) {
      weights[i] = static_cast<float>(weight);
      ui.sink.send(app::command::SetClasses{weights});
    }
  }
}

}  // namespace ganvas::ui
