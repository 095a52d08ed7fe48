#pragma once
// The picture's ways out of the window: whether there is a second one, and the live streams. No torch.

#include <functional>
#include <memory>
#include <string>

#include "app/document/notices.h"
#include "app/document/services.h"
#include "app/output/output_view.h"
#include "app/render/frame.h"
#include "app/settings/settings_store.h"

namespace ganvas::app {

/// Methods are for the UI thread and never wait, but for finish() and the destructor.
class OutputService {
 public:
  /// Both must outlive this.
  OutputService(SettingsStore& settings, Notices& notices);
  ~OutputService();

  /// Takes ShowOutput, HideOutput, SetFraming, StartStream and StopStream.
  void serve(Services& services);
  /// `frame`: the newest picture, may be null; `seconds` since the last tick.
  void tick(const FramePtr& frame, double seconds);
  [[nodiscard]] const OutputView& view() const;
  /// Ends all streams and waits for that.
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
