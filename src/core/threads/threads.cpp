#include "core/threads/threads.h"

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

std::vector<ThreadGroup> thread_groups(std::span<const std::string_view> prefixes) {
  std::vector<ThreadGroup> groups(prefixes.size() + 1);
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  std::error_code error;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", error)) {
    std::ifstream file(task.path() / "stat");
    std::string line;
    if (!std::getline(file, line)) continue;  // it has ended meanwhile
    // "tid (name) state ..."; the name may hold anything, also brackets.
    const std::size_t open = line.find('('), close = line.rfind(')');
    if (open == std::string::npos || close == std::string::npos) continue;
    const std::string_view name = std::string_view(line).substr(open + 1, close - open - 1);
    const auto own = std::find_if(prefixes.begin(), prefixes.end(),
                                  [&](std::string_view prefix) { return name.starts_with(prefix); });
    std::istringstream fields(line.substr(close + 1));
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;  // state to cmajflt
    double user = 0, system = 0;
    if (!(fields >> user >> system)) continue;
    ThreadGroup& group = groups[static_cast<std::size_t>(own - prefixes.begin())];
    group.seconds += (user + system) / ticks;
    ++group.threads;
  }
  return groups;
}

}  // namespace ganvas
