#pragma once
// Sentences for the person. No torch.

#include <string>
#include <vector>

namespace ganvas::app {

/// A sentence for the person, shown for some seconds.
struct Notice {
  bool error = false;
  std::string text;
  double age_seconds = 0;
};

/// Made before everything that has something to say, and outlives it. UI thread.
class Notices {
 public:
  /// Something is done.
  void say(const std::string& text) { add(false, text); }
  /// Something went wrong; it is logged too.
  void fail(const std::string& sentence);
  void add(bool error, const std::string& text);

  /// Sentences that have been there long enough go. `seconds` since the last call.
  void tick(double seconds);
  /// What is shown now, oldest first.
  [[nodiscard]] const std::vector<Notice>& shown() const { return shown_; }
  /// Every error sentence so far, oldest first.
  [[nodiscard]] const std::vector<std::string>& errors() const { return errors_; }

 private:
  std::vector<Notice> shown_;
  std::vector<std::string> errors_;
};

}  // namespace ganvas::app
