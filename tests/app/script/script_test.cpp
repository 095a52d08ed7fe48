#include "app/script/script.h"

#include <gtest/gtest.h>

#include "app/dispatch/command_recorder.h"
#include "core/error.h"

namespace ganvas::app {
namespace {

Script parse(const std::string& text) {
  return parse_script(Json::parse(text), "test.json");
}

std::string refusal(const std::string& text) {
  try {
    parse(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Scripts, HoldCommandsWaitsAndScreenshots) {
  const Script script = parse(R"([
    {"command": "set_seed", "x": 3},
    {"wait": {"until_step": 50, "timeout": 9}},
    {"wait": {"until_frame": 2}},
    {"wait": {"until_state": "paused"}},
    {"wait": {"seconds": 0.5}},
    {"screenshot": {"of": "window", "path": "w.png"}}
  ])");
  ASSERT_EQ(script.size(), 6u);
  EXPECT_EQ(std::get<command::SetSeed>(std::get<Command>(script[0])).x, 3);
  EXPECT_EQ(std::get<WaitStep>(script[1]).kind, WaitStep::Kind::step);
  EXPECT_EQ(std::get<WaitStep>(script[1]).amount, 50);
  EXPECT_EQ(std::get<WaitStep>(script[1]).timeout, 9);
  EXPECT_EQ(std::get<WaitStep>(script[2]).kind, WaitStep::Kind::frame);
  EXPECT_EQ(std::get<WaitStep>(script[3]).state, "paused");
  EXPECT_EQ(std::get<WaitStep>(script[4]).kind, WaitStep::Kind::seconds);
  EXPECT_TRUE(std::get<ScreenshotStep>(script[5]).window);
}

TEST(Scripts, AWrongStepIsNamedWithItsPosition) {
  const std::string unknown = refusal(R"([{"command": "undo"}, {"command": "paint_it_black"}])");
  EXPECT_NE(unknown.find("Step 2"), std::string::npos) << unknown;
  EXPECT_NE(unknown.find("paint_it_black"), std::string::npos) << unknown;
  for (const char* text :
       {R"({"command": "undo"})", R"([3])", R"([{"wait": {}}])", R"([{"wait": {"seconds": 1, "until_step": 2}}])",
        R"([{"wait": {"seconds": -1}}])", R"([{"wait": {"until_state": "asleep"}}])", R"([{"wait": {"hours": 1}}])",
        R"([{"screenshot": {"of": "desk", "path": "x"}}])", R"([{"screenshot": {"of": "window"}}])",
        R"([{"wait": {"seconds": 1}, "screenshot": {"of": "window", "path": "x"}}])", R"([{"pause": 1}])"}) {
    EXPECT_NE(refusal(text), "") << text;
  }
}

TEST(CommandRecording, ReadsBackAsAScriptWithItsPauses) {
  CommandRecorder recorder("unused.json");
  recorder.tick(5);  // before the first command: no pause
  recorder.add(command::SetSeed{1, 2});
  recorder.tick(0.01);
  recorder.add(command::SetPsi{0.5});
  recorder.tick(0.75);
  recorder.add(command::Undo{});
  const Script script = parse(recorder.text());
  ASSERT_EQ(script.size(), 4u);
  EXPECT_EQ(std::get<command::SetSeed>(std::get<Command>(script[0])).y, 2);
  EXPECT_EQ(std::get<command::SetPsi>(std::get<Command>(script[1])).psi, 0.5);
  EXPECT_NEAR(std::get<WaitStep>(script[2]).amount, 0.75, 1e-3);
  EXPECT_TRUE(std::holds_alternative<command::Undo>(std::get<Command>(script[3])));
  EXPECT_EQ(parse(CommandRecorder("x").text()).size(), 0u);
}

}  // namespace
}  // namespace ganvas::app
