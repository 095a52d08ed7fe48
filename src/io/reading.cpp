#include "io/reading.h"

#include <ctime>

#include "core/error.h"
#include "core/outside/limits.h"

namespace ganvas::io {
namespace {

/// Of this thread: a busy machine does not shorten what a file may take.
double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

void Reading::expect(std::uint64_t bytes) {
  total_ = bytes;
  begun_ = processor_seconds();
}

void Reading::advance(std::uint64_t bytes) {
  done_ += bytes;
  if (cancelled_) throw Cancelled();
}

void Reading::step(std::uint64_t count) {
  steps_ += count;
  require(steps_ <= limits::steps, "its values refer to one another so often that reading them would never end");
  if (cancelled_) throw Cancelled();
  constexpr std::uint64_t seldom = 4096;
  if (steps_ - timed_ < seldom) return;
  timed_ = steps_;
  check_time();
}

void Reading::check_time() const {
  const double allowed =
      static_cast<double>(limits::seconds) + static_cast<double>(done_) / static_cast<double>(limits::bytes_a_second);
  require(processor_seconds() - begun_ <= allowed, "reading its values takes longer than those of any model");
}

void Reading::make(std::uint64_t bytes) {
  const std::uint64_t allowed = limits::bytes_made + limits::bytes_made_ratio * total_;
  require(bytes <= allowed && made_ <= allowed - bytes,
          "it would unpack to more than {} times its own size, because it uses the same values again and again",
          limits::bytes_made_ratio);
  made_ += bytes;
  step();
}

void Reading::keep(std::string_view name, std::uint64_t bytes) {
  require(++tensors_ <= limits::tensors, "it has more than {} tensors", limits::tensors);
  require(name.size() <= limits::name_bytes, "it has a tensor whose name is {} bytes long", name.size());
  make(bytes);
}

}  // namespace ganvas::io
