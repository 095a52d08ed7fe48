#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "ui/panels/explore/explore.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {
namespace {

constexpr double kPatience = 0.2;  // seconds: what opens faster than this shows no bar, which would only flicker
constexpr const char* kRecent = "recent files";

/// "30 k weights", "1.9 M weights".
std::string weights_text(std::uint64_t count) {
  const auto number = static_cast<double>(count);
  return number < 1e6 ? fmt::format("{:.0f} k weights", number / 1e3) : fmt::format("{:.1f} M weights", number / 1e6);
}

constexpr float kListWidth = 300;  // design pixels

struct ListLine {
  std::string id;
  std::string text;
  std::string note;  ///< at the right edge
  std::string tip;
  bool enabled = true;
};

/// A line of a popup list; true when the person chooses it.
bool list_line(const UiContext& ui, const ListLine& line) {
  const ImGuiSelectableFlags flags = line.enabled ? ImGuiSelectableFlags_None : ImGuiSelectableFlags_Disabled;
  const float note = ImGui::CalcTextSize(line.note.c_str()).x;
  const std::string text = fitted(line.text, ui.px(kListWidth) - note - ui.px(12));
  ImGui::PushID(line.id.c_str());
  const bool chosen = ImGui::Selectable(text.c_str(), false, flags, {ui.px(kListWidth), 0});
  ImGui::PopID();
  const ImVec2 low = ImGui::GetItemRectMin();
  ImGui::GetWindowDrawList()->AddText({low.x + ui.px(kListWidth) - note, low.y + ImGui::GetStyle().ItemSpacing.y / 2},
                                      faded(ui.palette().dim, line.enabled ? 1.0F : 0.5F), line.note.c_str());
  finish_item(ui, line.id, line.tip.c_str());
  return chosen;
}

void draw_recent_popup(const UiContext& ui) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(12), ui.px(10)});
  const bool open = ImGui::BeginPopup(kRecent);
  ImGui::PopStyleVar();
  if (!open) return;
  for (std::size_t i = 0; i < ui.view.examples.size(); ++i) {
    const app::BuiltInModel& example = ui.view.examples[i];
    if (list_line(ui, {fmt::format("examples.{}", i), example.title, i == 0 ? "Examples" : "",
                       "A model that comes with the program"}))
      ui.sink.send(app::command::OpenModel{example.path});
  }
  if (!ui.view.recent.empty()) ImGui::Separator();
  for (std::size_t i = 0; i < ui.view.recent.size(); ++i) {
    const app::RecentFile& file = ui.view.recent[i];
    const std::filesystem::path path = file.path;
    const std::filesystem::path folder = path.parent_path();
    const ListLine line{.id = fmt::format("recent.{}", i),
                        .text = path.filename().string(),
                        .note = fitted(folder.filename().string(), ui.px(kListWidth / 2)),
                        .tip = folder.string() + (file.missing ? ": it is not there any more" : ""),
                        .enabled = !file.missing};
    if (list_line(ui, line)) {
      ui.sink.send(app::command::OpenModel{file.path});
    }
  }
  if (!ui.view.recent.empty()) {
    ImGui::Separator();
    if (list_line(ui, {"recent.clear", "Clear list"})) ui.sink.send(app::command::ClearRecent{});
  }
  if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape))) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
}

