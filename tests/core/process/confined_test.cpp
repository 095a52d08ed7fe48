#include "core/process/confined.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/error.h"

namespace ganvas {
namespace {

using Send = std::function<void(std::string_view)>;

constexpr Confinement some{.memory = 64'000'000, .seconds = 20};

/// What the work sends.
std::string sent_by(const std::function<void(const Send&)>& work, const Confinement& limits = some) {
  std::string all;
  run_confined(limits, work, [&](std::string_view bytes) { all += bytes; });
  return all;
}

#ifdef __linux__

/// As a library that goes beyond its memory.
void break_down() {
  int* volatile nowhere = nullptr;
  *nowhere = 1;
}

TEST(Confined, SendsItsBytesInOrderAndChangesNothingHere) {
  int here = 1;
  std::string large(3'000'000, 'x');
  large.back() = 'y';
  EXPECT_EQ(sent_by([&](const Send& send) {
              here = 2;
              send(large);
              send("end");
            }),
            large + "end");
  EXPECT_EQ(here, 1);
  EXPECT_EQ(sent_by([](const Send&) {}), "");
}

TEST(Confined, WhatBreaksStaysInTheCopy) {
  EXPECT_THROW(sent_by([](const Send&) { break_down(); }), Error);
  EXPECT_THROW(sent_by([](const Send&) { std::abort(); }), Error);
  EXPECT_THROW(sent_by([](const Send&) { fail("no"); }), Error);
  // What came before it broke came.
  std::string all;
  EXPECT_THROW(run_confined(
                   some,
                   [](const Send& send) {
                     send("before");
                     break_down();
                   },
                   [&](std::string_view bytes) { all += bytes; }),
               Error);
  EXPECT_EQ(all, "before");
}

TEST(Confined, EndsWhatTakesTooLong) {
  try {
    sent_by(
        [](const Send&) {
          for (volatile bool on = true; on;) {
          }
        },
        {.memory = 1'000'000, .seconds = 0.3});
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("longer"), std::string::npos);
  }
}

TEST(Confined, WhatTheReceiverThrowsEndsTheCopy) {
  EXPECT_THROW(run_confined(
                   some,
                   [](const Send& send) {
                     for (;;) send("more");
                   },
                   [](std::string_view) { fail("enough"); }),
               Error);
  // Also while nothing comes.
  int calls = 0;
  EXPECT_THROW(run_confined(
                   some,
                   [](const Send&) {
                     for (volatile bool on = true; on;) {
                     }
                   },
                   [&](std::string_view bytes) {
                     EXPECT_TRUE(bytes.empty());
                     if (++calls == 2) fail("enough");
                   }),
               Error);
  errno = 0;
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD) << "no copy is left";
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(GANVAS_SANITIZED)
TEST(Confined, OpensNoFileAndStartsNothing) {
  EXPECT_EQ(sent_by([](const Send& send) {
              send(open("/etc/hostname", O_RDONLY) >= 0 ? "opened " : "no file ");
              send(socket(AF_INET, SOCK_STREAM, 0) >= 0 ? "connected " : "no connection ");
              execl("/bin/true", "true", nullptr);
              send(fork() >= 0 ? "copied" : "no copy");
            }),
            "no file no connection no copy");
}

TEST(Confined, TakesNoMoreMemoryThanItMay) {
  EXPECT_THROW(sent_by([](const Send& send) {
                 std::vector<char> much(std::size_t{1} << 30, 'a');
                 send({much.data(), 1});
               }),
               Error);
}
#endif

#endif

}  // namespace
}  // namespace ganvas
