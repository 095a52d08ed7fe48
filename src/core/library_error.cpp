#include "core/library_error.h"

#include <filesystem>
#include <new>
#include <string_view>

#include "core/outside/printable.h"

namespace ganvas {

std::string first_line(const char* text) {
  const std::string_view view(text);
  return printable(view.substr(0, view.find('\n')));
}

std::string reason_of(const std::exception& problem) {
  if (dynamic_cast<const std::bad_alloc*>(&problem) != nullptr) return "there is not enough memory";
  if (const auto* file = dynamic_cast<const std::filesystem::filesystem_error*>(&problem))
    return file->code().message();
  std::string reason = first_line(problem.what());
  // "[json.exception.type_error.302] type must be string": the bracket is for the library's own people.
  if (reason.starts_with("[json.exception.")) reason.erase(0, reason.find("] ") + 2);
  if (reason.find("alloc") != std::string::npos) return "there is not enough memory";
  while (!reason.empty() && (reason.back() == '.' || reason.back() == ' ')) reason.pop_back();
  constexpr std::size_t most = 200;
  return printable(reason, most);
}

void fail_as(const std::exception& problem, const std::string& what, const char* advice) {
  fail("{} cannot be used: {}; {}.", what, reason_of(problem), advice);
}

}  // namespace ganvas
