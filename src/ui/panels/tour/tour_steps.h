#pragma once
// The steps of the tour, as a table: what a visitor is asked to do, and by which commands it shows that it was done.

#include <span>
#include <vector>

namespace ganvas::ui {

struct TourStep {
  const char* title;
  const char* text;
  const char* tab;                    ///< name of the panel where it is done
  std::vector<const char*> commands;  ///< names; any of them is the step done
};

/// In the order in which they are asked for.
std::span<const TourStep> tour_steps();

}  // namespace ganvas::ui
