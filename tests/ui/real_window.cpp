#include "ui/real_window.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace ganvas::test {
namespace {

namespace fs = std::filesystem;

void rest(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

/// Starts a shell command in a process group of its own. `numbers` becomes file descriptor 3.
pid_t start(const std::string& command, const fs::path& folder, int numbers = -1) {
  const pid_t child = fork();
  if (child != 0) return child;
  setpgid(0, 0);
  if (numbers >= 0) dup2(numbers, 3);
  if (chdir(folder.c_str()) != 0) _exit(126);
  execl("/bin/sh", "sh", "-c", ("exec " + command).c_str(), nullptr);
  _exit(127);
}

void end(pid_t process) {
  if (process <= 0) return;
  kill(-process, SIGTERM);
  for (int i = 0; i < 100; ++i) {
    if (waitpid(process, nullptr, WNOHANG) != 0) return;
    rest(0.05);
  }
  kill(-process, SIGKILL);
  waitpid(process, nullptr, 0);
}

/// Lets the server choose a free display and tells which.
std::string start_server(const fs::path& folder, const std::string& command, pid_t& server) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  server = start(command + " -displayfd 3 -nolisten tcp >/dev/null 2>&1", folder, ends[1]);
  close(ends[1]);
  std::string number;
  for (char c = 0; read(ends[0], &c, 1) == 1 && c != '\n';) number += c;
  close(ends[0]);
  if (number.empty()) throw std::runtime_error("an X server does not start: " + command);
  return ":" + number;
}

}  // namespace

RealWindow::RealWindow(const std::string& arguments, int width, int height, bool sized, bool plain)
    : width_(width), height_(height), sized_(sized), plain_(plain) {
  const std::string screen = std::to_string(width + 60) + "x" + std::to_string(height + 80) + "x24";
  display_ = start_server(folder(), "Xvfb -screen 0 " + screen, server_);
  manager_ = start("env DISPLAY=" + display_ + " openbox >/dev/null 2>&1", folder());
  launch(arguments);
}

RealWindow::RealWindow(const std::string& arguments, std::span<const MonitorPlace> monitors)
    : width_(monitors[0].width - 40), height_(monitors[0].height - 60), sized_(true), plain_(true) {
  const fs::path socket = folder() / "screen";
  display_ = start_server(
      folder(),
      "Xvnc -geometry 800x600 -depth 24 -SecurityTypes None -rfbport -1 -rfbunixpath '" + socket.string() + "'",
      server_);
  desktop_ = std::make_unique<RemoteScreen>(socket);
  desktop_->set_monitors(monitors);
  manager_ = start("env DISPLAY=" + display_ + " openbox >/dev/null 2>&1", folder());
  launch(arguments);
}

void RealWindow::launch(const std::string& arguments) {
  const std::string size =
      sized_ ? "--width " + std::to_string(width_) + " --height " + std::to_string(height_) + " " : "";
  program_ = start("env XDG_CONFIG_HOME='" + (folder() / "config").string() + "' XDG_STATE_HOME='" +
                       (folder() / "state").string() + "' DISPLAY=" + display_ + " '" + program() +
                       "' explore --window --scale 1 " + size + (plain_ ? "--plain " : "") + "--inspect look.json " +
                       arguments + " 2>errors.txt",
                   folder());
  wait_until("the window appears", [](const Json& look) { return look.contains("widgets"); });
  const ProcessResult found =
      run_shell("DISPLAY=" + display_ + " xdotool search --onlyvisible --class ganvas", folder());
  window_ = found.out.substr(0, found.out.find('\n'));
  if (window_.empty()) throw std::runtime_error("the window cannot be found: " + found.err + errors());
  xdotool("windowfocus --sync " + window_);
}

void RealWindow::kill_and_start(const std::string& arguments) {
  kill(program_, SIGKILL);
  waitpid(program_, nullptr, 0);
  fs::remove(folder() / "look.json");
  launch(arguments);
}

RealWindow::~RealWindow() {
  if (exit_code_ < 0) end(program_);
  end(manager_);
  end(server_);
}

Json RealWindow::look() {
  std::ifstream file(folder() / "look.json");
  std::stringstream text;
  text << file.rdbuf();
  return text.str().empty() ? Json::object() : Json::parse(text.str());
}

