// The picture alone on another monitor and in other programs, in the tab Record.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ui/panels/record/record.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {

namespace {

struct StreamSize {
  int width, height;
};
constexpr StreamSize kSizes[] = {{512, 512}, {1280, 720}, {1920, 1080}, {1080, 1920}};

/// A part of 0..1 as a slider of percent. True when it changed.
bool percent(const UiContext& ui, const char* id, const char* name, double& part, double neutral, const char* tip) {
  label(ui, name);
  double shown = part * 100;
  if (!slider(ui, id, shown, {.low = 0, .high = 100, .neutral = neutral * 100, .format = "%.0f %%", .tip = tip}))
    return false;
  part = shown / 100;
  return true;
}

void draw_framing(const UiContext& ui) {
  static constexpr const char* kFits[] = {"Whole", "Fill"};
  static constexpr const char* kBorders[] = {"Black", "Blurred"};
  Framing framing = ui.view.settings->framing;
  bool changed = false;
  label(ui, "Picture");
  int fit = static_cast<int>(framing.fit);
  changed |= segmented(ui, "output.fit", kFits, fit,
                       "Whole: all of the picture, with borders. Fill: its middle covers the surface. For the second "
                       "window and streams");
  framing.fit = static_cast<Framing::Fit>(fit);
  label(ui, "Borders");
  int border = static_cast<int>(framing.border);
  changed |= segmented(ui, "output.border", kBorders, border, "Beside a picture of another shape");
  framing.border = static_cast<Framing::Border>(border);
  const Framing before = framing;
  percent(ui, "output.x", "Left", framing.x, 0, "Left edge of what is shown, percent of the picture's width");
  percent(ui, "output.y", "Top", framing.y, 0, "Upper edge of what is shown, percent of the picture's height");
  percent(ui, "output.width", "Width", framing.width, 1, "Width of what is shown, percent of the picture's");
  percent(ui, "output.height", "Height", framing.height, 1, "Height of what is shown, percent of the picture's");
  if (framing != before) {
    static constexpr double kLeast = 0.01;
    // What was not moved makes room.
    const auto keep_inside = [](double& begin, double& length, bool moved) {
      length = std::clamp(length, kLeast, 1.0);
      begin = std::clamp(begin, 0.0, 1 - kLeast);
      (moved ? length : begin) = moved ? std::min(length, 1 - begin) : std::min(begin, 1 - length);
    };
    keep_inside(framing.x, framing.width, framing.x != before.x);
    keep_inside(framing.y, framing.height, framing.y != before.y);
    changed = true;
  }
  if (changed) ui.sink.send(app::command::SetFraming{framing});
}

void draw_stream(const UiContext& ui, const app::StreamView& stream) {
  const media::LiveStats& stats = stream.stats;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImU32 colour = stats.connected ? ui.palette().good : ui.palette().warn;
  ImGui::GetWindowDrawList()->AddCircleFilled({at.x + ui.px(6), at.y + ui.px(12)}, ui.px(5), colour);
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ui.px(20));
  const float room = ImGui::GetContentRegionAvail().x - ImGui::GetFrameHeight() - ImGui::GetStyle().ItemSpacing.x;
  ImGui::TextUnformatted(fitted(stream.shown, room).c_str());
  ImGui::SameLine(ImGui::GetContentRegionMax().x - ImGui::GetFrameHeight());
  if (icon_button(ui, "stream.stop " + stream.address, Icon::stop,
                  {.kind = ButtonKind::ghost, .enabled = !stream.ending, .tip = "Stop sending"}))
    ui.sink.send(app::command::StopStream{stream.address});
  if (!stats.problem.empty()) {
    dim_text(ui, stats.problem + " It is tried again every two seconds.");
    return;
  }
  const std::string late = stats.late > 0 ? fmt::format("  ·  {} left out", stats.late) : "";
  dim_text(ui, stats.connected ? fmt::format("{}  ·  {} frames{}", human_seconds(stream.seconds),
                                             grouped(static_cast<std::int64_t>(stats.frames)), late)
                               : std::string("Waits for the other side …"));
}

}  // namespace

void RecordPanel::draw_output(const UiContext& ui) {
  heading(ui, "Second window");
  const app::OutputView& output = ui.view.output;
  std::vector<std::string> places = {"A window"};
  for (std::size_t i = 0; i < ui.view.monitors.size(); ++i)
    places.push_back(fmt::format("{}: {}", i + 1, ui.view.monitors[i]));
  if (output.window) monitor_ = output.monitor;
  monitor_ = std::min(monitor_, static_cast<int>(places.size()) - 1);
  const float half = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
  std::string place = places[static_cast<std::size_t>(monitor_)];
  const bool moved = choice(ui, "output.monitor", places, place, "Where the picture is shown alone", half);
  if (moved) monitor_ = static_cast<int>(std::ranges::find(places, place) - places.begin());
  ImGui::SameLine();
  const bool pressed = button(
      ui, "output.window", output.window ? "Hide" : "Show the picture",
      {.icon = Icon::full_screen,
       .on = output.window,
       .width = half,
       .tip = "The picture alone, without widgets: full screen on a monitor (Esc over it hides it, F11 makes it a "
              "window), or a window for programs that capture windows"});
  if (pressed && output.window) {
    ui.sink.send(app::command::HideOutput{});
  } else if (pressed || (moved && output.window)) {
    ui.sink.send(app::command::ShowOutput{monitor_});
  }
  draw_framing(ui);
  draw_streams(ui);
}

void RecordPanel::draw_streams(const UiContext& ui) {
  heading(ui, "Send the picture live");
  text_field(
      ui, "stream.address", address_, "udp://192.168.1.20:5000",
      "udp://, srt:// or rtmp:// address, or /dev/video2 for a virtual camera (v4l2loopback). It is not kept: it "
      "may hold a key",
      ImGui::GetContentRegionAvail().x);
  label(ui, "Size");
  std::vector<std::string> sizes;
  for (const StreamSize& size : kSizes) sizes.push_back(fmt::format("{} x {}", size.width, size.height));
  std::string size = sizes[static_cast<std::size_t>(stream_size_)];
  if (choice(ui, "stream.size", sizes, size, "Pixels of the stream"))
    stream_size_ = static_cast<int>(std::ranges::find(sizes, size) - sizes.begin());
  label(ui, "Frames/s");
  segmented(ui, "stream.rate", kRateNames, stream_rate_,
            "Frames a second; the last picture is sent again where no newer one has come");
  label(ui, "Mbit/s");
  slider(ui, "stream.megabits", megabits_,
         {.low = 1,
          .high = 20,
          .neutral = 6,
          .hard_low = 0.1,
          .hard_high = 100,
          .format = "%.1f",
          .tip = "Megabits a second that a network stream may take"});
  if (button(ui, "stream.start", "Send",
             {.icon = Icon::record,
              .enabled = !address_.empty(),
              .width = ImGui::GetContentRegionAvail().x,
              .tip = "Send the picture there until it is stopped"})) {
    const StreamSize& pixels = kSizes[stream_size_];
    ui.sink.send(app::command::StartStream{.address = address_,
                                           .width = pixels.width,
                                           .height = pixels.height,
                                           .fps = kRates[static_cast<std::size_t>(stream_rate_)],
                                           .kilobits = static_cast<int>(std::lround(megabits_ * 1000))});
  }
  for (const app::StreamView& stream : ui.view.output.streams) draw_stream(ui, stream);
}

}  // namespace ganvas::ui
