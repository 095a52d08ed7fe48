#include "app/dispatch/command_recorder.h"

#include "core/json_text.h"

namespace ganvas::app {

void CommandRecorder::add(const Command& command) {
  // Pauses shorter than a frame or two mean nothing.
  if (pause_ >= 0.05 && !steps_.empty()) {
    steps_.push_back({{"wait", {{"seconds", static_cast<double>(static_cast<int>(pause_ * 1000)) / 1000.0}}}});
  }
  pause_ = 0;
  steps_.push_back(to_json(command));
}

std::string CommandRecorder::text() const {
  std::string text = "[";
  for (const Json& step : steps_) text += (text.size() > 1 ? ",\n " : "\n ") + json_text(step);
  return text + "\n]\n";
}

}  // namespace ganvas::app
