#pragma once
// Says so when what belongs to one thread is used on another.

#include <thread>

#include "core/error.h"

namespace ganvas {

/// A member of an object that only the thread which made it may use (an App: the UI thread).
class OwnerThread {
 public:
  /// Throws Error on any other thread, which in a destructor ends the program with that sentence.
  void check(const char* what) const {
    require(
        std::this_thread::get_id() == owner_,
        "{} was used on another thread than the one that owns it. This is a mistake in the program; please report it.",
        what);
  }

 private:
  std::thread::id owner_ = std::this_thread::get_id();
};

}  // namespace ganvas
