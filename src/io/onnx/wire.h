#pragma once
// The wire format of Protocol Buffers: a message is a list of numbered fields, which mean what its program says.

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "io/reading.h"

namespace ganvas::io {

struct WireField {
  std::uint32_t number = 0;
  std::uint64_t value = 0;  ///< of a number: its bits
  std::string_view bytes;   ///< of a text, an inner message or packed numbers
};

/// Calls visit for each field of the message, in its order. Throws Error with a clause where the bytes are none.
void each_field(std::string_view message, Reading& reading, const std::function<void(const WireField&)>& visit);

/// The numbers of a repeated field: packed into one, or this one alone.
std::vector<std::int64_t> wire_integers(const WireField& field, Reading& reading);
std::vector<float> wire_floats(const WireField& field, Reading& reading);

}  // namespace ganvas::io
