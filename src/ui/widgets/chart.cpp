#include "ui/widgets/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ui/widgets/widgets.h"

namespace ganvas::ui {
namespace {

struct Plot {
  ImVec2 low;   // upper left
  ImVec2 high;  // lower right
  double begin = 0;
  double end = 1;  // indices
  double bottom = 0;
  double top = 1;  // values, after the logarithm
  bool log_scale = false;

  [[nodiscard]] double width() const { return static_cast<double>(high.x - low.x); }
  [[nodiscard]] float x(double index) const {
    return low.x + static_cast<float>((index - begin) / std::max(end - begin, 1e-9) * width());
  }
  [[nodiscard]] double index(float px) const { return begin + (px - low.x) / width() * (end - begin); }
  [[nodiscard]] double scaled(double value) const { return log_scale ? std::log10(std::max(value, 1e-6)) : value; }
  [[nodiscard]] float y(double value) const {
    return high.y - static_cast<float>((scaled(value) - bottom) / (top - bottom)) * (high.y - low.y);
  }
};

void fit_values(Plot& plot, std::span<const ChartLine> lines) {
  bool any = false;
  for (const ChartLine& line : lines) {
    const ChartSeries& raw = line.series->raw();
    const auto from = static_cast<std::size_t>(std::max(0.0, plot.begin));
    const auto to = std::min(raw.size(), static_cast<std::size_t>(std::max(0.0, plot.end)) + 1);
    if (from >= to) continue;
    const ValueRange range = raw.range(from, to);
    const double low = plot.scaled(range.low);
    const double high = plot.scaled(range.high);
    plot.bottom = any ? std::min(plot.bottom, low) : low;
    plot.top = any ? std::max(plot.top, high) : high;
    any = true;
  }
  const double room = std::max((plot.top - plot.bottom) * 0.06, 1e-3);
  plot.bottom -= room;
  plot.top += room;
}

/// 1, 2 or 5 times a power of ten, about a `parts`th of the extent.
double tick_step(double extent, int parts) {
  const double raw = extent / parts;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  const double digit = raw / power;
  return (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10) * power;
}

void draw_grid(const UiContext& ui, const Plot& plot, ImDrawList* list) {
  const Palette& p = ui.palette();
  const double step = tick_step(plot.top - plot.bottom, 3);
  for (double v = std::ceil(plot.bottom / step) * step; v <= plot.top; v += step) {
    const float y =
        plot.high.y - static_cast<float>((v - plot.bottom) / (plot.top - plot.bottom)) * (plot.high.y - plot.low.y);
    list->AddLine({plot.low.x, y}, {plot.high.x, y}, faded(p.line, 0.8F));
    const std::string text = fmt::format("{:.3g}", plot.log_scale             ? std::pow(10.0, v)
                                                   : std::abs(v) < step / 1e3 ? 0
                                                                              : v);
    const ImVec2 size = ImGui::CalcTextSize(text.c_str());
    list->AddText({plot.low.x - size.x - ui.px(6), y - size.y / 2}, p.dim, text.c_str());
  }
}

/// Calls `each(x, begin, end)` for every pixel column with its stretch of values.
template <typename Each>
void each_column(const Plot& plot, const ChartSeries& series, const Each& each) {
  const double per_pixel = (plot.end - plot.begin) / std::max(plot.width(), 1.0);
  const double last = std::min(plot.end, static_cast<double>(series.size() - 1));
  for (float x = plot.low.x; x < plot.high.x; x += 1) {
    const double at = std::max(0.0, plot.index(x));
    if (at > last) break;
    const auto begin = static_cast<std::size_t>(at);
    each(x, begin, std::min(series.size(), std::max(begin + 1, static_cast<std::size_t>(at + per_pixel))));
  }
}

[[nodiscard]] bool dense(const Plot& plot) {
  return plot.end - plot.begin > plot.width();
}

void draw_line(const Plot& plot, const ChartSeries& series, ImDrawList* list, ImU32 colour, float width) {
  if (series.size() == 0) return;
  if (dense(plot)) {
    each_column(plot, series, [&](float x, std::size_t, std::size_t end) {
      list->PathLineTo({x, plot.y(series[end - 1])});
    });
  } else {
    const auto last = static_cast<double>(series.size() - 1);
    const double to = std::clamp(std::ceil(plot.end), 0.0, last);
    for (double i = std::clamp(std::floor(plot.begin), 0.0, last); i <= to; ++i) {
      list->PathLineTo({plot.x(i), plot.y(series[static_cast<std::size_t>(i)])});
    }
  }
  list->PathStroke(colour, 0, width);
}

/// Each pixel column filled from the least to the greatest of its values; a thin line where values are sparse.
void draw_band(const Plot& plot, const ChartSeries& series, ImDrawList* list, ImU32 colour) {
  if (series.size() == 0) return;
  if (!dense(plot)) {
    draw_line(plot, series, list, colour, 1);
    return;
  }
  each_column(plot, series, [&](float x, std::size_t begin, std::size_t end) {
    const ValueRange range = series.range(begin, end);
    list->AddRectFilled({x, plot.y(range.high)}, {x + 1, plot.y(range.low) + 1}, colour);
  });
}

void move_window(ChartWindow& window, const Plot& plot, double count) {
  const ImGuiIO& io = ImGui::GetIO();
  if (ImGui::IsItemHovered() && io.MouseWheel != 0 && count > 8) {
    const double at = plot.index(io.MousePos.x);
    const double factor = std::pow(0.8, io.MouseWheel);
    const double extent = std::clamp((plot.end - plot.begin) * factor, 8.0, count);
    const double part = (at - plot.begin) / (plot.end - plot.begin);
    window.begin = std::clamp(at - part * extent, 0.0, count - extent);
    window.end = window.begin + extent;
    window.follow = extent >= count - 0.5;
  }
  if (ImGui::IsItemActive() && io.MouseDelta.x != 0 && !window.follow) {
    const double extent = window.end - window.begin;
    const double moved = io.MouseDelta.x / plot.width() * extent;
    window.begin = std::clamp(window.begin - moved, 0.0, std::max(0.0, count - extent));
    window.end = window.begin + extent;
  }
  if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) window.follow = true;
}

void draw_values(const UiContext& ui, const Plot& plot, std::span<const ChartLine> lines, const ChartOptions& options,
                 ImDrawList* list) {
  if (!ImGui::IsItemHovered() || options.history.empty()) return;
  const double wanted = std::round(plot.index(ImGui::GetIO().MousePos.x));
  const auto i = static_cast<std::size_t>(std::clamp(wanted, 0.0, static_cast<double>(options.history.size() - 1)));
  const float x = plot.x(static_cast<double>(i));
  list->AddLine({x, plot.low.y}, {x, plot.high.y}, faded(ui.palette().text, 0.35F));
  ImGui::BeginTooltip();
  ImGui::PushFont(ui.style.small_font);
  ImGui::Text("step %s", grouped(options.history[i].step).c_str());
  ImGui::TextDisabled("%.1f kimg", options.history[i].kimg);
  for (const ChartLine& line : lines) {
    if (i >= line.series->raw().size()) continue;
    list->AddCircleFilled({x, plot.y(line.series->smooth()[i])}, ui.px(3.5F), line.colour);
    ImGui::TextColored(ImGui::ColorConvertU32ToFloat4(line.colour), "%s", line.name);
    ImGui::SameLine(ui.px(92));
    ImGui::Text("%.4g", static_cast<double>(line.series->raw()[i]));
    ImGui::SameLine(ui.px(150));
    ImGui::TextDisabled("mean %.4g", static_cast<double>(line.series->smooth()[i]));
  }
  ImGui::PopFont();
  ImGui::EndTooltip();
}

void draw_legend(const UiContext& ui, std::span<const ChartLine> lines, const ChartOptions& options, ImVec2 at,
                 float width, ImDrawList* list) {
  list->AddText(at, ui.palette().text, options.title);
  float x = at.x + width;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    const std::size_t count = line->series->smooth().size();
    const std::string text =
        count == 0 ? line->name : fmt::format("{} {:.3g}", line->name, line->series->smooth()[count - 1]);
    x -= ImGui::CalcTextSize(text.c_str()).x;
    list->AddText({x, at.y}, ui.palette().dim, text.c_str());
    x -= ui.px(9);
    list->AddCircleFilled({x, at.y + ImGui::GetFontSize() / 2}, ui.px(4), line->colour);
    x -= ui.px(14);
  }
}

}  // namespace

