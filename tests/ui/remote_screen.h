#pragma once
// A client of Xvnc's RFB protocol (RFC 6143 and its ExtendedDesktopSize): gives the X server several monitors, which
// Xvfb cannot have, and reads its pixels.

#include <filesystem>
#include <span>
#include <vector>

#include "core/image.h"

namespace ganvas::test {

struct MonitorPlace {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

class RemoteScreen {
 public:
  /// Waits for the server's socket. Throws std::runtime_error.
  explicit RemoteScreen(const std::filesystem::path& socket);
  ~RemoteScreen();
  RemoteScreen(const RemoteScreen&) = delete;
  RemoteScreen& operator=(const RemoteScreen&) = delete;

  /// The desktop becomes as large as they are together.
  void set_monitors(std::span<const MonitorPlace> monitors);
  /// RGB pixels of a part of the desktop.
  Image pixels(const MonitorPlace& part);

 private:
  void send(std::span<const std::uint8_t> bytes) const;
  std::vector<std::uint8_t> receive(std::size_t count) const;
  void ask(const MonitorPlace& part) const;
  /// Puts what one message brings of `part` into the image; returns the number of its pixels.
  std::size_t take_message(const MonitorPlace& part, Image& image);
  std::size_t take_pixels(const MonitorPlace& place, const MonitorPlace& part, Image& image) const;

  int socket_ = -1;
  int width_ = 0;  // of the desktop, as the server has said
};

}  // namespace ganvas::test
