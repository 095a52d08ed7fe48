// Sessions and timelines are read beside the window, one after the other, and can be given up.
#include "app/document/document_files.h"

#include <gtest/gtest.h>

#include <future>

#include "app/document/session_file.h"
#include "app/script/script.h"
#include "app/whole_app.h"
#include "core/error.h"
#include "core/files.h"

namespace ganvas::app {
namespace {

using namespace command;

class SessionFiles : public test::WholeApp {};

struct Files : testing::Test {
  Notices notices;
  Services services;
  AppState document;
  std::vector<std::string> applied;
  DocumentFiles files{notices, [this](const FileToRead& file, const Change& change) {
                        applied.push_back(file.path);
                        change(document);
                      }};
  std::promise<void> disk;  ///< a slow one

  Files() { files.serve(services); }
  /// A file that takes until the disk answers, and sets the seed.
  FileToRead slow(const std::string& path, double seed) {
    return {path,
            [seed, answer = std::shared_future<void>(answer_)]() -> Change {
              answer.wait();
              return [seed](AppState& state) { state.latent.seed_x = seed; };
            },
            "done"};
  }
  void expect_end() {
    files.finish();
    EXPECT_EQ(files.reading().name, "");
    EXPECT_EQ(files.in_flight(), 0);
  }

 private:
  std::shared_future<void> answer_ = disk.get_future().share();
};

TEST_F(Files, AreReadWhileTheWindowGoesOn) {
  services.read_file(document, slow("/a/one.json", 1));
  services.read_file(document, slow("/a/two.json", 2));
  files.tick();
  EXPECT_EQ(files.reading().name, "one.json");
  EXPECT_EQ(document.latent.seed_x, 0);
  disk.set_value();
  expect_end();
  EXPECT_EQ(document.latent.seed_x, 2);
  EXPECT_EQ(applied, (std::vector<std::string>{"/a/one.json", "/a/two.json"}));
}

TEST_F(Files, GivenUpChangeNothingAndAreNotTold) {
  bool looked = false;
  services.read_file(document, slow("one.json", 1));
  services.read_file(document, {"bad.json",
                                [&looked]() -> Change {
                                  looked = true;
                                  fail("bad.json is bad.");
                                },
                                "done"});
  files.cancel();
  EXPECT_EQ(files.reading().name, "");
  services.read_file(document, slow("three.json", 3));
  disk.set_value();
  expect_end();
  EXPECT_FALSE(looked);
  EXPECT_EQ(applied, std::vector<std::string>{"three.json"});
  EXPECT_TRUE(notices.errors().empty());
}

TEST_F(Files, WhatGoesWrongIsOneSentenceWithTheFilesName) {
  services.read_file(document, {"a.json", []() -> Change { fail("a.json is no session."); }, "done"});
  services.read_file(document, {"b.json", []() -> Change { throw std::bad_alloc(); }, "done"});
  expect_end();
  EXPECT_TRUE(applied.empty());
  EXPECT_EQ(notices.errors(),
            (std::vector<std::string>{"a.json is no session.",
                                      "The file b.json cannot be used: there is not enough memory; choose another "
                                      "file."}));
}

TEST_F(SessionFiles, ASessionThatIsReadIsOneStepOfUndoAndCanBeGivenUp) {
  AppState other = *app->view().state;
  other.latent.seed_x = 7;
  save_session(folder / "s.json", other);
  app->send(SetSeed{1, 0});
  const AppState before = *app->view().state;
  app->send(LoadSession{folder / "s.json"});
  EXPECT_EQ(app->view().reading.name, "s.json");
  EXPECT_EQ(*app->view().state, before) << "it is read beside the window";
  app->send(CancelOpening{});
  EXPECT_EQ(app->view().reading.name, "");
  ASSERT_TRUE(until([&](const ViewModel&) { return app->files_in_flight() == 0; }));
  EXPECT_EQ(*app->view().state, before);
  load(LoadSession{folder / "s.json"});
  EXPECT_EQ(app->view().state->latent.seed_x, 7);
  app->send(Undo{});
  EXPECT_EQ(*app->view().state, before);
  EXPECT_EQ(first_error(), "");
  write_file(folder / "s.json", "{}");
  load(LoadSession{folder / "s.json"});
  EXPECT_EQ(*app->view().state, before);
  EXPECT_NE(first_error().find("is not a ganvas session"), std::string::npos) << first_error();
}

TEST_F(SessionFiles, AScriptsStepFindsWhatTheStepBeforeHasRead) {
  AppState other = *app->view().state;
  other.latent.seed_x = 7;
  save_session(folder / "s.json", other);
  const Json steps{{{"command", "load_session"}, {"path", folder / "s.json"}},
                   {{"command", "pan_seed"}, {"dx", 1}, {"dy", 0}}};
  ScriptRunner runner(parse_script(steps, "test"), folder / "out");
  ASSERT_TRUE(test::eventually([&] {
    app->tick(0.01);
    return !runner.tick(*app, 0.01);
  }));
  EXPECT_EQ(app->view().state->latent.seed_x, 8);
}

}  // namespace
}  // namespace ganvas::app
