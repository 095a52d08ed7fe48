#pragma once
// Measuring the model on screen: face-FID, face-KID and the factor report by the built-in network, or the field's
// metrics by a network of the person's. No torch in this header.

#include <memory>

#include "app/dispatch/command.h"
#include "app/document/notices.h"
#include "app/document/services.h"
#include "app/measure/metrics_view.h"

namespace ganvas::app {

class Synthesizer;
struct OnScreen;

/// One measuring at a time. Methods are for the UI thread and never wait, but for the destructor, which gives up the
/// one that is on and joins.
class MetricService {
 public:
  /// `synthesizer` lends the weights; all three must outlive this.
  MetricService(Synthesizer& synthesizer, const OnScreen& on_screen, Notices& notices);
  ~MetricService();

  /// Takes MeasureModel, CancelMeasuring and ExportMetrics.
  void serve(Services& services);

  void tick();
  [[nodiscard]] const MetricsView& view() const;
  /// Files that are still being written.
  [[nodiscard]] int in_flight() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
