#include "ui/remote_screen.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <vector>

namespace ganvas::test {
namespace {

constexpr int raw = 0;
constexpr int extended_desktop_size = -308;

/// Big-endian numbers one after the other.
class Message {
 public:
  Message& u8(int value) {
    bytes_.push_back(static_cast<std::uint8_t>(value));
    return *this;
  }
  Message& u16(int value) { return u8(value >> 8).u8(value); }
  Message& u32(int value) { return u16(value >> 16).u16(value); }
  operator std::span<const std::uint8_t>() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

int number(std::span<const std::uint8_t> bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | bytes[at + i];
  return static_cast<int>(value);
}

}  // namespace

RemoteScreen::RemoteScreen(const std::filesystem::path& path) : socket_(socket(AF_UNIX, SOCK_STREAM, 0)) {
  sockaddr_un place = {};
  place.sun_family = AF_UNIX;
  std::strncpy(place.sun_path, path.c_str(), sizeof place.sun_path - 1);
  bool connected = false;
  for (int i = 0; i < 200 && !connected; ++i) {
    connected = connect(socket_, reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0;
    if (!connected) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  if (!connected) throw std::runtime_error("Xvnc does not start; install the package tigervnc-standalone-server");
  receive(12);  // its version
  static constexpr char version[] = "RFB 003.008\n";
  send({reinterpret_cast<const std::uint8_t*>(version), 12});
  receive(static_cast<std::size_t>(receive(1)[0]));  // ways to prove who one is, of which "none" is taken
  send(Message().u8(1));
  if (number(receive(4), 0, 4) != 0) throw std::runtime_error("Xvnc refuses the client");
  send(Message().u8(1));  // shared with others
  const std::vector<std::uint8_t> start = receive(24);
  receive(static_cast<std::size_t>(number(start, 20, 4)));  // the desktop's name
  // 32 bits a pixel, red in the lowest byte.
  send(Message().u8(0).u8(0).u16(0).u8(32).u8(24).u8(0).u8(1).u16(255).u16(255).u16(255).u8(0).u8(8).u8(16).u8(0).u16(
      0));
}

RemoteScreen::~RemoteScreen() {
  close(socket_);
}

void RemoteScreen::send(std::span<const std::uint8_t> bytes) const {
  if (write(socket_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error("Xvnc has gone");
}

std::vector<std::uint8_t> RemoteScreen::receive(std::size_t count) const {
  std::vector<std::uint8_t> bytes(count);
  for (std::size_t have = 0; have < count;) {
    const ssize_t got = read(socket_, bytes.data() + have, count - have);
    if (got <= 0) throw std::runtime_error("Xvnc has gone");
    have += static_cast<std::size_t>(got);
  }
  return bytes;
}

void RemoteScreen::set_monitors(std::span<const MonitorPlace> monitors) {
  MonitorPlace desktop;
  for (const MonitorPlace& monitor : monitors) {
    desktop.width = std::max(desktop.width, monitor.x + monitor.width);
    desktop.height = std::max(desktop.height, monitor.y + monitor.height);
  }
  send(Message().u8(2).u8(0).u16(2).u32(raw).u32(extended_desktop_size));
  Image nothing;
  for (ask({0, 0, 1, 1}); width_ == 0;) take_message({}, nothing);
  Message message;
  message.u8(251).u8(0).u16(desktop.width).u16(desktop.height).u8(static_cast<int>(monitors.size())).u8(0);
  int id = 0;
  for (const MonitorPlace& monitor : monitors)
    message.u32(++id).u16(monitor.x).u16(monitor.y).u16(monitor.width).u16(monitor.height).u32(0);
  send(message);
  for (ask({0, 0, 1, 1}); width_ != desktop.width;) take_message({}, nothing);
  // From here on a request is answered with pixels alone.
  send(Message().u8(2).u8(0).u16(1).u32(raw));
}

Image RemoteScreen::pixels(const MonitorPlace& part) {
  Image image(part.width, part.height, 3);
  ask(part);
  for (std::size_t taken = 0; taken < image.pixels.size() / 3;) taken += take_message(part, image);
  return image;
}

void RemoteScreen::ask(const MonitorPlace& part) const {
  send(Message().u8(3).u8(0).u16(part.x).u16(part.y).u16(part.width).u16(part.height));
}

std::size_t RemoteScreen::take_message(const MonitorPlace& part, Image& image) {
  const int kind = receive(1)[0];
  if (kind == 2) return 0;  // a bell
  if (kind == 3) {          // its clipboard
    receive(static_cast<std::size_t>(number(receive(7), 3, 4)));
    return 0;
  }
  if (kind != 0) throw std::runtime_error("Xvnc says what is not understood");
  std::size_t taken = 0;
  for (int left = number(receive(3), 1, 2); left > 0; --left) {
    const std::vector<std::uint8_t> head = receive(12);
    const MonitorPlace place{number(head, 0, 2), number(head, 2, 2), number(head, 4, 2), number(head, 6, 2)};
    if (number(head, 8, 4) == extended_desktop_size) {
      width_ = place.width;
      receive(static_cast<std::size_t>(receive(4)[0]) * 16);
    } else {
      taken += take_pixels(place, part, image);
    }
  }
  return taken;
}

std::size_t RemoteScreen::take_pixels(const MonitorPlace& place, const MonitorPlace& part, Image& image) const {
  const std::vector<std::uint8_t> content =
      receive(static_cast<std::size_t>(place.width) * static_cast<std::size_t>(place.height) * 4);
  std::size_t taken = 0;
  for (int row = 0; row < place.height; ++row)
    for (int column = 0; column < place.width; ++column) {
      const int x = place.x + column - part.x, y = place.y + row - part.y;
      if (x < 0 || y < 0 || x >= part.width || y >= part.height) continue;
      std::copy_n(content.data() + (static_cast<std::ptrdiff_t>(row) * place.width + column) * 4, 3, image.at(x, y));
      ++taken;
    }
  return taken;
}

}  // namespace ganvas::test
