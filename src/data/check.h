#pragma once
// The same work for each of many files, on several threads, watched by the one who waits.

#include <cstddef>
#include <functional>

#include "data/dataset.h"

namespace ganvas::data {

/// Calls work(0) .. work(count - 1), each once, in any order, on `threads` threads (0: one for each core), and returns
/// when all are done. `work` must not throw. Progress is reported on the calling thread, at most 20 times a second and
/// at both ends. Throws OpeningCancelled, or what the report throws, after the calls under way have ended.
void check_all(std::size_t count, int threads, const DatasetWatch& watch, const std::function<void(std::size_t)>& work);

}  // namespace ganvas::data
