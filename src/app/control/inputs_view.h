#pragma once
// What is shown of control from outside. No torch.

#include <string>
#include <utility>
#include <vector>

namespace ganvas::app {

/// What comes from outside.
struct InputsView {
  std::string learning;                               ///< the slider that waits; empty: none
  std::vector<std::pair<std::string, double>> heard;  ///< source and newest value, 0..1
  std::vector<std::string> problems;                  ///< why a source is not there, a sentence each
};

}  // namespace ganvas::app
