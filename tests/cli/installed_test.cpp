// What packaging/ puts around the program: pages made from its --help, and the start with a LibTorch that is found.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <regex>

#include "core/files.h"
#include "support/process.h"
#include "support/source_folder.h"

namespace ganvas::test {
namespace {
namespace fs = std::filesystem;

std::string packaging() {
  return test::source_folder() + "/packaging/";
}

std::string python() {
  const char* given = std::getenv("GANVAS_PYTHON");
  return given == nullptr ? "python3" : given;
}

TEST(Installed, ManualAndCompletionsSayAllThatHelpSays) {
  const TemporaryFolder folder;
  const ProcessResult made =
      run_shell(fmt::format("'{}' '{}pages.py' '{}' .", python(), packaging(), program()), folder.path());
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const std::string manual = read_file(folder / "man/man1/ganvas.1");
  const std::string bash = read_file(folder / "bash-completion/completions/ganvas");
  const std::string zsh = read_file(folder / "zsh/site-functions/_ganvas");
  const std::string fish = read_file(folder / "fish/vendor_completions.d/ganvas.fish");
  EXPECT_EQ(run_shell("bash -n bash-completion/completions/ganvas", folder.path()).exit_code, 0);
  for (const std::string command : {"", "train", "generate", "dataset make", "metrics"}) {
    const std::string help = run_program(command + " --help", folder.path()).out;
    static const std::regex option("\n  (?:-\\w,\\s*)?--([\\w-]+)");
    std::size_t options = 0;
    for (std::sregex_iterator match(help.begin(), help.end(), option), end; match != end; ++match, ++options) {
      const std::string name = (*match)[1];
      EXPECT_NE(manual.find("\\-\\-" + std::regex_replace(name, std::regex("-"), "\\-")), std::string::npos) << name;
      EXPECT_NE(bash.find("--" + name), std::string::npos) << name;
      EXPECT_NE(zsh.find("--" + name), std::string::npos) << name;
      EXPECT_NE(fish.find("-l " + name), std::string::npos) << name;
    }
    EXPECT_GE(options, 2U) << command;
  }
  const std::string completed =
      "source bash-completion/completions/ganvas; COMP_WORDS=(ganvas train --on-trouble r); "
      "COMP_CWORD=3; _ganvas; echo \"${COMPREPLY[*]}\"";
  EXPECT_EQ(run_shell(fmt::format("bash -c '{}'", completed), folder.path()).out, "roll_back\n");
}

/// A bundle whose program tells what it was started with, and environments that look as if they held LibTorch.
class Launcher : public testing::Test {
 protected:
  TemporaryFolder folder;

  void SetUp() override {
    fs::create_directories(folder / "bundle");
    fs::copy(packaging() + "launch.py", folder / "bundle/launch.py");
    write_file(folder / "bundle/ganvas", "#!/bin/sh\necho \"$LD_LIBRARY_PATH|$*\"\n");
    fs::permissions(folder / "bundle/ganvas", fs::perms::owner_all);
    build_with("13.0");
  }

  void build_with(const std::string& cuda) {
    write_file(folder / "bundle/built.json",
               fmt::format(R"({{"version": "1", "torch": "2.11.0", "cuda": "{}"}})", cuda));
  }

  std::string environment(const std::string& name, const std::string& version, const std::string& cuda) {
    const fs::path packages = folder / (name + "/lib/python3.11/site-packages");
    write_file(packages / "torch/version.py", "__version__ = '" + version + "'\ncuda: Optional[str] = " + cuda + "\n");
    write_file(packages / "torch/lib/libtorch_cpu.so", "");
    if (cuda != "None") write_file(packages / "torch/lib/libtorch_cuda.so", "");
    if (cuda != "None") write_file(packages / "nvidia/cudnn/lib/libcudnn.so.9", "");
    return packages / "torch";
  }

  ProcessResult start(const std::string& settings, const std::string& arguments) {
    return run_shell(fmt::format("env XDG_CACHE_HOME='{}' {} '{}' -S bundle/launch.py {}", (folder / "cache").string(),
                                 settings, python(), arguments),
                     folder.path());
  }
};

TEST_F(Launcher, StartsTheProgramWithTheLibrariesOfTheEnvironmentThatIsNamed) {
  const std::string torch = environment("good", "2.11.0+cu130", "'13.0'");
  for (const std::string& named : {std::string("good"), torch}) {
    const ProcessResult result = start("", "--torch '" + named + "' info --json");
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_TRUE(result.out.find("torch/lib:") < result.out.find("nvidia/cudnn/lib:")) << result.out;
    EXPECT_TRUE(result.out.find("/usr/lib:") < result.out.find("bundle/libraries|info --json")) << result.out;
  }
  EXPECT_EQ(start("", "--torch=good info").exit_code, 0);
}

TEST_F(Launcher, PassesOverWhatDoesNotFitAndSaysWhy) {
  environment("old", "2.9.1+cu130", "'13.0'");
  environment("cpu", "2.11.0+cpu", "None");
  EXPECT_NE(start("", "--torch old info").err.find("it is 2.9.1"), std::string::npos);
  EXPECT_NE(start("", "--torch cpu info").err.find("the processor alone"), std::string::npos);
  EXPECT_NE(start("", "--torch . info").err.find("holds no LibTorch"), std::string::npos);
  const ProcessResult none = start("VIRTUAL_ENV=old", "info");
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_NE(none.err.find("is passed over: it is 2.9.1"), std::string::npos) << none.err;
  EXPECT_NE(none.err.find("--install-torch"), std::string::npos) << none.err;

  environment("cache/ganvas/libtorch-2.11.0", "2.11.0+cu130", "'13.0'");
  EXPECT_EQ(start("VIRTUAL_ENV=old", "info").exit_code, 0);
  build_with("");
  EXPECT_EQ(start("VIRTUAL_ENV=cpu", "info").exit_code, 0);
  EXPECT_NE(start("VIRTUAL_ENV=cpu", "info").out.find("/cpu/lib"), std::string::npos);
}

}  // namespace
}  // namespace ganvas::test