void draw_name_and_buttons(const UiContext& ui) {
  const app::ModelView& model = ui.view.model;
  const float width = ui.px(82);
  const float side = ImGui::GetFrameHeight();
  const float gap = ImGui::GetStyle().ItemSpacing.x;
  const float buttons = width + 2 * (side + gap);
  const float room = ImGui::GetContentRegionAvail().x - buttons - gap;
  ImGui::PushFont(ui.style.bold);
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted(fitted(model.name.empty() ? "No model" : model.name, room).c_str());
  ImGui::PopFont();
  ImGui::SameLine(ImGui::GetContentRegionMax().x - buttons);
  if (icon_button(
          ui, "explore.train_model", Icon::run,
          {.enabled = model.z_dim > 0,
           .tip = "Train this model: the next run begins with its networks, on pictures of your choice (tab Train)"}))
    ui.sink.send(app::command::TrainModel{});
  ImGui::SameLine();
  if (icon_button(ui, "explore.recent", Icon::clock, {.tip = "Examples, and models that were open lately"})) {
    ImGui::OpenPopup(kRecent);
  }
  // Under the buttons, its right edge on theirs.
  ImGui::SetNextWindowPos({ImGui::GetItemRectMax().x + gap + width, ImGui::GetItemRectMax().y + ui.px(4)},
                          ImGuiCond_Always, {1, 0});
  draw_recent_popup(ui);
  ImGui::SameLine();
  if (button(ui, "explore.open", "Open",
             {.icon = Icon::folder,
              .width = width,
              .tip = "Open a model file or a run (Ctrl+Shift+O); or drop one on the window"})) {
    open_model(ui);
  }
}

/// What is being opened, how far it is where that is known, and the way to give it up.
void draw_opening(const UiContext& ui, const std::string& name, std::optional<double> progress) {
  const float width = ui.px(82);
  const float room = ImGui::GetContentRegionAvail().x - width - ImGui::GetStyle().ItemSpacing.x;
  ImGui::BeginGroup();
  ImGui::PushFont(ui.style.small_font);
  ImGui::TextUnformatted(fitted(fmt::format("Opening {}", name), room).c_str());
  ImGui::PopFont();
  if (progress) progress_bar(ui, *progress, ui.palette().accent, room);
  finish_item(ui, "explore.opening", "What is on screen stays until the file is whole");
  ImGui::EndGroup();
  ImGui::SameLine();
  if (button(ui, "explore.cancel_opening", "Cancel", {.width = width, .tip = "Keep what is on screen (Esc)"})) {
    ui.sink.send(app::command::CancelOpening{});
  }
}

void draw_network(const UiContext& ui) {
  const app::ModelView& model = ui.view.model;
  label(ui, "Network");
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  ImGui::PushID("explore.network");
  const bool open = ImGui::BeginCombo("##choice", model.network.c_str());
  if (!open) finish_item(ui, "explore.network", "Which network of the file makes the picture");
  if (open) {
    for (const app::NetworkEntry& entry : model.networks) {
      const std::string text = fmt::format("{}  ·  {}, {}", entry.name, entry.role, weights_text(entry.parameters));
      const auto flags = entry.choosable ? ImGuiSelectableFlags_None : ImGuiSelectableFlags_Disabled;
      if (ImGui::Selectable(text.c_str(), entry.name == model.network, flags) && entry.name != model.network) {
        ui.sink.send(app::command::OpenModel{ui.document().model, entry.name});
      }
      finish_item(ui, "explore.network." + entry.name, entry.choosable ? "" : "Scores pictures, makes none");
    }
    ImGui::EndCombo();
  }
  ImGui::PopID();
}

}  // namespace

void draw_model(const UiContext& ui) {
  const app::ModelView& model = ui.view.model;
  draw_name_and_buttons(ui);
  if (model.z_dim > 0) {
    dim_text(ui, fmt::format("{}  ·  {}×{} px  ·  {} latent dimensions  ·  {}", model.family, model.width,
                             model.resolution, model.z_dim, weights_text(model.parameters)));
  }
  if (model.networks.size() > 1) draw_network(ui);
  if (ui.view.reading.seconds > kPatience) {
    draw_opening(ui, ui.view.reading.name, std::nullopt);
  } else if (model.loading && model.loading_seconds > kPatience) {
    draw_opening(ui, model.loading_name, model.progress);
  }
  if (training_active(ui.view.train.state)) {
    app::TrainControls controls = ui.document().train;
    if (toggle(ui, "explore.follow", "Show the model in training", controls.follow,
               "On: the picture follows the newest weights. Off: the opened model file")) {
      ui.sink.send(app::command::SetTraining{controls});
    }
  }
}

}  // namespace ganvas::ui
