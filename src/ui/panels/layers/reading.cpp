#include "ui/panels/layers/reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "ui/widgets/widgets.h"

namespace ganvas::ui {
namespace {

using app::ReadingEntry;

/// Entries that are alike, but for the layer.
struct Line {
  const ReadingEntry* entry;
  std::vector<std::string> layers;
};

bool alike(const ReadingEntry& a, const ReadingEntry& b) {
  return a.key == b.key && a.value == b.value && a.reason == b.reason && a.others == b.others && a.given == b.given;
}

std::vector<Line> lines_of(const std::vector<ReadingEntry>& entries, bool each) {
  std::vector<Line> lines;
  for (const ReadingEntry& entry : entries) {
    auto line =
        each ? lines.end()
             : std::find_if(lines.begin(), lines.end(), [&](const Line& one) { return alike(*one.entry, entry); });
    if (line == lines.end()) line = lines.insert(lines.end(), Line{&entry, {}});
    line->layers.push_back(entry.layer);
  }
  return lines;
}

void send(const UiContext& ui, const Line& line, const std::string& value) {
  app::command::SetReading reading;
  for (const std::string& layer : line.layers)
    reading.set.push_back(fmt::format("{}.{}={}", layer, line.entry->key, value));
  ui.sink.send(std::move(reading));
}

void draw_line(const UiContext& ui, const Line& line) {
  const ReadingEntry& entry = *line.entry;
  const std::string layers = fmt::format("{}", fmt::join(line.layers, ", "));
  ImGui::AlignTextToFramePadding();
  ImGui::PushStyleColor(ImGuiCol_Text, entry.given ? ui.palette().good : ui.palette().warn);
  ImGui::TextUnformatted(entry.given ? "chosen" : "assumed");
  ImGui::PopStyleColor();
  ImGui::SameLine(ui.px(84));
  ImGui::TextUnformatted(fitted(fmt::format("{} of {}", entry.key, layers), ui.px(250)).c_str());
  finish_item(ui, fmt::format("reading.{}.{}", line.layers.front(), entry.key), layers.c_str());
  ImGui::SameLine(ui.px(344));
  std::vector<std::string> values{entry.value};
  values.insert(values.end(), entry.others.begin(), entry.others.end());
  for (const std::string& value : values) {
    const bool on = value == entry.value;
    const std::string id = fmt::format("reading.{}.{}.{}", line.layers.front(), entry.key, value);
    if (button(ui, id.c_str(), value.c_str(), {.on = on, .tip = on ? entry.reason.c_str() : "Read it so"}) && !on)
      send(ui, line, value);
    if (&value != &values.back()) ImGui::SameLine();
  }
  dim_text(ui, entry.reason);
}

}  // namespace

int count_assumed(const UiContext& ui) {
  const auto& entries = ui.view.model.reading;
  return static_cast<int>(
      std::count_if(entries.begin(), entries.end(), [](const ReadingEntry& entry) { return !entry.given; }));
}

ReadingPanel::ReadingPanel()
    : Panel({.name = "reading", .title = "How this network is read", .place = PanelPlace::strip, .size = 250}) {}

void ReadingPanel::draw(const UiContext& ui) {
  draw_head(ui);
  if (ui.view.model.reading.empty()) {
    dim_text(ui, "The file says all about this network.");
    return;
  }
  ImGui::BeginChild("reading.lines", {0, 0}, false, ImGuiWindowFlags_HorizontalScrollbar);
  for (const Line& line : lines_of(ui.view.model.reading, each_)) draw_line(ui, line);
  ImGui::EndChild();
}

void ReadingPanel::draw_head(const UiContext& ui) {
  ImGui::AlignTextToFramePadding();
  ImGui::PushFont(ui.style.bold);
  ImGui::TextUnformatted(info().title);
  ImGui::PopFont();
  ImGui::SameLine();
  toggle(ui, "reading.each", "Layer by layer", each_, "A line for each layer; else what is alike is set together");
  ImGui::SameLine();
  app::command::SetReading inferred;
  for (const ReadingEntry& entry : ui.view.model.reading)
    if (entry.given) inferred.set.push_back(fmt::format("{}.{}=", entry.layer, entry.key));
  if (button(ui, "reading.inferred", "As inferred",
             {.enabled = !inferred.set.empty(),
              .tip = "Forgets what was chosen. Choices are kept beside the model file, for every opening to come"}))
    ui.sink.send(std::move(inferred));
  ImGui::SameLine(ImGui::GetContentRegionMax().x - ImGui::GetFrameHeight());
  if (icon_button(ui, "reading.close", Icon::close, {.kind = ButtonKind::ghost, .tip = "Close"}))
    ui.state.open.erase(info().name);
}

}  // namespace ganvas::ui
