#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "app/training/pace.h"
#include "cli/say.h"
#include "core/json_text.h"
#include "core/outside/printable.h"

namespace ganvas::cli {

namespace {

using Clock = std::chrono::steady_clock;

class JsonLines final : public ProgressPrinter {
 public:
  void show(const train::Progress& progress) override {
    Json line = std::visit([](const auto& event) { return to_line(event); }, progress);
    print(line);
  }

  void finish(train::SessionState state, const std::string& run_folder, const std::string& weights_hash) override {
    print({{"event", "done"}, {"state", train::to_string(state)}, {"run", run_folder}, {"weights_hash", weights_hash}});
  }

 private:
  static Json to_line(const train::StepReport& report) {
    return {{"event", "step"},
            {"step", report.step},
            {"kimg", report.kimg},
            {"d_loss", report.d_loss},
            {"g_loss", report.g_loss},
            {"real_score", report.real_score},
            {"fake_score", report.fake_score},
            {"diversity", report.diversity},
            {"distance", report.distance},
            {"seconds", report.seconds}};
  }
  static Json to_line(const train::StateChange& change) {
    return {{"event", "state"}, {"state", train::to_string(change.state)}, {"message", change.message}};
  }
  static Json to_line(const train::SampleSheet& sheet) { return {{"event", "samples"}, {"step", sheet.step}}; }
  static Json to_line(const train::RealSheet&) { return {{"event", "reals"}}; }
  static Json to_line(const train::Saved& saved) {
    return {{"event", "saved"}, {"step", saved.step}, {"path", saved.path}};
  }
  static Json to_line(const train::Alarm& alarm) {
    return {{"event", "alarm"},
            {"step", alarm.step},
            {"trouble", train::to_string(alarm.trouble)},
            {"message", alarm.message}};
  }
  static Json to_line(const train::RolledBack& back) { return {{"event", "rolled_back"}, {"step", back.step}}; }
  static Json to_line(const train::EditMade& made) {
    return {{"event", "edit"}, {"step", made.edit.step}, {"key", made.edit.key}, {"value", made.edit.value}};
  }
  static Json to_line(const train::Remark& remark) {
    return {{"event", "remark"}, {"error", remark.error}, {"message", remark.text}};
  }
  static Json to_line(const train::DataProgress& data) {
    return {{"event", "data"}, {"checked", data.checked}, {"total", data.total}};
  }
  static void print(const Json& line) {
    say("{}\n", json_text(line));
    std::fflush(stdout);
  }
};

/// One line of text about the newest step, redrawn in place or printed now and then.
class Lines final : public ProgressPrinter {
 public:
  Lines(const train::Recipe& recipe, bool bar) : bar_(bar), total_kimg_(recipe.kimg), pace_(recipe.kimg) {}

  void show(const train::Progress& progress) override {
    if (const auto* report = std::get_if<train::StepReport>(&progress)) {
      pace_.add(report->kimg);
      const auto now = Clock::now();
      if (now < next_) return;
      next_ = now + (bar_ ? std::chrono::milliseconds(100) : std::chrono::seconds(10));
      print(*report);
    } else if (const auto* change = std::get_if<train::StateChange>(&progress)) {
      if (!change->message.empty() && change->state != train::SessionState::failed) note(change->message);
    } else if (const auto* saved = std::get_if<train::Saved>(&progress); saved != nullptr && !bar_) {
      note(fmt::format("saved {}", saved->path));
    } else if (const auto* alarm = std::get_if<train::Alarm>(&progress)) {
      note(fmt::format("step {}: {}", alarm->step, alarm->message));
    } else if (const auto* back = std::get_if<train::RolledBack>(&progress)) {
      note(fmt::format("Back at step {}.", back->step));
    } else if (const auto* made = std::get_if<train::EditMade>(&progress)) {
      if (made->edit.key == "kimg") pace_.set_total(total_kimg_ = made->edit.value.get<double>());
      note(fmt::format("step {}: {} = {}", made->edit.step, made->edit.key, json_text(made->edit.value)));
    } else if (const auto* remark = std::get_if<train::Remark>(&progress)) {
      note(remark->text);
    } else if (const auto* data = std::get_if<train::DataProgress>(&progress)) {
      checking(*data);
    }
  }

  void finish(train::SessionState state, const std::string& run_folder, const std::string& weights_hash) override {
    if (bar_ && drawn_) fmt::print(stderr, "\n");
    say("{}: {} weights_hash {}\n", run_folder, train::to_string(state), weights_hash);
  }

 private:
  void print(const train::StepReport& report) {
    const double done = std::clamp(report.kimg / std::max(total_kimg_, 1e-9), 0.0, 1.0);
    const std::string figures =
        fmt::format("{:5.1f}%  {:.2f}/{:g} kimg  step {}  D {:.3f}  G {:.3f}  {:.0f} img/s  {} left", 100 * done,
                    report.kimg, total_kimg_, report.step, report.d_loss, report.g_loss, pace_.images_per_second(),
                    app::clock_text(pace_.seconds_left()));
    if (!bar_) {
      fmt::print("{}\n", figures);
      std::fflush(stdout);
      return;
    }
    constexpr int width = 24;
    const auto filled = static_cast<std::size_t>(done * width);
    fmt::print(stderr, "\r[{}{}] {}\033[K", std::string(filled, '#'), std::string(width - filled, '.'), figures);
    drawn_ = true;
  }

  void checking(const train::DataProgress& data) {
    const auto now = Clock::now();
    if (now < next_ && data.checked < data.total) return;
    next_ = now + std::chrono::seconds(bar_ ? 0 : 10);
    const std::string text = fmt::format("{} of {} files checked", data.checked, data.total);
    if (!bar_) return note(text);
    fmt::print(stderr, "\r{}\033[K", text);
    drawn_ = true;
  }

  void note(const std::string& text) {
    if (bar_) {
      fmt::print(stderr, "\r\033[K{}\n", printable(text));
    } else {
      say("{}\n", text);
      std::fflush(stdout);
    }
  }

  bool bar_;
  bool drawn_ = false;
  double total_kimg_;
  app::Pace pace_;
  Clock::time_point next_;
};

class Silent final : public ProgressPrinter {
 public:
  void show(const train::Progress&) override {}
  void finish(train::SessionState, const std::string& run_folder, const std::string& weights_hash) override {
    say("{}: weights_hash {}\n", run_folder, weights_hash);
  }
};

}  // namespace

std::unique_ptr<ProgressPrinter> make_progress_printer(const std::string& kind, const train::Recipe& recipe) {
  if (kind == "json") return std::make_unique<JsonLines>();
  if (kind == "none") return std::make_unique<Silent>();
  const bool bar = kind == "bar" || (kind == "auto" && isatty(STDERR_FILENO) == 1);
  return std::make_unique<Lines>(recipe, bar);
}

}  // namespace ganvas::cli
