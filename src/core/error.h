#pragma once
// One exception type for everything a person can be told. Its text is one sentence: what went wrong, where, and
// what to do next. Caught in four places only: main, the session thread, command dispatch, opening a file.

#include <fmt/format.h>

#include <stdexcept>
#include <string>

namespace ganvas {

class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Wrong use of the command line: exit code 2 instead of 1.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// Throws Error with the formatted sentence.
template <typename... Args>
[[noreturn]] void fail(fmt::format_string<Args...> text, Args&&... args) {
  throw Error(fmt::format(text, std::forward<Args>(args)...));
}

/// Throws Error with the formatted sentence unless `holds`.
template <typename... Args>
void require(bool holds, fmt::format_string<Args...> text, Args&&... args) {
  if (!holds) throw Error(fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace ganvas
