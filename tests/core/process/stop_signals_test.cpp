#include "core/process/stop_signals.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

namespace ganvas {
namespace {

TEST(StopSignals, TheFirstIsCountedAndTheSecondEnds) {
  const auto one = [] {
    count_stop_signals();
    std::raise(SIGTERM);
    std::_Exit(stop_signals());
  };
  EXPECT_EXIT(one(), testing::ExitedWithCode(1), "");
  const auto two = [] {
    count_stop_signals();
    std::raise(SIGINT);
    std::raise(SIGTERM);
    std::_Exit(0);
  };
  EXPECT_EXIT(two(), testing::KilledBySignal(SIGTERM), "");
}

TEST(StopSignals, WhatIsIgnoredStaysSo) {
  const auto hung_up = [] {
    std::signal(SIGHUP, SIG_IGN);
    count_stop_signals();
    std::raise(SIGHUP);
    std::_Exit(stop_signals());
  };
  EXPECT_EXIT(hung_up(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace ganvas
