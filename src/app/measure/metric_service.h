#pragma once
// Measuring the model on screen: face-FID, face-KID and the factor report by the built-in network, or the field's
// metrics by a network of the person's. No torch in this header.

#include <functional>
#include <memory>
#include <string>

#include "app/document/command.h"
#include "app/measure/metrics_view.h"

namespace ganvas::app {

class Synthesizer;

/// One measuring at a time. Methods are for the UI thread and never wait, but for the destructor, which gives up the
/// one that is on and joins.
class MetricDesk {
 public:
  using Tell = std::function<void(bool error, const std::string& text)>;

  /// `synthesizer` lends the weights and must outlive this.
  MetricDesk(Synthesizer& synthesizer, Tell tell);
  ~MetricDesk();

  /// Measures the model on screen (`training`: the one in training at its newest weights, called `model`). Throws Error
  /// for names that are no metrics and for what is missing.
  void measure(const command::MeasureModel& measure, bool training, const std::string& model);
  void cancel();
  /// Writes all rows so far, .csv or .png. Throws Error when there are none.
  void write(const std::string& path);

  void tick();
  [[nodiscard]] const MetricsView& view() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
