#include "core/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/outside/printable.h"

namespace ganvas {
namespace {

/// "%*" of the pattern: the line's text, which may quote what stands in a file.
class PrintableText final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    const std::string text = printable(std::string_view(message.payload.data(), message.payload.size()));
    out.append(text.data(), text.data() + text.size());
  }
  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<PrintableText>();
  }
};

}  // namespace

void start_log() {
  spdlog::set_default_logger(spdlog::stderr_color_mt("ganvas"));
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<PrintableText>('*').set_pattern("[%H:%M:%S.%e] %l: %*");
  spdlog::set_formatter(std::move(formatter));
  const char* level = std::getenv("GANVAS_LOG");
  spdlog::set_level(level == nullptr ? spdlog::level::warn : spdlog::level::from_str(level));
}

}  // namespace ganvas
