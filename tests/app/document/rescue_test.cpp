#include "app/document/rescue.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "app/document/session_file.h"
#include "app/support.h"
#include "core/files.h"

namespace ganvas::app {
namespace {

namespace fs = std::filesystem;
using test::eventually;
using test::Folder;

AppState with_seed(double seed) {
  AppState state;
  state.latent.seed_x = seed;
  return state;
}

/// A program that runs for `seconds` of ticks with that document; how it ends is the test's.
void work(Rescue& rescue, const AppState& state, double seconds) {
  for (double now = 0; now < seconds; now += 0.1) {
    rescue.tick(state, 0.1);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST(Rescue, WhatAFatalSignalLeavesIsFoundByTheNextStart) {
  const Folder folder;
  const std::string own = folder / "unsaved";
  const pid_t child = ::fork();
  if (child == 0) {
    Rescue rescue(own, AppState{});
    work(rescue, with_seed(3), 2);
    while (!fs::exists(own + "/1.json")) rescue.tick(with_seed(3), 0.1);
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  Rescue next(own, AppState{});
  ASSERT_NE(next.found().path, "");
  EXPECT_EQ(next.found().written.size(), std::string("2026-11-28 22:41").size());
  EXPECT_EQ(load_session(next.found().path), with_seed(3));
}

TEST(Rescue, ADocumentIsOnDiskTwoSecondsAfterItChanged) {
  const Folder folder;
  Rescue rescue(folder / "u", AppState{});
  work(rescue, AppState{}, 5);
  EXPECT_FALSE(fs::exists(folder / "u/1.json")) << "nothing has changed yet";
  for (const double seed : {1.0, 2.0}) {
    work(rescue, with_seed(seed), 2);
    EXPECT_TRUE(eventually(
        [&] { return fs::exists(folder / "u/1.json") && load_session(folder / "u/1.json") == with_seed(seed); }));
  }
  rescue.keep(with_seed(3));
  EXPECT_EQ(load_session(folder / "u/1.json"), with_seed(3)) << "at once, for a program that ends by an error";
}

TEST(Rescue, AProgramThatEndsAsItShouldLeavesNothing) {
  const Folder folder;
  {
    Rescue rescue(folder / "u", AppState{});
    rescue.keep(with_seed(1));
    rescue.end();
  }
  EXPECT_EQ(Rescue(folder / "u", AppState{}).found().path, "");
}

TEST(Rescue, ProgramsAtTheSameTimeDoNotSeeEachOther) {
  const Folder folder;
  auto first = std::make_unique<Rescue>(folder / "u", AppState{});
  first->keep(with_seed(1));
  Rescue second(folder / "u", AppState{});
  EXPECT_EQ(second.found().path, "");
  second.keep(with_seed(2));
  first.reset();  // without end()
  const Rescue third(folder / "u", AppState{});
  ASSERT_NE(third.found().path, "");
  EXPECT_EQ(load_session(third.found().path), with_seed(1));
  EXPECT_EQ(Rescue(folder / "u", AppState{}).found().path, "") << "it is offered once at a time";
}

TEST(Rescue, IsOfferedUntilItIsAnswered) {
  const Folder folder;
  for (const double seed : {1.0, 2.0}) {
    Rescue rescue(folder / "u", AppState{});
    rescue.leave(false);
    rescue.keep(with_seed(seed));
  }
  const auto of_next = [&](const std::function<void(Rescue&)>& answer) {
    Rescue rescue(folder / "u", AppState{});
    const double seed = rescue.found().path.empty() ? 0 : load_session(rescue.found().path).latent.seed_x;
    answer(rescue);
    return seed;
  };
  const double first = of_next([](Rescue& rescue) { rescue.leave(false); });
  EXPECT_NE(first, 0);
  EXPECT_EQ(of_next([](Rescue&) {}), first) << "\"not now\" is for this start alone";
  EXPECT_EQ(of_next([](Rescue& rescue) {
              rescue.leave(true);
              EXPECT_NE(rescue.found().path, "") << "the other one";
            }),
            first);
  const double other = of_next([](Rescue& rescue) { rescue.take_over(); });
  EXPECT_EQ(other, 3 - first);
  EXPECT_EQ(of_next([](Rescue& rescue) { rescue.take_over(); }), other) << "it is kept while it is worked on";
  of_next([](Rescue& rescue) {
    rescue.take_over();
    rescue.end();
  });
  EXPECT_EQ(of_next([](Rescue&) {}), 0);
}

TEST(Rescue, WhereNothingCanBeWrittenTheProgramGoesOn) {
  for (const std::string folder : {"", "/dev/full/unsaved"}) {
    Rescue rescue(folder, AppState{});
    work(rescue, with_seed(1), 2);
    rescue.keep(with_seed(2));
    rescue.leave(true);
    rescue.take_over();
    EXPECT_EQ(rescue.found().path, "");
    rescue.end();
  }
}

}  // namespace
}  // namespace ganvas::app
