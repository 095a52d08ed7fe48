#include "ui/panels/layers/layers.h"

#include <fmt/format.h>

#include <algorithm>

#include "latent/bend_kinds.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

void bend_channel(const UiContext& ui, int channel) {
  const std::string& layer = ui.document().view.layer.layer;
  const auto& bends = ui.document().latent.style.bends;
  const auto there = std::find_if(bends.begin(), bends.end(), [&](const latent::Bend& bend) {
    return bend.layer == layer && bend.channel == channel;
  });
  if (there != bends.end()) return;  // it has its line already
  ui.sink.send(
      app::command::SetBend{static_cast<int>(bends.size()), {.layer = layer, .channel = channel, .kind = "ablate"}});
}

LayersPanel::LayersPanel()
    : Panel({.name = "layers", .title = "Layers", .keys = {{"Click on a channel", "Bend it (tab Layers)"}}}) {}

void LayersPanel::draw(const UiContext& ui) {
  draw_choice(ui);
  draw_figures(ui);
  draw_bends(ui);
}

void LayersPanel::draw_choice(const UiContext& ui) {
  heading(ui, "Look into");
  app::LayerView view = ui.document().view.layer;
  if (ui.view.model.layers.empty()) {
    dim_text(ui, "This model shows no layers.");
    return;
  }
  std::vector<std::string> names{"the picture"};
  for (const app::LayerEntry& layer : ui.view.model.layers) names.push_back(layer.name);
  std::string chosen = view.layer.empty() ? names.front() : view.layer;
  if (!ui.view.model.reading.empty() &&
      button(ui, "layers.reading", "How this network is read",
             {.on = ui.state.open.contains("reading"), .tip = "What the file does not say, and what was taken for it"}))
    ui.state.toggle("reading");
  label(ui, "Layer");
  if (choice(ui, "layers.layer", names, chosen,
             "What fills the picture's place: all channels of a layer, or the picture")) {
    view.layer = chosen == names.front() ? "" : chosen;
    ui.sink.send(app::command::SetLayerView{view});
  }
  if (view.layer.empty()) return;
  label(ui, "Show");
  static constexpr const char* kShow[] = {"Values", "Spectrum"};
  int show = view.spectrum ? 1 : 0;
  if (segmented(ui, "layers.show", kShow, show,
                "Values: blue below zero, amber above. Spectrum: logarithm of the power by frequency (FFT), the "
                "constant part in the middle")) {
    view.spectrum = show == 1;
    ui.sink.send(app::command::SetLayerView{view});
  }
}

void LayersPanel::draw_figures(const UiContext& ui) {
  const app::FramePtr& frame = ui.view.frame;
  if (!frame || !frame->layer) return;
  const app::LayerFigures& figures = *frame->layer;
  dim_text(ui, fmt::format("{}: {} channels of {}×{}", figures.layer, figures.channels, figures.width, figures.height));
  dim_text(ui, fmt::format("mean {:.3g}   deviation {:.3g}   {:.3g} to {:.3g}", figures.all.mean, figures.all.deviation,
                           figures.all.least, figures.all.most));
  if (!figures.histogram.empty()) {
    const float most = *std::max_element(figures.histogram.begin(), figures.histogram.end());
    ImGui::PushStyleColor(ImGuiCol_PlotHistogram, ui.palette().accent);
    ImGui::PlotHistogram("##histogram", figures.histogram.data(), static_cast<int>(figures.histogram.size()), 0,
                         nullptr, 0, most, {ImGui::GetContentRegionAvail().x, ui.px(64)});
    ImGui::PopStyleColor();
    finish_item(ui, "layers.histogram", "Share of the values in 64 equal steps from the least to the most");
  }
  dim_text(ui, "Click a channel on the sheet to bend it.");
}

void LayersPanel::draw_bends(const UiContext& ui) {
  heading(ui, "Bend");
  const auto& bends = ui.document().latent.style.bends;
  for (int i = 0; i < static_cast<int>(bends.size()); ++i) draw_bend(ui, i);
  const bool inside = !ui.document().view.layer.layer.empty();
  if (button(ui, "layers.bend", "Bend the whole layer",
             {.enabled = inside,
              .width = ImGui::GetContentRegionAvail().x,
              .tip = inside ? "A bend of all channels of the layer above" : "Choose a layer first"}))
    ui.sink.send(app::command::SetBend{static_cast<int>(bends.size()),
                                       {.layer = ui.document().view.layer.layer, .kind = "scale", .amount = 1}});
}

void LayersPanel::draw_bend(const UiContext& ui, int index) const {
  latent::Bend bend = ui.document().latent.style.bends[static_cast<std::size_t>(index)];
  const std::string id = fmt::format("layers.bend.{}", index);
  const float side = ImGui::GetFrameHeight();
  dim_text(ui, bend.channel < 0 ? fmt::format("{}, all channels", bend.layer)
                                : fmt::format("{}, channel {}", bend.layer, bend.channel));
  std::vector<std::string> titles;
  std::string chosen;
  for (const latent::BendKind& kind : latent::bend_kinds()) {
    titles.emplace_back(kind.title);
    if (bend.kind == kind.name) chosen = kind.title;
  }
  if (choice(ui, (id + ".kind").c_str(), titles, chosen, "How the values change on the way to the next layer",
             ui.px(110))) {
    for (const latent::BendKind& kind : latent::bend_kinds()) {
      if (chosen != kind.title) continue;
      bend.kind = kind.name;
      bend.amount = kind.neutral;
      bend.second = 0;
    }
    ui.sink.send(app::command::SetBend{index, bend});
  }
  const latent::BendKind& kind = latent::bend_kind(bend.kind);
  ImGui::SameLine();
  const float rest = ImGui::GetContentRegionAvail().x - side - ImGui::GetStyle().ItemSpacing.x;
  if (*kind.amount != 0) {
    double amount = bend.amount;
    if (slider(ui, id + ".amount", amount,
               {.low = kind.low,
                .high = kind.high,
                .neutral = kind.neutral,
                .hard_low = -1000,
                .hard_high = 1000,
                .tip = kind.amount,
                .width = rest})) {
      bend.amount = amount;
      ui.sink.send(app::command::SetBend{index, bend});
    }
  } else {
    ImGui::Dummy({rest, side});
  }
  ImGui::SameLine();
  if (icon_button(ui, id + ".remove", Icon::close,
                  {.kind = ButtonKind::ghost, .width = side, .tip = "Take the bend away"})) {
    ui.sink.send(app::command::RemoveBend{index});
    return;
  }
  if (bend.kind != "shift") return;
  double down = bend.second;
  if (slider(ui, id + ".second", down,
             {.low = -1, .high = 1, .hard_low = -10, .hard_high = 10, .tip = "down, in heights of the map"})) {
    bend.second = down;
    ui.sink.send(app::command::SetBend{index, bend});
  }
}

}  // namespace ganvas::ui
