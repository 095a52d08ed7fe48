#include "support/process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace ganvas::test {
namespace {

std::string slurp(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

ProcessResult run_shell(const std::string& command, const std::filesystem::path& folder) {
  const TemporaryFolder logs;
  std::ostringstream whole;
  whole << "cd '" << folder.string() << "' && { " << command << "\n} >'" << (logs / "out").string() << "' 2>'"
        << (logs / "err").string() << "' </dev/null";
  const int status = std::system(whole.str().c_str());
  ProcessResult result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = slurp(logs / "out");
  result.err = slurp(logs / "err");
  return result;
}

ProcessResult run_program(const std::string& arguments, const std::filesystem::path& folder) {
  std::ostringstream command;
  command << '\'' << program() << "' " << arguments;
  return run_shell(command.str(), folder);
}

std::string program() {
  const char* given = std::getenv("GANVAS_PROGRAM");
  if (given == nullptr) throw std::runtime_error("set GANVAS_PROGRAM to the program under test");
  return std::filesystem::weakly_canonical(given).string();
}

}  // namespace ganvas::test
