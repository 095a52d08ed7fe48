#include "core/outside/stand_in.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace ganvas {

namespace {

using namespace std::string_view_literals;

/// Whether `text` begins with `word`, which is in small letters, whatever the case.
bool begins(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) {
           return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b)));
         });
}

/// The specification of Git LFS: lines of a key and a value, the version first (docs/spec.md of git-lfs).
std::string of_lfs(std::string_view start) {
  std::uintmax_t size = 0;
  if (const std::size_t at = start.find("\nsize "); at != std::string_view::npos)
    std::from_chars(start.data() + at + 6, start.data() + start.size(), size);
  return fmt::format(
      "is not the file but Git LFS's pointer to it{}; run `git lfs pull` in its folder, then open it again",
      size > 0 ? fmt::format(" ({:.1f} MB are missing)", static_cast<double>(size) / 1e6) : "");
}

}  // namespace

std::string stand_in(std::string_view start) {
  start = start.substr(0, stand_in_bytes);
  if (start.starts_with("version https://git-lfs.github.com/spec/")) return of_lfs(start);
  if (start.starts_with("\xEF\xBB\xBF")) start.remove_prefix(3);
  start.remove_prefix(std::min(start.find_first_not_of(" \t\r\n"), start.size()));
  const bool page = begins(start, "<!doctype html") || begins(start, "<html") || begins(start, "<head");
  // Storage services answer in XML; other XML files may be what was meant.
  const bool refusal = begins(start, "<?xml") && start.find("<Error>") != std::string_view::npos;
  if (!page && !refusal) return {};
  return "is not the file but a page that a server sent in its place; open the link in a browser and download the file "
         "itself";
}

std::string_view packed_by(std::string_view start) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> programs{{{"\x1f\x8b"sv, "gzip"},
                                                                                   {"BZh"sv, "bzip2"},
                                                                                   {"\xfd"
                                                                                    "7zXZ\0"sv,
                                                                                    "xz"},
                                                                                   {"\x28\xb5\x2f\xfd"sv, "Zstandard"},
                                                                                   {"7z\xbc\xaf\x27\x1c"sv, "7-Zip"},
                                                                                   {"Rar!\x1a\x07"sv, "RAR"}}};
  for (const auto& [magic, name] : programs)
    if (start.starts_with(magic)) return name;
  constexpr std::size_t tar_mark = 257;
  return start.size() > tar_mark && start.substr(tar_mark).starts_with("ustar") ? "tar" : "";
}

std::string empty_or_packed(std::string_view start, const char* content) {
  if (start.empty()) return "is empty; copy or download it again";
  const std::string_view program = packed_by(start);
  if (program.empty()) return {};
  return fmt::format("is packed by {}; unpack it, then open {} that comes out of it", program, content);
}

}  // namespace ganvas