void draw_chart(const UiContext& ui, const char* id, std::span<const ChartLine> lines, ChartWindow& window,
                const ChartOptions& options) {
  ImGui::PushFont(ui.style.small_font);
  const float width = ImGui::GetContentRegionAvail().x;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  draw_legend(ui, lines, options, at, width, list);
  const float header = ImGui::GetFontSize() + ui.px(5);
  ImGui::Dummy({width, header - ImGui::GetStyle().ItemSpacing.y});
  const float gutter = ui.px(36);
  ImGui::PushID(id);
  ImGui::InvisibleButton("chart", {width, ui.px(options.height)});
  ImGui::PopID();
  const ImVec2 low = ImGui::GetItemRectMin();
  const ImVec2 high = ImGui::GetItemRectMax();
  const auto count = static_cast<double>(options.history.size());
  if (window.follow) window = {0, std::max(count - 1, 1.0), true};
  Plot plot{.low = {low.x + gutter, low.y + ui.px(4)},
            .high = {high.x, high.y - ui.px(4)},
            .begin = window.begin,
            .end = window.end,
            .log_scale = options.log_scale};
  list->AddRectFilled({plot.low.x, low.y}, high, faded(ui.palette().raised, 0.45F), ui.px(6));
  fit_values(plot, lines);
  if (count > 0) {
    draw_grid(ui, plot, list);
    list->PushClipRect({plot.low.x, low.y}, high, true);
    for (const ChartLine& line : lines) draw_band(plot, line.series->raw(), list, faded(line.colour, 0.28F));
    for (const ChartLine& line : lines) draw_line(plot, line.series->smooth(), list, line.colour, ui.px(1.8F));
    move_window(window, plot, count);
    draw_values(ui, plot, lines, options, list);
    list->PopClipRect();
  } else {
    const char* text = "The chart begins with the first step.";
    const ImVec2 size = ImGui::CalcTextSize(text);
    list->AddText({(plot.low.x + high.x - size.x) / 2, (low.y + high.y - size.y) / 2}, ui.palette().dim, text);
  }
  finish_item(ui, id, "");
  ImGui::PopFont();
}

}  // namespace ganvas::ui
