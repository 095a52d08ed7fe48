#pragma once
// The real program in a real window on an X server of its own, driven by mouse and keyboard.

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>

#include "core/json.h"
#include "support/process.h"
#include "ui/remote_screen.h"

namespace ganvas::test {

/// Starts Xvfb on a free display with a window manager, and the program on it with --inspect. Everything ends with the
/// object. Needs Xvfb, openbox and xdotool.
class RealWindow {
 public:
  /// `arguments` of `ganvas explore`. The screen is a little larger than the window, which has that size; with
  /// `sized` false the window's is the program's to choose; with `plain` false it begins as at anybody's first start.
  /// Throws when the window does not appear.
  explicit RealWindow(const std::string& arguments, int width = 1280, int height = 800, bool sized = true,
                      bool plain = true);
  /// On a desktop of several monitors (Xvnc); the window begins on the first.
  RealWindow(const std::string& arguments, std::span<const MonitorPlace> monitors);
  ~RealWindow();
  RealWindow(const RealWindow&) = delete;
  RealWindow& operator=(const RealWindow&) = delete;

  /// The program's working folder; its settings go there too.
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  /// What --inspect says now.
  Json look();
  /// Looks until `holds` or `seconds` have passed; returns the last look. Fails the test when it never held.
  Json wait_until(const std::string& what, const std::function<bool(const Json&)>& holds, double seconds = 60);
  /// Waits until the newest request is on screen and no more come.
  Json settled();

  /// `part` of the widget's width from its left edge.
  void click(const std::string& widget, double part = 0.5);
  /// Drags from the middle of a widget by pixels.
  void drag(const std::string& widget, int dx, int dy);
  void key(const std::string& name);
  void xdotool(const std::string& arguments);
  /// PNG of the screen.
  void screenshot(const std::filesystem::path& path);
  /// The desktop of several monitors.
  RemoteScreen& desktop() { return *desktop_; }
  /// For looking at: $GANVAS_TEST_PICTURES names a folder.
  void keep(const std::string& name);

  /// Kills the program, and starts it once more in the same folder.
  void kill_and_start(const std::string& arguments);
  /// Waits for the program to end by itself; its exit code, or -1 when it does not.
  int exit_code(double seconds = 60);
  /// What the program wrote to stderr.
  std::string errors() const;
  [[nodiscard]] pid_t pid() const { return program_; }

 private:
  void launch(const std::string& arguments);
  std::string place(const std::string& widget, double part);
  void breathe();

  TemporaryFolder folder_;
  int width_, height_;
  bool sized_, plain_;
  std::string display_;
  std::string window_;  // X window id
  std::unique_ptr<RemoteScreen> desktop_;
  pid_t server_ = -1;
  pid_t manager_ = -1;
  pid_t program_ = -1;
  int exit_code_ = -1;
};

/// A few training steps' worth of a model, made once for all tests of the process.
std::string quick_model();

}  // namespace ganvas::test
