#include "app/training/view_budget.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <thread>
#include <vector>

#include "core/threads/threads.h"

namespace ganvas::app {

namespace {

constexpr double between_readings = 0.05;  // seconds
constexpr double window = 2;               // seconds that used() looks back
constexpr double most_saved = 0.5;         // seconds' worth of the share that may be spent at once
constexpr double most_owed = 0.5;          // seconds; a window that stands still for longer seems broken
constexpr double longest_tick = 0.5;       // seconds; a clock that jumps further counts a machine that slept
constexpr double waiting = 1.25;           // cores that training has, of those that it is seen to keep busy

/// Processor seconds so far.
struct Spent {
  double looking = 0, training = 0;
};

/// The software renderer's threads work side by side, so they count as one. Autograd's own threads train.
Spent spent_so_far() {
  constexpr std::array<std::string_view, 3> prefixes = {ViewBudget::training_name, "pt_autograd", "llvmpipe"};
  const std::vector<ThreadGroup> groups = thread_groups(prefixes);
  return {groups[3].seconds + groups[2].seconds / std::max(1, groups[2].threads),
          groups[0].seconds + groups[1].seconds};
}

}  // namespace

void ViewBudget::tick(double now, double share, bool training, double gpu_seconds) {
  cost_so_far_ += gpu_seconds;
  if (read_at_ < 0 || now - read_at_ >= between_readings) {
    const Spent spent = spent_so_far();
    if (read_at_ >= 0) {
      // Training waits for its slowest thread, so looking delays all of it wherever it takes a core from one: in the
      // part of the cores that training keeps busy, and a little more, as threads that wait for the slowest seem idle.
      const double cores = std::max(1U, std::thread::hardware_concurrency());
      const double now_busy = std::max(0.0, spent.training - training_) / ((now - read_at_) * cores);
      if (now - read_at_ <= longest_tick) busy_ += (std::clamp(now_busy, 0.0, 1.0) - busy_) * 0.1;
      cost_so_far_ += std::max(0.0, spent.looking - looking_) * std::min(1.0, waiting * busy_);
    }
    read_at_ = now;
    looking_ = spent.looking;
    training_ = spent.training;
  }
  tick_with(now, cost_so_far_, share, training);
}

void ViewBudget::tick_with(double now, double cost, double share, bool training) {
  const double seconds = at_ < 0 ? 0 : std::min(now - at_, longest_tick);
  // Where a thread has ended, its time is gone from the sum.
  const double spent = at_ < 0 ? 0 : std::max(0.0, cost - cost_);
  at_ = now;
  cost_ = cost;
  if (training != trains_) {
    trains_ = training;
    account_ = used_ = since_mark_ = spent_since_mark_ = 0;
  }
  if (!training) return;
  account_ = std::clamp(account_ + share * seconds - spent, -most_owed, most_saved * share);
  since_mark_ += seconds;
  spent_since_mark_ += spent;
  if (since_mark_ < window) return;
  used_ = spent_since_mark_ / since_mark_;
  since_mark_ = spent_since_mark_ = 0;
}

}  // namespace ganvas::app
