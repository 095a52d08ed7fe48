#pragma once
// What reads bytes of strangers, as functions of bytes: for libFuzzer (./dev fuzz) and for the suite of this folder.

#include <string>
#include <string_view>
#include <vector>

namespace ganvas::fuzz {

struct Target {
  const char* name;
  /// Reads the bytes as the program does. Error is an answer; any other exception, and a crash, is a find.
  void (*read)(std::string_view bytes);
  /// What it accepts, to begin with.
  std::vector<std::string> (*seeds)();
};

std::vector<Target> model_targets();     ///< readers of model files
std::vector<Target> data_targets();      ///< readers of data sets
std::vector<Target> document_targets();  ///< readers of sessions, scripts, recipes, run folders, OSC packets, sound

/// The contents of the files of these folders of the repository, of those up to `most` bytes; of a file, its own.
std::vector<std::string> contents(const std::vector<std::string>& places, std::size_t most = 300'000);

}  // namespace ganvas::fuzz
