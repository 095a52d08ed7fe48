#include "core/threads.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace ganvas {

void name_thread(const char* name) {
  pthread_setname_np(pthread_self(), name);
}

bool lower_priority(int nice) {
  return nice <= 0 || ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), nice) == 0;
}

double thread_seconds_without(std::span<const std::string_view> left_out) {
  double ticks = 0;
  std::error_code error;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", error)) {
    std::ifstream file(task.path() / "stat");
    std::string line;
    if (!std::getline(file, line)) continue;  // it has ended meanwhile
    // "tid (name) state ..."; the name may hold anything, also brackets.
    const std::size_t open = line.find('('), close = line.rfind(')');
    if (open == std::string::npos || close == std::string::npos) continue;
    const std::string_view name = std::string_view(line).substr(open + 1, close - open - 1);
    if (std::any_of(left_out.begin(), left_out.end(), [&](std::string_view part) { return name.starts_with(part); }))
      continue;
    std::istringstream fields(line.substr(close + 1));
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;  // state to cmajflt
    double user = 0, system = 0;
    if (fields >> user >> system) ticks += user + system;
  }
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace ganvas
