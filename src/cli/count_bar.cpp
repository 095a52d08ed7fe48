#include "cli/count_bar.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "app/training/pace.h"

namespace ganvas::cli {

CountBar::CountBar(const std::string& kind)
    : on_(kind != "none"), bar_(kind == "bar" || (kind == "auto" && isatty(STDERR_FILENO) == 1)) {}

CountBar::~CountBar() {
  end_line();
}

void CountBar::show(const std::string& what, std::int64_t done, std::int64_t total) {
  if (!on_) return;
  const auto now = Clock::now();
  if (what != what_ || done < began_at_) {
    end_line();
    what_ = what;
    began_at_ = done;
    began_ = now;
    next_ = now;
    if (done > 0) fmt::print(stderr, "{}: goes on after {} of {}\n", what, done, total);
  }
  if (now < next_ && done < total) return;
  next_ = now + (bar_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(10000));
  print(done, total);
}

void CountBar::print(std::int64_t done, std::int64_t total) {
  const double seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  const double rate = seconds > 0 ? static_cast<double>(done - began_at_) / seconds : 0;
  const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 1;
  const std::string left = rate > 0 ? app::clock_text(static_cast<double>(total - done) / rate) + " left" : "";
  const std::string figures = fmt::format("{}  {}/{}  {:.0f}/s  {}", what_, done, total, rate, left);
  if (!bar_) {
    fmt::print(stderr, "{:5.1f}%  {}\n", 100 * share, figures);
    return;
  }
  constexpr int width = 24;
  const auto filled = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * width);
  fmt::print(stderr, "\r[{}{}] {:5.1f}%  {}\033[K", std::string(filled, '#'), std::string(width - filled, '.'),
             100 * share, figures);
  drawn_ = true;
}

void CountBar::end_line() {
  if (drawn_) fmt::print(stderr, "\n");
  drawn_ = false;
}

}  // namespace ganvas::cli
