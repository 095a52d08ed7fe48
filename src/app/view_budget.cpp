#include "app/view_budget.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <thread>

#include "core/threads.h"

namespace ganvas {

namespace {

constexpr double between_readings = 0.05;  // seconds
constexpr double window = 2;               // seconds that used() looks back
constexpr double most_saved = 0.5;         // seconds' worth of the share that may be spent at once
constexpr double most_owed = 1;            // seconds of the whole machine

/// Of the whole machine, by everything but training. Autograd's own threads belong to it.
double looking_seconds() {
  constexpr std::array<std::string_view, 2> training = {ViewBudget::training_name, "pt_autograd"};
  return thread_seconds_without(training) / std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

void ViewBudget::tick(double now, double share, bool training, double gpu_seconds) {
  gpu_cost_ += gpu_seconds;
  if (read_at_ < 0 || now - read_at_ >= between_readings) {
    read_at_ = now;
    read_ = looking_seconds();
  }
  tick_with(now, read_ + gpu_cost_, share, training);
}

void ViewBudget::tick_with(double now, double cost, double share, bool training) {
  const double seconds = at_ < 0 ? 0 : now - at_;
  // Where a thread has ended, its time is gone from the sum.
  const double spent = at_ < 0 ? 0 : std::max(0.0, cost - cost_);
  at_ = now;
  cost_ = cost;
  if (training != training_) {
    training_ = training;
    account_ = used_ = since_mark_ = 0;
    mark_ = now;
  }
  if (!training) return;
  account_ = std::clamp(account_ + share * seconds - spent, -most_owed, most_saved * share);
  since_mark_ += spent;
  if (now - mark_ < window) return;
  used_ = since_mark_ / (now - mark_);
  mark_ = now;
  since_mark_ = 0;
}

}  // namespace ganvas
