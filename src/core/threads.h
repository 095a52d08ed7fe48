#pragma once
// The threads of this process: names, priorities, and what they cost, told apart by their names.

#include <span>
#include <string>
#include <string_view>

namespace ganvas {

/// Names the calling thread, 15 bytes at most. Threads that it starts from then on carry the name too.
void name_thread(const char* name);

/// Niceness of the calling thread alone, inherited by the threads that it starts. False where the system refuses.
bool lower_priority(int nice);

/// Processor seconds that all threads now alive have used, but for those whose names begin with one of `left_out`.
/// Counted in the kernel's ticks (10 ms). 0 where the system does not tell.
double thread_seconds_without(std::span<const std::string_view> left_out);

}  // namespace ganvas
