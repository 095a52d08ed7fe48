#include "ui/widgets/parameter_slider.h"

#include "core/error.h"
#include "latent/controls.h"

namespace ganvas::ui {

SliderOptions parameter_options(std::string_view name) {
  const latent::SynthesisParameter* row = latent::find_parameter(name);
  require(row != nullptr, "There is no synthesis parameter \"{}\".", name);
  const latent::ValueRange typed = row->typed.value_or(row->limits);
  return {.low = row->slider.low,
          .high = row->slider.high,
          .neutral = row->neutral,
          .hard_low = typed.low,
          .hard_high = typed.high,
          .format = row->format,
          .tip = row->tip,
          .target = row->list ? std::string() : std::string(name)};
}

void parameter_slider(const UiContext& ui, const std::string& id, std::string_view name) {
  double value = latent::parameter_value(ui.document().latent, name);
  if (slider(ui, id, value, parameter_options(name)))
    ui.sink.send(app::command::SetParameter{std::string(name), value});
}

void parameter_group(const UiContext& ui, std::string_view group) {
  for (const latent::SynthesisParameter& row : latent::synthesis_parameters()) {
    if (row.group != group) continue;
    label(ui, row.label);
    parameter_slider(ui, "style." + std::string(row.name), row.name);
  }
}

}  // namespace ganvas::ui
