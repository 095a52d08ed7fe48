#pragma once
// Runs of a folder side by side. No torch.

#include <filesystem>

#include "app/dispatch/command.h"
#include "app/document/notices.h"
#include "app/document/services.h"
#include "app/settings/settings.h"
#include "app/training/train_view.h"
#include "core/threads/worker.h"

namespace ganvas::app {

/// Reads on a thread of its own. Methods are for the UI thread and never wait, but for the destructor.
class RunsService {
 public:
  /// `runs`: where new runs go; `settings` and `notices` outlive this.
  RunsService(std::filesystem::path runs, const Settings& settings, Notices& notices);

  /// Takes CompareRuns.
  void serve(Services& services);
  void tick() { reader_.drain(); }
  [[nodiscard]] const RunsView& view() const { return view_; }

 private:
  void compare(const std::string& folder);

  std::filesystem::path runs_;
  const Settings& settings_;
  RunsView view_;
  Worker reader_;
};

}  // namespace ganvas::app
