#include "faults/failing_program.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "support/process.h"

namespace ganvas::test {

namespace fs = std::filesystem;

namespace {

/// Beside the test's own program.
fs::path library() {
  return fs::read_symlink("/proc/self/exe").parent_path() / "libganvas_failing_calls.so";
}

/// What the system says of such calls. The empty ones cannot fail, but behave oddly.
const std::vector<int>& errors_of(Call call) {
  static const std::array<std::vector<int>, calls> errors{{{EACCES, ENOENT, EMFILE, EIO},
                                                           {EIO},
                                                           {ENOSPC, EIO, EINTR, 0},
                                                           {EIO, ENOSPC},
                                                           {EACCES, EIO, ENOENT},
                                                           {EACCES, ENOSPC},
                                                           {ENOMEM, ENODEV},
                                                           {ENOMEM},
                                                           {0, 1}}};
  return errors.at(static_cast<std::size_t>(call));
}

}  // namespace

bool can_fail() {
  return fs::exists(library());
}

FailingProgram::FailingProgram() {
  int to[2], from[2];
  if (::pipe(to) != 0 || ::pipe(from) != 0) throw std::runtime_error("no pipe");
  process_ = ::fork();
  if (process_ == 0) {
    ::dup2(to[0], 0);
    ::dup2(from[1], 1);
    for (const int end : {to[0], to[1], from[0], from[1]}) ::close(end);
    ::setenv("LD_PRELOAD", library().c_str(), 1);
    ::setenv("GANVAS_TRIALS", "1", 1);
    ::setenv("OMP_WAIT_POLICY", "passive", 1);  // the program would start itself again to have it
    ::execl(program().c_str(), "ganvas", nullptr);
    ::_exit(98);
  }
  ::close(to[0]);
  ::close(from[1]);
  trials_ = ::fdopen(to[1], "w");
  replies_ = ::fdopen(from[0], "r");
}

FailingProgram::~FailingProgram() {
  std::fclose(trials_);
  std::fclose(replies_);
  ::waitpid(process_, nullptr, 0);
}

Ending FailingProgram::run(const fs::path& folder, const std::vector<std::string>& arguments, const Fault& fault,
                           double patience) {
  const fs::path errors = logs_ / "errors";
  std::string trial = fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\tganvas", folder.string(), errors.string(), patience,
                                  fault.call, fault.at, fault.error, fault.stays ? 1 : 0);
  for (const std::string& argument : arguments) trial += "\t" + argument;
  std::fputs((trial + "\n").c_str(), trials_);
  std::fflush(trials_);
  Ending ending;
  int status = 0, interrupted = 0;
  bool whole = std::fscanf(replies_, "%d %d %ld", &status, &interrupted, &ending.failed) == 3;
  for (long& count : ending.counts) whole = whole && std::fscanf(replies_, "%ld", &count) == 1;
  if (!whole) throw std::runtime_error("the program could not be started");
  ending.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  ending.interrupted = interrupted != 0;
  std::ostringstream text;
  text << std::ifstream(errors).rdbuf();
  ending.errors = text.str();
  return ending;
}

Fault draw_fault(const std::array<long, calls>& counts, RandomStream& random) {
  std::vector<int> seen;
  for (int call = 0; call < calls; ++call)
    if (counts[static_cast<std::size_t>(call)] > 0) seen.push_back(call);
  Fault fault;
  fault.call = seen.at(random.below(static_cast<std::uint32_t>(seen.size())));
  const auto call = static_cast<Call>(fault.call);
  fault.at = 1 + random.below(static_cast<std::uint32_t>(counts[static_cast<std::size_t>(fault.call)]));
  const std::vector<int>& errors = errors_of(call);
  fault.error = errors[random.below(static_cast<std::uint32_t>(errors.size()))];
  const bool once = fault.error == EINTR;  // nothing is interrupted for ever
  fault.stays = !once && (call == Call::clock || random.below(2) == 0);
  return fault;
}

std::string to_text(const Fault& fault, const std::array<long, calls>& counts) {
  const auto call = static_cast<std::size_t>(fault.call);
  return fmt::format("{} {} of {}: {}{}", call_names[call], fault.at, counts[call],
                     fault.error == 0 ? "odd" : std::strerror(fault.error), fault.stays ? ", for good" : "");
}

}  // namespace ganvas::test