Json RealWindow::wait_until(const std::string& what, const std::function<bool(const Json&)>& holds, double seconds) {
  Json last;
  for (double waited = 0; waited < seconds; waited += 0.05) {
    last = look();
    if (holds(last)) return last;
    if (waitpid(program_, nullptr, WNOHANG) > 0) {
      exit_code_ = 0;
      throw std::runtime_error("the program ended while waiting until " + what + ": " + errors());
    }
    rest(0.05);
  }
  ADD_FAILURE() << "waited " << seconds << " s in vain until " << what << "\n" << last.dump().substr(0, 3000);
  return last;
}

Json RealWindow::settled() {
  rest(0.25);  // the file is written every tenth of a second
  return wait_until("the picture answers the newest request", [](const Json& look) {
    return look.contains("picture") && look["picture"]["request"] == look["request"] &&
           look["picture"]["coarse"] == 0 && !look["state"]["loading"];
  });
}

std::string RealWindow::place(const std::string& widget, double part) {
  const Json look = wait_until(
      widget + " is on screen", [&](const Json& l) { return l["widgets"].contains(widget); }, 10);
  const Json& r = look["widgets"][widget];
  const int x = static_cast<int>(r[0].get<double>() + part * r[2].get<double>());
  const int y = static_cast<int>(r[1].get<double>() + r[3].get<double>() / 2);
  return "mousemove --window " + window_ + " " + std::to_string(x) + " " + std::to_string(y);
}

/// Lets the program draw what has arrived, however slow the machine is.
void RealWindow::breathe() {
  const auto frames = look()["ui_ms"]["count"].get<int>();
  for (int i = 0; i < 40; ++i) {
    rest(0.05);
    if (look()["ui_ms"]["count"].get<int>() >= frames + 2) return;
  }
}

void RealWindow::click(const std::string& widget, double part) {
  for (const std::string& event : {place(widget, part), std::string("mousedown 1"), std::string("mouseup 1")}) {
    xdotool(event);
    breathe();
  }
}

void RealWindow::drag(const std::string& widget, int dx, int dy) {
  xdotool(place(widget, 0.5));
  breathe();
  xdotool("mousedown 1");
  breathe();
  constexpr int kSteps = 4;
  for (int i = 1; i <= kSteps; ++i) {
    xdotool("mousemove_relative -- " + std::to_string(dx * i / kSteps - dx * (i - 1) / kSteps) + " " +
            std::to_string(dy * i / kSteps - dy * (i - 1) / kSteps));
    breathe();
  }
  xdotool("mouseup 1");
  breathe();
}

void RealWindow::key(const std::string& name) {
  xdotool("key " + name);
  breathe();
}

void RealWindow::xdotool(const std::string& arguments) {
  const ProcessResult done = run_shell("DISPLAY=" + display_ + " xdotool " + arguments, folder());
  EXPECT_EQ(done.exit_code, 0) << arguments << "\n" << done.err;
}

void RealWindow::screenshot(const fs::path& path) {
  run_shell("DISPLAY=" + display_ + " import -window root '" + path.string() + "'", folder());
}

void RealWindow::keep(const std::string& name) {
  if (const char* pictures = std::getenv("GANVAS_TEST_PICTURES")) screenshot(fs::path(pictures) / (name + ".png"));
}

int RealWindow::exit_code(double seconds) {
  for (double waited = 0; waited < seconds && exit_code_ < 0; waited += 0.05) {
    int status = 0;
    if (waitpid(program_, &status, WNOHANG) > 0)
      exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    rest(0.05);
  }
  return exit_code_;
}

std::string RealWindow::errors() const {
  std::ifstream file(folder_.path() / "errors.txt");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string quick_model() {
  static const TemporaryFolder folder;
  static const std::string model = [] {
    const ProcessResult done = run_shell(
        "'" + program() + "' train --recipe starter-dcgan --kimg 0.064 --set batch=16 --out run --progress none",
        folder.path());
    if (done.exit_code != 0) throw std::runtime_error("the quick model cannot be made: " + done.err);
    return (folder / "run/model.safetensors").string();
  }();
  return model;
}

}  // namespace ganvas::test
