#pragma once
// What people have in place of a file that they meant to get: told by its first bytes.

#include <string>
#include <string_view>

namespace ganvas {

/// How many of the first bytes tell it.
constexpr std::size_t stand_in_bytes = 512;

/// Says what a file is that stands where another was meant (Git LFS's pointer, a web page, a server's refusal) and what
/// to do, as a clause that follows the file's name: "is not the file but ...". Empty: it is nothing of that kind.
std::string stand_in(std::string_view start);

/// Name of the program whose archive begins so, for what is packed and not read as it is ("gzip", "7-Zip"); empty:
/// none.
std::string_view packed_by(std::string_view start);

/// Where nothing reads a file that begins so because it is empty, or packed: says that and what to do, as stand_in()
/// does. `content` is what was meant: "the model", "the folder". Empty: it is neither.
std::string empty_or_packed(std::string_view start, const char* content);

}  // namespace ganvas
