#include "data/formats/entry_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <string_view>

namespace ganvas::data {

namespace fs = std::filesystem;

bool leads_out(const std::string& name) {
  if (name.starts_with('/') || (name.size() > 1 && name[1] == ':')) return true;
  const fs::path path(name);
  return std::ranges::any_of(path, [](const fs::path& part) { return part == ".."; });
}

bool is_hidden(const std::string& name) {
  const fs::path path(name);
  return std::ranges::any_of(path, [](const fs::path& part) { return part.string().starts_with('.'); }) ||
         name.starts_with("__MACOSX/");
}

bool has_archive_extension(const std::string& name) {
  std::string lower = name;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  constexpr std::array<std::string_view, 9> endings{".zip", ".tar", ".tgz", ".gz", ".bz2",
                                                    ".xz",  ".zst", ".rar", ".7z"};
  return std::ranges::any_of(endings, [&](std::string_view ending) { return lower.ends_with(ending); });
}

std::string folder_of(const std::string& name) {
  return name.substr(0, name.rfind('/') + 1);
}

}  // namespace ganvas::data
