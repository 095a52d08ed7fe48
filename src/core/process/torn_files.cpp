#include "core/process/torn_files.h"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <fstream>
#include <iterator>
#include <vector>

namespace ganvas {

namespace {

/// The process that a temporary name is of; 0: it is none.
pid_t writer_of(const std::string& name) {
  const std::size_t at = name.rfind(".tmp");
  if (at == std::string::npos) return 0;
  const char *begin = name.data() + at + 4, *end = name.data() + name.size();
  pid_t process = 0;
  const auto [stop, error] = std::from_chars(begin, end, process);
  return error == std::errc() && stop == end && process > 0 ? process : 0;
}

/// False for a process that has ended but is not yet buried, too.
bool lives(pid_t process) {
  if (::kill(process, 0) != 0 && errno == ESRCH) return false;
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  const std::string stat(std::istreambuf_iterator<char>(file), {});
  const std::size_t name_end = stat.rfind(')');
  return name_end == std::string::npos || name_end + 2 >= stat.size() || stat[name_end + 2] != 'Z';
}

}  // namespace

std::string name_when_whole(const std::string& name) {
  return writer_of(name) == 0 ? name : name.substr(0, name.rfind(".tmp"));
}

void remove_torn_files(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> torn;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const pid_t writer = writer_of(entry->path().filename().string());
    if (writer != 0 && !lives(writer)) torn.push_back(entry->path());
  }
  for (const auto& file : torn) std::filesystem::remove_all(file, error);
}

}  // namespace ganvas
