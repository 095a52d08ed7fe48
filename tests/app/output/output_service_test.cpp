#include "app/output/output_service.h"

#include "app/style_app.h"

namespace ganvas::app {
namespace {

using namespace command;

class OutputOfApp : public test::StyleApp {};

TEST_F(OutputOfApp, TheSecondWindowIsWhatTheShellIsAskedFor) {
  EXPECT_FALSE(app->view().output.window);
  app->send(ShowOutput{2});
  EXPECT_TRUE(app->view().output.window);
  EXPECT_EQ(app->view().output.monitor, 2);
  app->send(HideOutput{});
  EXPECT_FALSE(app->view().output.window);
  app->send(ShowOutput{-1});
  EXPECT_EQ(app->errors().size(), 1U);
  EXPECT_FALSE(app->view().output.window);
}

TEST_F(OutputOfApp, FramingIsASettingAndNoStepOfUndo) {
  const Framing half{.width = 0.5, .border = Framing::Border::blurred};
  app->send(SetFraming{half});
  EXPECT_EQ(app->view().settings->framing, half);
  EXPECT_FALSE(app->view().can_undo);
  app->send(SetFraming{{.x = 2}});
  EXPECT_EQ(app->view().settings->framing, half) << "refused";
  EXPECT_EQ(app->errors().size(), 1U);
}

TEST_F(OutputOfApp, AStreamSendsThePictureUntilItIsStopped) {
  const std::string address = "udp://127.0.0.1:59999";  // nobody needs to listen to UDP
  app->send(StartStream{.address = address, .width = 64, .height = 64, .fps = 60});
  app->send(StartStream{.address = address});
  ASSERT_EQ(app->errors().size(), 1U) << "it runs already";
  ASSERT_TRUE(until([](const ViewModel& view) {
    return view.output.streams.size() == 1 && view.output.streams[0].stats.pictures >= 1;
  }));
  EXPECT_EQ(app->view().output.streams[0].shown, address);
  const std::uint64_t sent = app->view().output.streams[0].stats.frames;
  ASSERT_TRUE(until([&](const ViewModel& view) { return view.output.streams[0].stats.frames > sent + 5; }))
      << "at its rate, though no new picture has come";
  app->send(StopStream{});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.output.streams.empty(); }));
  EXPECT_EQ(app->errors().size(), 1U);
  app->send(StopStream{address});
  EXPECT_EQ(app->errors().size(), 2U) << "there is none";
}

TEST_F(OutputOfApp, WhatCannotBeSentIsSaidWithoutTheKey) {
  app->send(StartStream{.address = "http://host/secret"});
  ASSERT_EQ(app->errors().size(), 1U);
  app->send(StartStream{.address = "rtmp://127.0.0.1:9/live/secret"});
  ASSERT_TRUE(until([&](const ViewModel&) { return app->errors().size() == 2; }));
  EXPECT_EQ(app->errors()[1].find("secret"), std::string::npos) << app->errors()[1];
  EXPECT_TRUE(app->view().output.streams.empty());
}

}  // namespace
}  // namespace ganvas::app
