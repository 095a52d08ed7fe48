#pragma once
// The addresses that a live picture can be sent to.

#include <string>

namespace ganvas::media {

enum class LiveKind { network, camera };

/// By its beginning: udp://, srt://, rtmp:// or rtmps:// with a host, or /dev/video and a number. Throws Error, with
/// examples, for any other.
LiveKind kind_of_address(const std::string& address);

/// As it may be shown and logged: what stands after the host is often a key.
std::string shown_address(const std::string& address);

}  // namespace ganvas::media
