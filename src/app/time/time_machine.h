#pragma once
// The kept moments of the run that the model on screen comes from (train/watch/weight_history.h), and the weights that
// the document asks to see in place of the newest or beside them.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "app/document/notices.h"
#include "app/document/services.h"
#include "app/document/state.h"
#include "app/time/time_view.h"
#include "io/weight_set.h"
#include "models/network_spec.h"

namespace ganvas::app {

/// Weights that a picture is made with in place of the newest. Immutable.
struct KeptWeights {
  models::NetworkSpec spec;
  io::WeightSet weights;
  std::int64_t step = 0;
  double kimg = 0;
  std::string name;  ///< "12.5 kimg", or the model's name
};
using KeptWeightsPtr = std::shared_ptr<const KeptWeights>;

/// The run folder that a model file or folder lies in: the nearest with recipe.json, at most two above; empty: none.
std::filesystem::path run_of_model(const std::filesystem::path& model);

/// Reads weights on a thread of its own; of many wishes the newest wins, and what was read lately is kept, within
/// cache_bytes. Methods are for the UI thread and never wait, but for the destructor.
class TimeMachine {
 public:
  struct Options {
    bool allow_torchscript = false;  ///< for models as B
  };

  /// `notices` outlives this.
  TimeMachine(Options options, Notices& notices);
  ~TimeMachine();

  /// What is on screen.
  struct Shown {
    std::string model;         ///< path of the file
    std::string run;           ///< folder of the run in training, where that is on screen; else empty
    bool in_training = false;  ///< the weights in training, of moments that have them, not their average
  };
  /// Once a tick. `wanted`: of the document.
  void tick(const TimeControls& wanted, const Shown& shown, double seconds);
  /// Takes MarkMoment; a moment that is not there is an Error.
  void serve(Services& services);

  /// What to show in place of the newest weights, and right of the divider; null: the newest weights. While what is
  /// wanted is being read, that of before.
  [[nodiscard]] const KeptWeightsPtr& past() const;
  [[nodiscard]] const KeptWeightsPtr& other() const;
  [[nodiscard]] const TimeView& view() const;

  static constexpr std::uint64_t cache_bytes = 256'000'000;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
