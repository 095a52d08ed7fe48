#pragma once
// How this process keeps the memory that it has used.

namespace ganvas {

/// A step of training, and a picture, frees tensors of megabytes and asks for the same sizes again at once. The C
/// library's default gives blocks from 128 KiB on back to the system, which then hands out zeroed pages one fault at a
/// time: a sixth of a small network's step. Freed memory stays with the process instead, up to a gibibyte in one piece,
/// and all threads share it. Call it first in main, before there are threads.
void keep_freed_memory();

}  // namespace ganvas
