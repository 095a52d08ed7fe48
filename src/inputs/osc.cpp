#include "inputs/osc.h"

#include <arpa/inet.h>
#include <lo/lo.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>

#include "core/error.h"

namespace ganvas::inputs {

namespace {

constexpr std::size_t largest_packet = 65536;
constexpr int most_packets = 1000, deepest = 8;

struct FreeMessage {
  void operator()(lo_message message) const { lo_message_free(message); }
};

double unit(double value) {
  return std::isfinite(value) ? std::clamp(value, 0.0, 1.0) : 0.0;
}

/// A controller's integer: 0 and 1 are switches, more counts to 127.
double unit_of_integer(double value) {
  return value <= 1 ? unit(value) : unit(value / 127);
}

void add_message(std::string packet, std::vector<InputEvent>& events) {
  int result = 0;
  const std::unique_ptr<std::remove_pointer_t<lo_message>, FreeMessage> message(lo_message_deserialise(packet.data(), packet.size(), &result));
  if (!message) return;
  const std::string path = packet.c_str();
  const std::string types = lo_message_get_types(message.get()) ? lo_message_get_types(message.get()) : "";
  lo_arg** values = lo_message_get_argv(message.get());
  int numbers = 0;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const auto type = static_cast<lo_type>(types[i]);
    if (!lo_is_numerical_type(type)) continue;
    const double value = static_cast<double>(lo_hires_val(type, values[i]));
    const bool integer = type == LO_INT32 || type == LO_INT64;
    const std::string place = ++numbers > 1 ? " " + std::to_string(numbers) : "";
    events.push_back({"osc " + path + place, integer ? unit_of_integer(value) : unit(value)});
  }
}

void add_packet(std::string_view packet, std::vector<InputEvent>& events, int depth) {
  constexpr std::string_view bundle("#bundle\0", 8);
  if (!packet.starts_with(bundle)) {
    if (packet.starts_with('/')) add_message(std::string(packet), events);
    return;
  }
  if (depth == deepest) return;
  for (std::size_t at = 16; at + 4 <= packet.size();) {
    std::uint32_t size = 0;
    std::memcpy(&size, packet.data() + at, 4);
    size = ntohl(size);
    at += 4;
    if (size > packet.size() - at) return;
    add_packet(packet.substr(at, size), events, depth + 1);
    at += size;
  }
}

}  // namespace

std::vector<InputEvent> osc_events(std::string_view packet) {
  std::vector<InputEvent> events;
  add_packet(packet, events, 0);
  return events;
}

OscInput::OscInput(int port, bool open)
    : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)), port_(port) {
  require(socket_ >= 0, "There is no socket for OSC: {}.", std::strerror(errno));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(open ? INADDR_ANY : INADDR_LOOPBACK);
  if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    const std::string reason = std::strerror(errno);
    ::close(socket_);
    fail("OSC cannot listen on port {}: {}; choose another port.", port, reason);
  }
  socklen_t size = sizeof(address);
  if (::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0) port_ = ntohs(address.sin_port);
}

OscInput::~OscInput() {
  ::close(socket_);
}

std::vector<InputEvent> OscInput::drain() {
  std::vector<InputEvent> events;
  std::string buffer(largest_packet, '\0');
  for (int i = 0; i < most_packets; ++i) {
    const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (size < 0) break;
    add_packet(std::string_view(buffer.data(), static_cast<std::size_t>(size)), events, 0);
  }
  return events;
}

}  // namespace ganvas::inputs
