#pragma once
// Work on bytes of strangers in a process of its own, for libraries that such bytes may break.

#include <cstdint>
#include <functional>
#include <string_view>

namespace ganvas {

struct Confinement {
  std::uint64_t memory = 0;  ///< bytes that it may take beside what this process has
  double seconds = 0;        ///< it is ended after so long
};

/// Runs `work` in a copy of this process that can look at what is here, compute, and send bytes. On Linux the kernel
/// refuses it anything else: it opens no file, no connection and no process. What it throws or breaks stays in it.
///   work      runs in the copy. Calls send() with bytes for `received`; must not use LibTorch, whose threads are not
///             there
///   received  runs here, with the bytes as they come, in pieces of any size, and with none while it waits. What it
///             throws ends the copy
/// Where no copy can be made (not Linux), the work runs here. Any thread. Throws Error with a clause when the copy
/// ended in another way than by returning: broken, or beyond its limits.
void run_confined(const Confinement& limits,
                  const std::function<void(const std::function<void(std::string_view)>& send)>& work,
                  const std::function<void(std::string_view bytes)>& received);

}  // namespace ganvas
