#pragma once
// Log lines for people who look for a fault: to stderr, level from $GANVAS_LOG (debug, info, warn, error; default
// warn).

#include <spdlog/spdlog.h>

namespace ganvas {

namespace log = spdlog;

/// Call once at the start of main.
void start_log();

}  // namespace ganvas
