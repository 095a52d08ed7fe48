#include "core/process/torn_files.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/files.h"

namespace ganvas {
namespace {

namespace fs = std::filesystem;

TEST(TornFiles, AreThoseOfProcessesThatAreGone) {
  const pid_t gone = fork();
  if (gone == 0) _exit(0);
  siginfo_t ended{};
  waitid(P_PID, static_cast<id_t>(gone), &ended, WEXITED | WNOWAIT);  // it is not buried yet
  const fs::path folder = fs::temp_directory_path() / ("ganvas-torn-" + std::to_string(::getpid()));
  const std::string dead = ".tmp" + std::to_string(gone), alive = ".tmp" + std::to_string(::getpid());
  for (const std::string& name : {"a.png", "b.png.tmpx", "c.tmp"}) write_file(folder / name, "kept");
  write_file(folder / ("d.png" + dead), "torn");
  write_file(folder / ("e.png" + alive), "being written");
  remove_torn_files(folder);
  for (const std::string& name :
       {std::string("a.png"), std::string("b.png.tmpx"), std::string("c.tmp"), "e.png" + alive})
    EXPECT_TRUE(fs::exists(folder / name)) << name;
  EXPECT_FALSE(fs::exists(folder / ("d.png" + dead)));
  remove_torn_files(folder / "none");
  EXPECT_EQ(name_when_whole("d.png" + dead), "d.png");
  EXPECT_EQ(name_when_whole("c.tmp"), "c.tmp");
  EXPECT_EQ(name_when_whole("a.png"), "a.png");
  waitpid(gone, nullptr, 0);
  write_file(folder / ("d.png" + dead), "torn");
  remove_torn_files(folder);
  EXPECT_FALSE(fs::exists(folder / ("d.png" + dead)));
  fs::remove_all(folder);
}

}  // namespace
}  // namespace ganvas
