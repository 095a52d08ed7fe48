#pragma once
// How the protocols 0 to 2 of pickle write texts and bytes as lines and characters.

#include <string>
#include <string_view>

namespace ganvas::io {

/// The bytes that a UTF-8 text has a character for each of (what _codecs.encode(text, "latin1") gives). Throws Error
/// with a clause for characters over 255.
std::string bytes_of_text(std::string_view text);

/// The text, in UTF-8, of a line in Python's raw-unicode-escape. Throws Error with a clause.
std::string text_of_line(std::string_view line);

/// The bytes of a quoted line as Python 2 wrote its strings: 'a\x00\'b'. Throws Error with a clause.
std::string bytes_of_quoted(std::string_view line);

}  // namespace ganvas::io
