#include "app/document/notices.h"

#include "core/log.h"
#include "core/outside/printable.h"

namespace ganvas::app {

namespace {

constexpr double kNoticeSeconds = 6.0;
constexpr double kErrorSeconds = 15.0;
constexpr std::size_t kMost = 6;

}  // namespace

void Notices::fail(const std::string& sentence) {
  const std::string text = printable(sentence);
  errors_.push_back(text);
  log::info("{}", text);
  shown_.push_back({true, text, 0});
  if (shown_.size() > kMost) shown_.erase(shown_.begin());
}

void Notices::add(bool error, const std::string& text) {
  if (error) {
    fail(text);
    return;
  }
  shown_.push_back({false, printable(text), 0});
  if (shown_.size() > kMost) shown_.erase(shown_.begin());
}

void Notices::tick(double seconds) {
  for (Notice& notice : shown_) notice.age_seconds += seconds;
  std::erase_if(shown_, [](const Notice& notice) {
    return notice.age_seconds > (notice.error ? kErrorSeconds : kNoticeSeconds);
  });
}

}  // namespace ganvas::app
