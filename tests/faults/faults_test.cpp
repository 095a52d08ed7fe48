// One call of the program fails, drawn by a seed: it goes on or ends soon, says what happened in one sentence, and what
// was whole before is whole still. GANVAS_FAULTS sets how many are drawn a test, GANVAS_FAULT_SEED the first seed
// (docs/testing.md).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <functional>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "faults/failing_program.h"

namespace ganvas::test {
namespace {

namespace fs = std::filesystem;
using Arguments = std::vector<std::string>;

long number_of(const char* variable, long otherwise) {
  const char* given = std::getenv(variable);
  return given != nullptr ? std::atol(given) : otherwise;
}

/// What no person should read.
void expect_plain(const Ending& ending) {
  for (const char* noise :
       {"terminate called", "what():", "json.exception", "c10::", "at::", "std::", "Exception raised", "frame #",
        "Assertion", "basic_", "filesystem error", "pure virtual", "AddressSanitizer"})
    EXPECT_EQ(ending.errors.find(noise), std::string::npos) << noise << " in: " << ending.errors;
  std::size_t sentences = 0;
  for (std::size_t at = ending.errors.find("ganvas: "); at != std::string::npos;
       at = ending.errors.find("ganvas: ", at + 1))
    sentences += at == 0 || ending.errors[at - 1] == '\n' ? 1 : 0;
  EXPECT_EQ(sentences, ending.exit_code == 1 ? 1U : 0U) << ending.errors;
}

bool is_whole_png(const fs::path& path) {
  const std::string bytes = read_file(path);
  return bytes.starts_with("\x89PNG") && bytes.ends_with(std::string("IEND\xae\x42\x60\x82"));
}

class Faults : public testing::Test {
 protected:
  TemporaryFolder base;  ///< what each trial begins with
  std::unique_ptr<FailingProgram> program;

  static constexpr double patience = 3;  ///< seconds for which a run that could not go on is watched

  void SetUp() override {
    if (!can_fail()) GTEST_SKIP() << "a sanitizer has its own calls";
    program = std::make_unique<FailingProgram>();
    expect_end(base.path(), training("run", 0.02));
  }

  static Arguments training(const std::string& out, double kimg) {
    return {"train",
            "--recipe",
            "starter-dcgan",
            "--set",
            "network.resolution=32",
            "--set",
            "network.dcgan.channels=[16,8,8]",
            "--set",
            "network.dcgan.d_channels=[8,8,16]",
            "--set",
            "network.z_dim=8",
            "--set",
            "batch=4",
            "--set",
            "data.count=16",
            "--set",
            "save_seconds=0.02",
            "--set",
            "sample_kimg=0.02",
            "--kimg",
            std::to_string(kimg),
            "--out",
            out,
            "--threads",
            "1",
            "--loader-threads",
            "1",
            "--quality",
            "0",
            "--history-kimg",
            "0.004",
            "--device",
            "cpu",
            "--progress",
            "none"};
  }
  static Arguments resuming(double kimg) {
    return {"train",
            "--resume",
            "run",
            "--kimg",
            std::to_string(kimg),
            "--threads",
            "1",
            "--loader-threads",
            "1",
            "--quality",
            "0",
            "--history-kimg",
            "0.004",
            "--device",
            "cpu",
            "--progress",
            "none"};
  }

  /// Without a fault it ends well.
  Ending expect_end(const fs::path& folder, const Arguments& arguments) {
    Ending ending = program->run(folder, arguments);
    EXPECT_EQ(ending.exit_code, 0) << arguments.front() << ": " << ending.errors;
    return ending;
  }

  /// Runs the program with faults. `prepare` fills the folder of each; `check` looks at what is there afterwards.
  void try_faults(const Arguments& arguments, const std::function<void(const fs::path&)>& prepare,
                  const std::function<void(const fs::path&, const Ending&)>& check) {
    const TemporaryFolder first;
    prepare(first.path());
    auto counts = expect_end(first.path(), arguments).counts;
    // Libraries of windows and of OpenGL end a program for which they get no memory.
    if (arguments.front() == "explore") counts[static_cast<std::size_t>(Call::allocate)] = 0;
    const long trials = number_of("GANVAS_FAULTS", 40), begin = number_of("GANVAS_FAULT_SEED", 1);
    long failed = 0;
    for (long seed = begin; seed < begin + trials && !HasFailure(); ++seed) {
      const TemporaryFolder folder;
      prepare(folder.path());
      RandomStream random(static_cast<std::uint64_t>(seed));
      const Fault fault = draw_fault(counts, random);
      SCOPED_TRACE(fmt::format("seed {}, {}", seed, to_text(fault, counts)));
      const Ending ending = program->run(folder.path(), arguments, fault, patience);
      const bool told = ending.interrupted && ending.exit_code == 128 + SIGINT;  // before it had begun
      EXPECT_TRUE(ending.exit_code == 0 || ending.exit_code == 1 || told) << ending.exit_code << ": " << ending.errors;
      expect_plain(ending);
      check(folder.path(), ending);
      failed += ending.failed > 0 ? 1 : 0;
    }
    EXPECT_GE(failed, trials / 2) << "the faults have to happen";
  }
  void copy(const char* name, const fs::path& folder) const {
    fs::copy(base / name, folder / name, fs::copy_options::recursive);
  }

