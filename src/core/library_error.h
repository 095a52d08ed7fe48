#pragma once
// What a person gets of what a library throws.

#include <exception>
#include <string>

#include "core/error.h"

namespace ganvas {

/// Someone asked for an end. No Error: nobody is told what he asked for.
class Cancelled : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "cancelled"; }
};

/// Libraries append call stacks to their messages; a person gets the first line, printable.
std::string first_line(const char* text);

/// The reason in an exception as a clause without an end: "there is not enough memory", the first line of a library's
/// text without the library's name and numbers.
std::string reason_of(const std::exception& problem);

/// Throws Error: "`what` cannot be used: REASON; `advice`."
[[noreturn]] void fail_as(const std::exception& problem, const std::string& what, const char* advice);

/// Runs `work`, which reads `what` ("The model a.pt", ...), and gives its result. Error and Cancelled pass as they are.
template <typename Work>
auto guarded(const std::string& what, const char* advice, const Work& work) {
  try {
    return work();
  } catch (const Error&) {
    throw;
  } catch (const Cancelled&) {
    throw;
  } catch (const std::exception& problem) {
    fail_as(problem, what, advice);
  }
}

}  // namespace ganvas
