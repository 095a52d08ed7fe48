// Broken and hostile files: each is refused in one sentence, in bounded memory, and nothing in it runs.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/error.h"
#include "models/networks_in_file.h"
#include "parity/reference.h"

namespace ganvas::parity {
namespace {

constexpr const char* marker = "/tmp/gan_reference_was_executed";
constexpr long most_kilobytes = 256'000;  // over the program's start
constexpr rlim_t most_cpu_seconds = 20;   // a hang, on whatever machine; the usual is milliseconds

enum Outcome { refused = 0, loaded = 1, many_lines = 2, much_memory = 3 };

Outcome open_here(const std::filesystem::path& file) {
  rusage before{}, after{};
  ::getrusage(RUSAGE_SELF, &before);
  Outcome outcome = loaded;
  try {
    const std::vector<models::NetworkInFile> networks = models::networks_in(io::open_model_file(file));
    models::choose_network(networks, "", file.string());
  } catch (const Error& error) {
    const std::string text = error.what();
    const bool sentence = text.find('\n') == std::string::npos && text.ends_with('.') &&
                          text.find(file.filename().string()) != std::string::npos;
    outcome = sentence ? refused : many_lines;
  }
  ::getrusage(RUSAGE_SELF, &after);
  return after.ru_maxrss - before.ru_maxrss > most_kilobytes ? much_memory : outcome;
}

/// In a process of its own: the peak of memory never falls, and a crash must not end the suite.
int outcome_of(const std::filesystem::path& file) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit limit{most_cpu_seconds, most_cpu_seconds};
    ::setrlimit(RLIMIT_CPU, &limit);
    ::_exit(open_here(file));
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

}  // namespace

void check_malformed(const Case& subject, Comparison&) {
  std::filesystem::remove(marker);
  std::size_t checked = 0;
  for (const Json& entry : subject.config.at("list")) {
    const auto name = entry.at("file").get<std::string>(), expected = entry.at("expect").get<std::string>();
    const bool may_load =
        expected.find("or accept") != std::string::npos || expected.find("or load") != std::string::npos;
    const int outcome = outcome_of(reference_folder() / name);
    EXPECT_TRUE(outcome == refused || (outcome == loaded && may_load))
        << name << " (" << entry.at("what") << "): "
        << (outcome == loaded        ? "was opened"
            : outcome == many_lines  ? "is not refused in one sentence that names it"
            : outcome == much_memory ? "took more than 256 MB"
                                     : "ended the program")
        << "; expected: " << expected;
    ++checked;
  }
  EXPECT_EQ(checked, subject.files.size()) << "a file has no expectation";
  EXPECT_FALSE(std::filesystem::exists(marker)) << "something in a file was executed";
  fmt::print("{:28} {:4} hostile files refused\n", subject.name, checked);
}

}  // namespace ganvas::parity
