#pragma once
// What failing_calls.cpp, a library that is preloaded into the program, and its user agree on.

namespace ganvas::test {

/// Kinds of calls that can be made to fail, each with its own count.
enum class Call { open, read, write, fsync, rename, mkdir, mmap, allocate, clock };
constexpr int calls = 9;
constexpr const char* call_names[calls] = {"open",  "read", "write",    "fsync", "rename",
                                           "mkdir", "mmap", "allocate", "clock"};

/// Seconds after Ctrl+C in which a program ends, else it hangs.
constexpr double longest_end = 20;

}  // namespace ganvas::test
