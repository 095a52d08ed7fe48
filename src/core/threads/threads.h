#pragma once
// The threads of this process: names, priorities, and what they cost, told apart by their names.

#include <span>
#include <string_view>
#include <vector>

namespace ganvas {

/// Names the calling thread, 15 bytes at most. Threads that it starts from then on carry the name too.
void name_thread(const char* name);

/// Niceness of the calling thread alone, inherited by the threads that it starts. False where the system refuses.
bool lower_priority(int nice);

/// Some threads of this process that are alive now.
struct ThreadGroup {
  double seconds = 0;  ///< of processor time that they have used, in the kernel's ticks (10 ms)
  int threads = 0;
};
/// The threads whose names begin with each prefix, and at the end all others. Zeros where the system does not tell.
std::vector<ThreadGroup> thread_groups(std::span<const std::string_view> prefixes);

}  // namespace ganvas
