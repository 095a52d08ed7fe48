#pragma once
// What a person gets of a library's message.

#include <string>
#include <string_view>

namespace ganvas {

/// Libraries append call stacks to their messages; a person gets the first line.
inline std::string first_line(const char* text) {
  const std::string_view view(text);
  return std::string(view.substr(0, view.find('\n')));
}

}  // namespace ganvas
