#pragma once
// What the commands print: texts may quote names that stand in files, so every line is made printable.

#include <fmt/format.h>

#include <cstdio>
#include <string_view>

namespace ganvas::cli {

/// Writes the lines of `text` to `stream`.
void say_lines(std::FILE* stream, std::string_view text);

template <typename... Args>
void say(fmt::format_string<Args...> text, Args&&... args) {
  say_lines(stdout, fmt::format(text, std::forward<Args>(args)...));
}
template <typename... Args>
void say(std::FILE* stream, fmt::format_string<Args...> text, Args&&... args) {
  say_lines(stream, fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace ganvas::cli
