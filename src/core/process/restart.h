#pragma once
// What the environment must say before LibTorch is loaded.

namespace ganvas {

/// Threads that wait within a parallel region shall sleep. OpenMP's default is to spin, and then training, the view and
/// whatever else runs steal each other's cores: on a busy machine a step takes a hundred times as long. The policy is
/// read when the library is loaded, so the program starts itself once more with it set. Returns where a policy is set
/// already, or where that start is impossible. Call it first in main, before there are threads.
void restart_with_sleeping_threads(char** argv);

}  // namespace ganvas
