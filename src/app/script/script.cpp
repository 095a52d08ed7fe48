#include "app/script/script.h"

#include "core/error.h"
#include "core/json_text.h"
#include "core/outside/limits.h"
#include "train/report/report.h"

namespace ganvas::app {

namespace {

namespace fs = std::filesystem;

bool is_session_state(const std::string& name) {
  for (int state = 0; state <= static_cast<int>(train::SessionState::failed); ++state) {
    if (name == train::to_string(static_cast<train::SessionState>(state))) return true;
  }
  return false;
}

WaitStep parse_wait(const Json& json) {
  require_known_keys(json, {"seconds", "until_step", "until_frame", "until_state", "timeout"}, "a wait");
  WaitStep wait;
  int kinds = 0;
  const auto number = [&](const char* key, WaitStep::Kind kind) {
    if (!json.contains(key)) return;
    ++kinds;
    wait.kind = kind;
    wait.amount = get_required<double>(json, key);
    require(wait.amount >= 0 && wait.amount <= 1e9, "\"{}\" must be at least 0.", key);
  };
  number("seconds", WaitStep::Kind::seconds);
  number("until_step", WaitStep::Kind::step);
  number("until_frame", WaitStep::Kind::frame);
  if (json.contains("until_state")) {
    ++kinds;
    wait.kind = WaitStep::Kind::state;
    wait.state = get_required<std::string>(json, "until_state");
    require(is_session_state(wait.state), "\"{}\" is no state of training, such as running, paused or finished.",
            wait.state);
  }
  require(kinds == 1, "A wait needs one of seconds, until_step, until_frame and until_state.");
  wait.timeout = get_or(json, "timeout", wait.timeout);
  return wait;
}

ScreenshotStep parse_screenshot(const Json& json) {
  require_known_keys(json, {"of", "path"}, "a screenshot");
  const auto of = get_required<std::string>(json, "of");
  require(of == "picture" || of == "window", "A screenshot is of \"picture\" or \"window\", not of \"{}\".", of);
  return {of == "window", get_required<std::string>(json, "path")};
}

ScriptStep parse_step(const Json& json) {
  require(json.is_object(), "A step must be a JSON object.");
  if (json.contains("command")) return command_from_json(json);
  require(json.size() == 1 && (json.contains("wait") || json.contains("screenshot")),
          "A step is a command, a wait or a screenshot, not {}.", json_text(json).substr(0, 80));
  if (json.contains("wait")) return parse_wait(json["wait"]);
  return parse_screenshot(json["screenshot"]);
}

}  // namespace

Script parse_script(const Json& json, const std::string& what) {
  require(json.is_array(), "{} is not a script; a script is a JSON list of steps.", what);
  require(json.size() <= limits::script_steps, "{} has {} steps, more than the {} that are read.", what, json.size(),
          limits::script_steps);
  Script script;
  for (std::size_t i = 0; i < json.size(); ++i) {
    try {
      script.push_back(parse_step(json[i]));
    } catch (const Error& error) {
      fail("Step {} of {} is wrong: {}", i + 1, what, error.what());
    }
  }
  return script;
}

Script load_script(const fs::path& path) {
  return parse_script(read_json(path), path.string());
}

ScriptRunner::ScriptRunner(Script script, fs::path out) : script_(std::move(script)), out_(std::move(out)) {}

bool ScriptRunner::tick(App& app, double seconds) {
  while (true) {
    require(app.errors().empty(), "Step {} of the script failed: {}", position_,
            app.errors().empty() ? "" : app.errors().front());
    if (!app.view().reading.name.empty()) return true;  // a step finds the document as the one before leaves it
    if (position_ == script_.size()) return app.files_in_flight() > 0;
    const ScriptStep& step = script_[position_];
    if (const auto* wait = std::get_if<WaitStep>(&step)) {
      if (!wait_over(app, *wait, seconds)) return true;
    } else if (const auto* shot = std::get_if<ScreenshotStep>(&step)) {
      if (!screenshot_done(app, *shot, seconds)) return true;
    } else {
      Command command = std::get<Command>(step);
      // Files that a script writes go into its output folder; an absolute path stays as it is.
      if (std::string* path = output_of(command); path != nullptr && !path->empty()) *path = (out_ / *path).string();
      app.send(std::move(command));
    }
    ++position_;
    waited_ = frames_ = 0;
    begun_ = asked_ = false;
    // What the next step waits for may depend on a tick of the app in between.
    if (position_ < script_.size() && !std::holds_alternative<Command>(script_[position_])) return true;
  }
}

bool ScriptRunner::frames_arrived(const App& app, double count) {
  const ViewModel& view = app.view();
  if (view.model.loading) return false;
  const Frame* frame = view.frame.get();
  if (!begun_) {
    begun_ = true;
    base_request_ = app.request();
    last_frame_ = nullptr;
  }
  if (frame != nullptr && frame != last_frame_ && frame->request >= base_request_ && frame->coarse == 0) ++frames_;
  last_frame_ = frame;
  return frames_ >= count;
}

bool ScriptRunner::wait_over(const App& app, const WaitStep& wait, double seconds) {
  waited_ += seconds;
  bool over = false;
  switch (wait.kind) {
    case WaitStep::Kind::seconds:
      return waited_ >= wait.amount;
    case WaitStep::Kind::step:
      over = static_cast<double>(app.view().train.step) >= wait.amount;
      break;
    case WaitStep::Kind::frame:
      over = frames_arrived(app, wait.amount);
      break;
    case WaitStep::Kind::state:
      over = wait.state == train::to_string(app.view().train.state);
      break;
  }
  require(over || waited_ < wait.timeout, "Step {} of the script has waited for {} s without success; check it.",
          position_ + 1, wait.timeout);
  return over;
}

bool ScriptRunner::screenshot_done(App& app, const ScreenshotStep& step, double seconds) {
  waited_ += seconds;
  if (!asked_) {
    require(waited_ < WaitStep{}.timeout, "Step {} of the script got no picture for its screenshot.", position_ + 1);
    if (!frames_arrived(app, 1)) return false;
    asked_ = true;
    const std::string path = (out_ / step.path).string();
    if (step.window) {
      app.send(command::SaveWindow{path});
    } else {
      app.send(command::SavePicture{path});
    }
  }
  return !app.window_pictures_wait() && app.files_in_flight() == 0;
}

}  // namespace ganvas::app
