#pragma once
// The program under test with a call of it that fails, again and again.

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "core/random.h"
#include "support/failing_calls.h"
#include "support/temporary_folder.h"

namespace ganvas::test {

struct Fault {
  int call = -1;  ///< a Call; below 0: nothing fails
  long at = 0;    ///< which one of them, from 1
  int error = 0;  ///< errno; of write 0: it takes half of its bytes; of clock 0: a year forward, else back
  bool stays = false;
};

struct Ending {
  int exit_code = -1;        ///< 128 + signal when it was killed
  bool interrupted = false;  ///< it went on, and was told to stop as by Ctrl+C
  long failed = 0;           ///< calls that did
  std::array<long, calls> counts{};
  std::string errors;  ///< its standard error
};

/// Loaded once; each run() is a start of its own.
class FailingProgram {
 public:
  FailingProgram();
  ~FailingProgram();
  FailingProgram(const FailingProgram&) = delete;
  FailingProgram& operator=(const FailingProgram&) = delete;

  /// `fault` is for files below `folder` alone, where the program starts. One that runs for more than `patience`
  /// seconds is told to stop.
  Ending run(const std::filesystem::path& folder, const std::vector<std::string>& arguments, const Fault& fault = {},
             double patience = 60);

 private:
  TemporaryFolder logs_;
  int process_ = -1;
  FILE* trials_ = nullptr;
  FILE* replies_ = nullptr;
};

/// The library is not made for programs with a sanitizer, which has calls of its own in their place.
bool can_fail();

/// One of the calls that were counted.
Fault draw_fault(const std::array<long, calls>& counts, RandomStream& random);
/// "write 3 of 17: No space left on device, for good".
std::string to_text(const Fault& fault, const std::array<long, calls>& counts);

}  // namespace ganvas::test
