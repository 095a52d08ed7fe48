#pragma once
// JSON as text, whatever bytes its strings hold.

#include <string>

#include "core/json.h"

namespace ganvas {

/// A value as text, on one line, or with `indent` spaces a level. Names of files are bytes, but JSON is UTF-8: a byte
/// of a string that is no UTF-8 is written as a private character, U+EF80 for 0x80 to U+EFFF for 0xFF, and so are the
/// bytes of those characters themselves; parse_json() and read_json() give the bytes back. Json::dump() throws for
/// them.
std::string json_text(const Json& value, int indent = -1);
/// The same value with those bytes, for JSON that parse_json() has not read.
Json bytes_restored(const Json& value);

}  // namespace ganvas
