#pragma once
// Own kernels set aside, for what follows the operators of LibTorch one by one: a trace of a network.

#include "ops/vector/vectors.h"

namespace ganvas::ops {

/// While one lives, this thread's operators are composed of LibTorch's own: slower, and with derivatives of LibTorch's.
class LibraryOnly {
 public:
  LibraryOnly() : before_(on_) { on_ = true; }
  ~LibraryOnly() { on_ = before_; }
  LibraryOnly(const LibraryOnly&) = delete;
  LibraryOnly& operator=(const LibraryOnly&) = delete;

  static bool on() { return on_; }

 private:
  static inline thread_local bool on_ = false;
  bool before_;
};

/// Whether own kernels for the processor run here: it has vector units, and no LibraryOnly lives on this thread.
inline bool has_own_kernels() {
  return has_vector_unit() && !LibraryOnly::on();
}

}  // namespace ganvas::ops
