#pragma once
// Text from outside (names in files, paths, messages of libraries), as it may be shown.

#include <string>
#include <string_view>

namespace ganvas {

/// `text` for a terminal, a log, a title or a sentence: control characters, marks that turn the direction of writing,
/// and bytes that are no UTF-8 become U+FFFD. Nobody's text can move a cursor, colour a screen or hide what stands
/// before it. Cut to about `most` bytes, with "..." for the rest. Texts with meant line ends are split before.
std::string printable(std::string_view text, std::size_t most = std::string_view::npos);

/// Bytes of the UTF-8 character that `text` begins with (RFC 3629: no overlong forms, no surrogates); 0: with none.
std::size_t character_size(std::string_view text);

/// Whether all bytes of `text` are whole UTF-8 characters.
bool is_utf8(std::string_view text);

}  // namespace ganvas
