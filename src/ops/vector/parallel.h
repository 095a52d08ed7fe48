#pragma once
// Loops on several threads. at::parallel_for() is a template that is one thread's loop, in silence, in a program that
// is compiled without OpenMP, as Clang compiles this one: its OpenMP is another library than LibTorch's.

#include <c10/util/FunctionRef.h>

#include <cstdint>

namespace ganvas::ops {

/// Calls work(first, last) for parts of begin .. end that make up the whole, none smaller than `grain` but the last,
/// on the threads that LibTorch's own operators have (at::set_num_threads()); within such a part, on this thread alone.
/// Throws what a part throws, the others being done.
void parallel_for(std::int64_t begin, std::int64_t end, std::int64_t grain,
                  c10::function_ref<void(std::int64_t first, std::int64_t last)> work);

}  // namespace ganvas::ops
