#include "cli/say.h"

#include <string>

#include "core/outside/printable.h"

namespace ganvas::cli {

void say_lines(std::FILE* stream, std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    shown += printable(text.substr(0, end));
    if (end == std::string_view::npos) break;
    shown += '\n';
    text.remove_prefix(end + 1);
  }
  std::fwrite(shown.data(), 1, shown.size(), stream);
}

}  // namespace ganvas::cli