  /// The run of a folder goes on from what is there.
  void expect_run_opens(const fs::path& folder) {
    const fs::path checkpoints = folder / "run/checkpoints";
    std::error_code none;
    if (!fs::exists(checkpoints, none) || fs::is_empty(checkpoints, none)) return;  // nothing has been saved yet
    const Ending resumed = expect_end(folder, resuming(0.1));
    expect_plain(resumed);
    expect_end(folder, {"info", "run/model.safetensors"});
  }
};

TEST_F(Faults, ARunGoesOnOrEndsAndIsResumed) {
  try_faults(
      training("run", 0.06), [](const fs::path&) {},
      [&](const fs::path& folder, const Ending& ending) {
        if (ending.exit_code == 0) EXPECT_TRUE(fs::exists(folder / "run/model.safetensors"));
        expect_run_opens(folder);
      });
}

class FaultsInResuming : public Faults {};

TEST_F(FaultsInResuming, ARunThatGoesOnKeepsWhatItHad) {
  try_faults(
      resuming(0.06), [&](const fs::path& folder) { copy("run", folder); },
      [&](const fs::path& folder, const Ending&) { expect_run_opens(folder); });
}

class FaultsInFiles : public Faults {};

TEST_F(FaultsInFiles, PicturesAreWholeOrNotThere) {
  try_faults(
      {"generate", "--model", "run", "--seeds", "0-3", "--out", "out", "--device", "cpu"},
      [&](const fs::path& folder) { copy("run", folder); },
      [](const fs::path& folder, const Ending& ending) {
        std::error_code none;
        int pictures = 0;
        for (const auto& entry : fs::directory_iterator(folder / "out", none)) {
          if (entry.path().extension() != ".png") continue;
          ++pictures;
          EXPECT_TRUE(is_whole_png(entry.path())) << entry.path();
        }
        if (ending.exit_code == 0) EXPECT_GE(pictures, 4);
      });
}

TEST_F(FaultsInFiles, AConvertedModelIsWholeOrTheOneBefore) {
  try_faults(
      {"convert", "run/model.safetensors", "c.pt"},
      [&](const fs::path& folder) {
        copy("run", folder);
        write_file(folder / "c.pt", "before");
      },
      [&](const fs::path& folder, const Ending& ending) {
        if (ending.exit_code == 0 || read_file(folder / "c.pt") != "before") expect_end(folder, {"info", "c.pt"});
        for (const auto& entry : fs::directory_iterator(folder))
          EXPECT_EQ(entry.path().string().find(".tmp"), std::string::npos) << entry.path();
      });
}

class FaultsInSessions : public Faults {};

TEST_F(FaultsInSessions, ASessionIsWholeOrTheOneBefore) {
  const std::string script =
      R"([{"wait": {"until_frame": 1}}, {"command": "set_seed", "x": 3, "y": 4}, {"command": "save_session", "path": "s.json"},
    {"command": "save_model", "path": "m.safetensors"}, {"wait": {"until_frame": 1}},
    {"screenshot": {"of": "picture", "path": "p.png"}}])";
  try_faults(
      {"explore", "--headless", "--model", "run", "--script", "script.json", "--out", "out", "--device", "cpu"},
      [&](const fs::path& folder) {
        copy("run", folder);
        write_file(folder / "script.json", script);
        write_file(folder / "out/s.json", "{}");
      },
      [&](const fs::path& folder, const Ending& ending) {
        const Json session = read_json(folder / "out/s.json");
        EXPECT_TRUE(session.empty() || session["latent"]["seed_x"] == 3) << session.dump();
        if (ending.exit_code == 0 && !ending.interrupted) EXPECT_FALSE(session.empty());
        if (fs::exists(folder / "out/m.safetensors")) expect_end(folder, {"info", "out/m.safetensors"});
      });
}

}  // namespace
}  // namespace ganvas::test
