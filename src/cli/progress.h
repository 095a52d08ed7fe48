#pragma once
// How `ganvas train` tells what it does: a bar on a terminal, a line now and then elsewhere, or JSON lines.

#include <memory>
#include <string>

#include "train/recipe/recipe.h"
#include "train/report/report.h"

namespace ganvas::cli {

class ProgressPrinter {
 public:
  virtual ~ProgressPrinter() = default;
  virtual void show(const train::Progress& progress) = 0;
  /// The last line: the run is over.
  virtual void finish(train::SessionState state, const std::string& run_folder, const std::string& weights_hash) = 0;
};

/// kind: "auto" (a bar where stderr is a terminal, else lines), "bar", "lines", "json" or "none".
std::unique_ptr<ProgressPrinter> make_progress_printer(const std::string& kind, const train::Recipe& recipe);

}  // namespace ganvas::cli
