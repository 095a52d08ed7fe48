#include "media/live/address.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/error.h"
#include "core/outside/printable.h"

namespace ganvas::media {

namespace {

constexpr std::array<std::string_view, 4> schemes = {"udp://", "srt://", "rtmp://", "rtmps://"};
constexpr std::string_view camera = "/dev/video";

/// Length of the part before the path and the options; 0: it has no host.
std::size_t host_end(const std::string& address, std::string_view scheme) {
  const std::size_t end = std::min(address.find_first_of("/?", scheme.size()), address.size());
  return end == scheme.size() ? 0 : end;
}

const std::string_view* scheme_of(const std::string& address) {
  const auto* found =
      std::ranges::find_if(schemes, [&](std::string_view scheme) { return address.starts_with(scheme); });
  return found == schemes.end() ? nullptr : found;
}

}  // namespace

LiveKind kind_of_address(const std::string& address) {
  if (address.starts_with(camera)) {
    const std::string_view number = std::string_view(address).substr(camera.size());
    if (!number.empty() && number.size() < 4 && number.find_first_not_of("0123456789") == std::string_view::npos)
      return LiveKind::camera;
  }
  const std::string_view* scheme = scheme_of(address);
  const bool printable_only = std::ranges::none_of(address, [](char c) { return c <= ' ' || c == '\x7f'; });
  require(scheme != nullptr && host_end(address, *scheme) > 0 && printable_only,
          "\"{}\" is no address for a picture; they look like udp://192.168.1.20:5000, srt://host:9000, "
          "rtmp://host/app/key, or /dev/video2 for a virtual camera.",
          printable(shown_address(address)));
  return LiveKind::network;
}

std::string shown_address(const std::string& address) {
  const std::string_view* scheme = scheme_of(address);
  if (scheme == nullptr) return printable(address);
  std::size_t end = host_end(address, *scheme);
  if (end == 0) end = scheme->size();
  // A name and a password may stand before the host.
  const std::size_t at = address.rfind('@', end);
  const std::string host = at == std::string::npos || at < scheme->size()
                               ? address.substr(scheme->size(), end - scheme->size())
                               : address.substr(at + 1, end - at - 1);
  return printable(std::string(*scheme) + host + (end < address.size() ? "/…" : ""));
}

}  // namespace ganvas::media
