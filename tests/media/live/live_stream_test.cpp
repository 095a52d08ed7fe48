// Streams are received by libav on the loopback interface, and looked at.

#include "media/live/live_stream.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <thread>

#include "core/error.h"
#include "media/live/address.h"
#include "media/support.h"

namespace ganvas::media {
namespace {

using test::Film;
using test::FilmFrame;
using test::moving_picture;
using test::psnr;

/// A port of this machine that was free just now.
std::string free_port(int kind) {
  const int socket = ::socket(AF_INET, kind, 0);
  sockaddr_in place = {};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* address = reinterpret_cast<sockaddr*>(&place);
  socklen_t size = sizeof place;
  const bool bound = bind(socket, address, size) == 0 && getsockname(socket, address, &size) == 0;
  close(socket);
  require(bound, "There is no free port.");
  return std::to_string(ntohs(place.sin_port));
}

LiveStream::Picture picture(double phase) {
  return [image = std::make_shared<const Image>(moving_picture(96, 64, phase))] { return image; };
}

/// Waits for what another thread does; false: in vain.
bool comes_true(const std::function<bool()>& holds) {
  for (int i = 0; i < 600 && !holds(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  return holds();
}

bool shows(const FilmFrame& frame, double phase) {
  return psnr(frame.image, moving_picture(96, 64, phase)) > 28;
}

LiveOptions small(const std::string& address) {
  return {.address = address, .width = 96, .height = 64, .fps = 20, .kilobits = 2000};
}

TEST(LiveStream, UdpCarriesTheNewestPictureAtTheChosenRate) {
  const std::string address = "udp://127.0.0.1:" + free_port(SOCK_DGRAM);
  LiveStream stream(small(address));
  stream.show(picture(0));
  bool first_seen = false;
  const Film film = test::read_stream(address,
                                      [&](const FilmFrame& frame) {
                                        if (!first_seen && shows(frame, 0)) {
                                          first_seen = true;
                                          stream.show(picture(1));
                                        }
                                        return first_seen && shows(frame, 1);
                                      },
                                      {{"timeout", "30000000"}});
  EXPECT_EQ(film.width, 96);
  EXPECT_EQ(film.height, 64);
  ASSERT_GE(film.frames.size(), 2U);
  for (std::size_t i = 1; i < film.frames.size(); ++i) {
    const double frames = (film.frames[i].seconds - film.frames[i - 1].seconds) * 20;
    EXPECT_NEAR(frames, std::round(frames), 0.01)
        << "a whole number of frames, of which a busy machine leaves some out";
    EXPECT_GE(frames, 0.99);
  }
  EXPECT_EQ(stream.error(), "");
  const LiveStats stats = stream.stats();
  EXPECT_TRUE(stats.connected);
  EXPECT_EQ(stats.pictures, 2U);
  EXPECT_GT(stats.frames, stats.pictures) << "the last picture is sent again";
}

TEST(LiveStream, BordersAndCropAreThoseOfTheFraming) {
  const std::string address = "udp://127.0.0.1:" + free_port(SOCK_DGRAM);
  LiveOptions options = small(address);
  options.width = 192;
  LiveStream stream(options);
  stream.show(picture(0.5));
  const Image shown = moving_picture(96, 64, 0.5);
  const auto boxed = [&](const FilmFrame& frame) {
    return frame.image.at(4, 32)[0] < 12 && std::abs(frame.image.at(96, 32)[0] - shown.at(48, 32)[0]) < 12;
  };
  const auto blurred = [&](const FilmFrame& frame) {
    return frame.image.at(4, 32)[0] > 40 && std::abs(frame.image.at(96, 32)[0] - shown.at(48, 32)[0]) < 12;
  };
  const auto covered = [&](const FilmFrame& frame) {
    return std::abs(frame.image.at(4, 32)[0] - shown.at(2, 32)[0]) < 12 && frame.image.at(96, 10)[0] > 150;
  };
  int seen = 0;
  test::read_stream(address,
                    [&](const FilmFrame& frame) {
                      if (seen == 0 && boxed(frame)) {
                        seen = 1;
                        stream.set_framing({.border = Framing::Border::blurred});
                      } else if (seen == 1 && blurred(frame)) {
                        seen = 2;
                        stream.set_framing({.fit = Framing::Fit::cover});
                      }
                      return seen == 2 && covered(frame);
                    },
                    {{"timeout", "30000000"}});
  EXPECT_EQ(seen, 2);
}

TEST(LiveStream, WhatIsLostIsTriedAgain) {
  const std::string port = free_port(SOCK_DGRAM);
  const auto listen = [&] {
    return std::async(std::launch::async, [&] {
      return test::read_stream("srt://127.0.0.1:" + port + "?mode=listener&timeout=30000000",
                               [](const FilmFrame& frame) { return shows(frame, 0.25); });
    });
  };
  auto first = listen();
  std::unique_ptr<LiveStream> stream;
  ASSERT_TRUE(comes_true([&] {  // the listener may take a moment
    if (stream && stream->done()) stream = nullptr;
    if (!stream) {
      stream = std::make_unique<LiveStream>(small("srt://127.0.0.1:" + port));
      stream->show(picture(0.25));
    }
    return first.wait_for(std::chrono::milliseconds(100)) == std::future_status::ready;
  })) << stream->error();
  EXPECT_EQ(first.get().width, 96);
  ASSERT_TRUE(comes_true([&] { return !stream->stats().connected; })) << "the listener is gone";
  EXPECT_NE(stream->stats().problem, "");
  auto second = listen();
  EXPECT_EQ(second.get().width, 96);
  EXPECT_GE(stream->stats().connections, 2);
  EXPECT_FALSE(stream->done());
}

TEST(LiveStream, RtmpCarriesFlv) {
  const std::string address = "rtmp://127.0.0.1:" + free_port(SOCK_STREAM) + "/live/key";
  auto received = std::async(std::launch::async, [&] {
    return test::read_stream(address, [](const FilmFrame& frame) { return shows(frame, 0.75); },
                             {{"listen", "1"}, {"timeout", "30"}});
  });
  std::unique_ptr<LiveStream> stream;
  ASSERT_TRUE(comes_true([&] {
    if (stream && stream->done()) stream = nullptr;
    if (!stream) {
      stream = std::make_unique<LiveStream>(small(address));
      stream->show(picture(0.75));
    }
    return received.wait_for(std::chrono::milliseconds(100)) == std::future_status::ready;
  })) << stream->error();
  EXPECT_EQ(received.get().codec, "h264");
}

TEST(LiveStream, WhereNobodyListensItEndsWithASentenceWithoutTheKey) {
  LiveStream stream(small("rtmp://127.0.0.1:" + free_port(SOCK_STREAM) + "/live/secret"));
  ASSERT_TRUE(comes_true([&] { return stream.done(); }));
  EXPECT_NE(stream.error().find("rtmp://127.0.0.1:"), std::string::npos) << stream.error();
  EXPECT_EQ(stream.error().find("secret"), std::string::npos) << stream.error();
}

TEST(LiveStream, ItStopsWhileItWaitsForTheOtherSide) {
  LiveStream stream(small("srt://127.0.0.1:" + free_port(SOCK_DGRAM) + "?mode=listener"));
  EXPECT_FALSE(stream.done());
  stream.stop();
  EXPECT_TRUE(comes_true([&] { return stream.done(); }));
  EXPECT_EQ(stream.error(), "") << "who stops a stream knows";
}

TEST(LiveStream, WhatCannotBeIsRefusedAtOnce) {
  EXPECT_THROW(check_live(small("http://host")), Error);
  EXPECT_THROW(check_live(small("/tmp/file")), Error);
  LiveOptions odd = small("udp://127.0.0.1:5000");
  odd.width = 97;
  EXPECT_THROW(check_live(odd), Error);
  LiveOptions slow = small("udp://127.0.0.1:5000");
  slow.fps = 0;
  EXPECT_THROW(LiveStream{slow}, Error);
}

TEST(LiveAddress, KindsAndWhatIsShownOfThem) {
  EXPECT_EQ(kind_of_address("udp://10.0.0.1:5000"), LiveKind::network);
  EXPECT_EQ(kind_of_address("srt://:9000?mode=listener"), LiveKind::network);
  EXPECT_EQ(kind_of_address("/dev/video12"), LiveKind::camera);
  for (const char* wrong : {"", "udp://", "rtmp:///key", "/dev/video", "/dev/videox", "/dev/video1/../sda", "file:/x",
                            "udp://host:1\n", "UDP://host:1"})
    EXPECT_THROW(kind_of_address(wrong), Error) << wrong;
  EXPECT_EQ(shown_address("rtmp://live.example/app/key"), "rtmp://live.example/…");
  EXPECT_EQ(shown_address("rtmps://name:word@live.example/app"), "rtmps://live.example/…");
  EXPECT_EQ(shown_address("udp://10.0.0.1:5000"), "udp://10.0.0.1:5000");
  EXPECT_EQ(shown_address("/dev/video2"), "/dev/video2");
}

TEST(VirtualCamera, WhatIsNoneSaysHowToGetOne) {
  LiveStream missing(small("/dev/video987"));
  ASSERT_TRUE(comes_true([&] { return missing.done(); }));
  EXPECT_NE(missing.error().find("v4l2loopback"), std::string::npos) << missing.error();
}

TEST(VirtualCamera, ALoopbackDeviceTakesPictures) {
  std::string device;
  for (int i = 0; i < 64 && device.empty(); ++i)
    if (std::filesystem::exists("/dev/video" + std::to_string(i))) device = "/dev/video" + std::to_string(i);
  if (device.empty()) GTEST_SKIP() << "This machine has no /dev/video*; v4l2loopback makes one.";
  LiveOptions options = small(device);
  options.width = 640;
  options.height = 480;
  LiveStream stream(options);
  stream.show(picture(0.5));
  ASSERT_TRUE(comes_true([&] { return stream.done() || stream.stats().frames > 5; }));
  if (stream.error().find("is a real camera") != std::string::npos) GTEST_SKIP() << stream.error();
  EXPECT_EQ(stream.error(), "");
  const Film film = test::read_stream(device, [](const FilmFrame& frame) { return frame.image.at(320, 240)[0] > 150; });
  EXPECT_EQ(film.width, 640);
}

}  // namespace
}  // namespace ganvas::media
