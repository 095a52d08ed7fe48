#pragma once
// How much of the machine looking may take from a model in training: windows, pictures, figures of quality; everything
// but the training itself. No torch.

#include <cstdint>

namespace ganvas::app {

/// An account: time comes in at the agreed share, what looking costs goes out, and looking waits while it is in debt.
/// For one thread.
class ViewBudget {
 public:
  /// Names of the threads that train begin so; every thread that one of them starts carries its name.
  static constexpr const char* training_name = "train";

  /// Once a frame. `now` of a clock that never jumps; `share` 0..0.5 of the training's time; `training`: steps are
  /// being computed, else looking is free. `gpu_seconds`: of drawing on the GPU since the last call.
  void tick(double now, double share, bool training, double gpu_seconds = 0);
  /// The same with what looking has cost training so far, in seconds.
  void tick_with(double now, double cost, double share, bool training);

  /// Whether looking may work now.
  [[nodiscard]] bool allows() const { return !trains_ || account_ >= 0; }
  /// The share that looking took over about the last two seconds, 0..1; 0 while nothing trains.
  [[nodiscard]] double used() const { return trains_ ? used_ : 0; }

 private:
  bool trains_ = false;
  double account_ = 0;  // seconds
  double at_ = -1;      // of the last tick
  double cost_ = 0;
  double since_mark_ = 0, spent_since_mark_ = 0;  // seconds of the present window of used(), and what was spent in it
  double used_ = 0;
  // Of the threads' clocks, which are not read each tick.
  double read_at_ = -1, looking_ = 0, training_ = 0;
  double busy_ = 1;  // the part of the cores that training keeps busy
  double cost_so_far_ = 0;
};

}  // namespace ganvas::app
