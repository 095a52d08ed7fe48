#include "core/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>

#include <cstdlib>

namespace ganvas {

void start_log() {
  spdlog::set_default_logger(spdlog::stderr_color_mt("ganvas"));
  spdlog::set_pattern("[%H:%M:%S.%e] %l: %v");
  const char* level = std::getenv("GANVAS_LOG");
  spdlog::set_level(level == nullptr ? spdlog::level::warn : spdlog::level::from_str(level));
}

}  // namespace ganvas
