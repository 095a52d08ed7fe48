#include "app/dispatch/history.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <fstream>
#include <limits>
#include <set>

#include "app/document/session_file.h"
#include "app/some_commands.h"
#include "core/error.h"
#include "core/json_text.h"
#include "core/random.h"
#include "latent/latent.h"

namespace ganvas::app {
namespace {

using namespace command;

constexpr int kDims = 8;

/// Notes what was asked of it.
/// Writes down what services are asked for.
class FakeServices final : public Services {
 public:
  std::vector<std::string> calls;
  int dimensions = kDims;

  FakeServices() {
    z_dim = [this] { return dimensions; };
    say = [this](const std::string& text) { calls.push_back(text); };
    record<FindDirections>("find", &FindDirections::method);
    record<CancelDirections>("cancel directions");
    record<ProjectPicture>("project", &ProjectPicture::path);
    on<DragPicture>([this](const auto& drag) { calls.push_back("drag " + std::to_string(drag.points.size())); });
    record<CancelSearch>("cancel search");
    record<RenderTimeline>("film", &RenderTimeline::path);
    record<FilmTrack>("film of", &FilmTrack::track);
    record<CancelRender>("cancel film");
    record<MeasureSensitivity>("sensitivity of", &MeasureSensitivity::space);
    record<CancelSensitivity>("cancel sensitivity");
    record<DrawMap>("map");
    record<CancelMap>("cancel map");
    record<LearnInput>("learn", &LearnInput::target);
    record<SaveModel>("model", &SaveModel::path);
    record<CancelOpening>("cancel opening");
    record<ClearRecent>("clear recent");
    on<StartTraining>([this](const auto&, const AppState& state) { calls.push_back("start " + state.train.recipe); });
    record<PauseTraining>("pause");
    on<EditTraining>([this](const auto& edit) { calls.push_back(edit.key + "=" + edit.value); });
    record<StepTraining>("step", &StepTraining::network);
    on<PauseTrainingAt>([this](const auto& pause) { calls.push_back("pause at " + std::to_string(pause.step)); });
    on<RollBackTraining>([this](const auto& back) { calls.push_back(back.gentler ? "back, gentler" : "back"); });
    record<ResumeTraining>("resume");
    record<SaveTraining>("save");
    on<StopTraining>([](const auto&) { fail("No training is on."); });
    record<KeepMoment>("keep");
    on<MarkMoment>([this](const auto& mark) { calls.push_back("mark " + std::to_string(mark.step)); });
    record<MakeTimelapse>("timelapse", &MakeTimelapse::path);
    record<CompareRuns>("runs", &CompareRuns::folder);
    record<ExportCharts>("charts", &ExportCharts::path);
    record<MeasureModel>("measure", &MeasureModel::metrics);
    record<CancelMeasuring>("cancel measuring");
    record<ExportMetrics>("figures", &ExportMetrics::path);
    record<SavePicture>("picture", &SavePicture::path);
    record<SaveWindow>("window", &SaveWindow::path);
    record<StartVideo>("video", &StartVideo::path);
    record<StopVideo>("stop video");
    on<SetSettings>([this](const auto&) { calls.push_back("settings"); });
    on<Quit>([this](const auto& quit) { calls.push_back(quit.confirmed ? "quit!" : "quit?"); });
    record<CancelQuit>("stay");
    record<LeaveUnsaved>("leave unsaved");
  }

 private:
  template <typename C>
  void record(const std::string& what, std::string C::*of = nullptr) {
    on<C>([this, what, of](const C& command) { calls.push_back(of == nullptr ? what : what + " " + command.*of); });
  }
};

class Document : public testing::Test {
 protected:
  FakeServices services;
  History history{AppState{}};
  void run(const Command& command) { history.run(command, services); }
  [[nodiscard]] const latent::LatentControls& latent() const { return history.state().latent; }
};

TEST_F(Document, SetSeedClearsUnlockedEditsOnly) {
  run(SetDimension{1, 0.5});
  run(SetDimension{2, 0.75});
  run(LockDimension{2, true});
  run(SetSeed{5, 0});
  EXPECT_EQ(latent().edits, (std::map<int, float>{{2, 0.75f}}));
  EXPECT_EQ(latent().seed_x, 5);
}

TEST_F(Document, ALockedDimensionKeepsItsValueWhenTheSeedMoves) {
  const float before = latent::present_latent(latent(), kDims)[3];
  run(LockDimension{3, true});
  run(SetSeed{40, 2});
  EXPECT_EQ(latent::present_latent(latent(), kDims)[3], before);
}

TEST_F(Document, RandomiseAndPasteLeaveLockedDimensionsAlone) {
  run(SetDimension{0, 9});
  run(LockDimension{0, true});
  run(RandomizeDimensions{3});
  EXPECT_EQ(latent().edits.at(0), 9);
  EXPECT_EQ(latent().edits.at(1), latent_from_seed(3, kDims)[1]);
  run(SetLatent{std::vector<float>(kDims, 0.5f)});
  EXPECT_EQ(latent().edits.at(0), 9);
  EXPECT_EQ(latent().edits.at(7), 0.5f);
  EXPECT_THROW(run(SetLatent{{1, 2, 3}}), Error);
}

TEST_F(Document, BlendNeedsBothEndsAndTheAnimationTurnsRound) {
  EXPECT_THROW(run(SetBlend{true, 0}), Error);
  run(CaptureBlend{false});
  run(SetSeed{9, 0});
  run(CaptureBlend{true});
  run(SetBlend{true, 0.75});
  run(SetAnimate{true, 0.5});
  run(Advance{1});
  EXPECT_DOUBLE_EQ(latent().blend.t, 0.75);  // 1.25 along the way: turned round at 1
  EXPECT_TRUE(latent().blend.backwards);
  run(Advance{1});
  EXPECT_DOUBLE_EQ(latent().blend.t, 0.25);
}

TEST_F(Document, TheAnimationWalksThePlane) {
  run(SetAnimate{true, 2});
  run(Advance{0.25});
  EXPECT_DOUBLE_EQ(latent().seed_x, 0.5);
}

TEST_F(Document, ValuesOutOfRangeChangeNothing) {
  const AppState before = history.state();
  for (const Command& command :
       std::vector<Command>{SetGrid{0, 1}, SetGrid{1, 17}, SetPsi{2.5}, SetDimension{-1, 0}, SetDimension{kDims, 0},
                            SetDimension{0, std::numeric_limits<double>::quiet_NaN()},
                            SetSeed{std::numeric_limits<double>::infinity(), 0}, SetView{0, 0, 0},
                            StartVideo{"v.mp4", 0}, StopTraining{}}) {
    EXPECT_THROW(run(command), Error) << to_json(command).dump();
    EXPECT_EQ(history.state(), before);
  }
  EXPECT_FALSE(history.can_undo());
}

TEST_F(Document, StyleSourcesMovesAndOffsetsComeAndGo) {
  const latent::StyleControls& style = latent().style;
  run(SetStyleSource{0, {7, {1, 0.5}}});
  run(SetStyleSource{1, {8, {}}});
  EXPECT_THROW(run(SetStyleSource{3, {}}), Error);
  run(RemoveStyleSource{0});
  EXPECT_EQ(style.sources, (std::vector<latent::StyleSource>{{8, {}}}));
  run(SetStyleMove{0, {.name = "smile", .direction = {1, 0}}});
  run(SetStrength{0, 2.5});
  EXPECT_EQ(style.moves[0].strength, 2.5);
  EXPECT_THROW(run(SetStrength{1, 1}), Error);
  EXPECT_THROW(run(SetStyleMove{1, {.name = "empty"}}), Error);
  run(SetStyleOffset{{2, 5, 0.5}});
  run(SetStyleOffset{{2, 5, 0.75}});
  EXPECT_EQ(style.offsets, (std::vector<latent::StyleOffset>{{2, 5, 0.75}}));
  run(SetStyleOffset{{2, 5, 0}});
  EXPECT_TRUE(style.offsets.empty());
  EXPECT_THROW(run(SetNoise{{.mode = "loud"}}), Error);
  const std::string file = testing::TempDir() + "moves.json";
  run(SaveMoves{file});
  run(ResetStyles{});
  EXPECT_EQ(style, latent::StyleControls{});
  run(LoadMoves{file});
  EXPECT_EQ(style.moves[0].name, "smile");
  run(Undo{});
  run(Undo{});
  EXPECT_EQ(style.sources.size(), 1u);
}

TEST_F(Document, WithoutAModelLatentsCannotBeCaptured) {
  services.dimensions = 0;
  EXPECT_THROW(run(CaptureBlend{false}), Error);
  EXPECT_THROW(run(RandomizeDimensions{1}), Error);
}

TEST_F(Document, ServicesAreAskedAndTheDocumentStays) {
  const AppState before = history.state();
  for (const Command& command : std::vector<Command>{
           StartTraining{}, PauseTraining{}, ResumeTraining{}, SaveTraining{}, EditTraining{"batch", "4"},
           StepTraining{}, PauseTrainingAt{9}, RollBackTraining{}, ExportCharts{"c"}, SavePicture{"p"}, SaveWindow{"w"},
           StartVideo{"v"}, StopVideo{}, Quit{}, Quit{true}, CancelQuit{}}) {
    run(command);
  }
  EXPECT_EQ(services.calls,
            (std::vector<std::string>{"start starter-dcgan", "pause", "resume", "save", "batch=4", "step both",
                                      "pause at 9", "back, gentler", "charts c", "picture p", "window w", "video v",
                                      "stop video", "quit?", "quit!", "stay"}));
  EXPECT_EQ(history.state(), before);
  EXPECT_FALSE(history.can_undo());
}

TEST_F(Document, ADragIsOneStep) {
  for (int i = 1; i <= 20; ++i) run(SetDimension{2, i * 0.1});
  run(SetDimension{3, 1});
  history.seal();
  run(SetDimension{3, 2});
  run(Undo{});
  EXPECT_EQ(latent().edits.at(3), 1);
  run(Undo{});
  EXPECT_FALSE(latent().edits.contains(3));
  EXPECT_FLOAT_EQ(latent().edits.at(2), 2.0f);
  run(Undo{});
  EXPECT_TRUE(latent().edits.empty());
  EXPECT_FALSE(history.can_undo());
}

TEST_F(Document, ANewChangeAfterUndoForgetsTheUndone) {
  run(SetPsi{0.5});
  run(SetGrid{2, 2});
  run(Undo{});
  run(SetGrid{3, 3});
  EXPECT_FALSE(history.can_redo());
  run(Undo{});
  run(Undo{});
  EXPECT_EQ(history.state(), AppState{});
}

TEST_F(Document, LoadingASessionCanBeUndone) {
  run(SetPsi{0.5});
  const std::string file = testing::TempDir() + "loaded_session.json";
  run(SaveSession{file});
  run(SetPsi{0.9});
  run(LoadSession{file});
  EXPECT_EQ(latent().psi, 0.5);
  run(Undo{});
  EXPECT_EQ(latent().psi, 0.9);
}

/// Bytes of memory that the process holds.
std::size_t resident() {
  std::ifstream file("/proc/self/statm");
  std::size_t size = 0, pages = 0;
  file >> size >> pages;
  return pages * static_cast<std::size_t>(::getpagesize());
}

TEST_F(Document, StepsShareWhatDidNotChange) {
  for (int i = 0; i < 100; ++i) {
    run(SetStyleBase{std::vector<float>(8192, static_cast<float>(i))});
    run(AddBookmark{});
    run(AddKeyframe{static_cast<double>(i)});
    latent::LatentControls kept;
    kept.style.base = std::vector<float>(8192, 0.5F);
    run(SetStyleSource{0, {.kept = {kept}, .name = "kept"}});
    run(SetStyleMove{0, {.name = "m", .direction = std::vector<float>(8192, 0.01F)}});
  }
  const std::size_t before = resident();
  const AppState state = history.state();
  for (int i = 0; i < 2000; ++i) run(i % 2 == 0 ? Command{SetPsi{i / 2000.0}} : Command{SetSeed{i * 1.0, 0}});
  EXPECT_TRUE(history.state().bookmarks.shares(state.bookmarks));
  EXPECT_TRUE(history.state().timeline.timeline.keyframes.shares(state.timeline.timeline.keyframes));
  EXPECT_TRUE(latent().style.base.shares(state.latent.style.base));
  EXPECT_TRUE(latent().style.moves[0].direction.shares(state.latent.style.moves[0].direction));
  EXPECT_LT(resident() - before, 100'000'000U) << "2,000 copies would take over 6 GB";
  while (history.can_undo()) run(Undo{});
  EXPECT_TRUE(history.state().bookmarks.shares(state.bookmarks)) << "the oldest of the 2,000 steps";
}

TEST_F(Document, WhatIsSharedIsCheckedWhenItChanges) {
  run(AddBookmark{});
  Bookmark wrong;
  wrong.latent.psi = 7;
  EXPECT_THROW(run(KeepFound{wrong}), Error);
  EXPECT_EQ(history.state().bookmarks.size(), 1U);
  EXPECT_THROW(run(RenameBookmark{1, "none"}), Error);
  EXPECT_THROW(run(MoveKeyframe{0, 1}), Error);
}

TEST(HistoryProperty, UndoingAllGivesTheStartAndRedoingAllTheEnd) {
  const std::vector<Command> each = test::one_of_each();
  std::set<std::size_t> kinds;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    RandomStream random(seed);
    FakeServices services;
    AppState start;
    start.latent.psi = random.uniform(0, 2);
    History history(start);
    for (int i = 0; i < 200; ++i) {
      const AppState before = history.state();
      const Command command = random.below(5) == 0 ? each[random.below(static_cast<std::uint32_t>(each.size()))]
                                                   : test::random_command(random, kDims);
      kinds.insert(command.index());
      try {
        history.run(command, services);
      } catch (const Error&) {
        ASSERT_EQ(history.state(), before);
      }
      if (random.below(5) == 0) history.seal();
    }
    while (history.can_redo()) history.run(Redo{}, services);
    const AppState end = history.state();
    EXPECT_EQ(session_from_json(Json::parse(session_to_json(end).dump()), "test"), end) << seed;
    while (history.can_undo()) history.run(Undo{}, services);
    ASSERT_EQ(history.state(), start) << seed;
    while (history.can_redo()) history.run(Redo{}, services);
    ASSERT_EQ(history.state(), end) << seed;
  }
  EXPECT_EQ(kinds.size(), std::variant_size_v<Command>) << "12,000 commands are to hold every kind";
}

TEST(SessionFile, MakesTheRoundTrip) {
  AppState state;
  state.model = "m.safetensors";
  state.network = "G";
  state.latent = {.seed_x = 1.25,
                  .seed_y = -3,
                  .edits = {{0, 0.1f}, {100, -2}},
                  .locked = {0, 7},
                  .psi = 0.7,
                  .classes = {0.5f, 0.5f},
                  .animate = true,
                  .animate_speed = -1};
  state.latent.blend = {
      .on = true, .a = {1, 2}, .b = {3, 4.5f}, .t = 0.3, .mode = latent::Interpolation::linear, .backwards = true};
  state.view = {.columns = 4, .rows = 2, .zoom = 3, .pan_x = 0.1, .pan_y = -0.1, .filter = PixelFilter::smooth};
  state.train = {.recipe = "r", .data = "d", .overrides = {{"batch", "1"}}, .follow = false, .in_training = true};
  EXPECT_EQ(session_from_json(Json::parse(session_to_json(state).dump()), "test"), state);
}

TEST(SessionFile, KeepsPathsThatAreNoText) {
  const std::string file = testing::TempDir() + "caf\xe9 session.json";
  AppState state;
  state.model = state.mix.path = state.train.data = "/models/caf\xe9.pt";
  state.bookmarks = {{"na\xefve", {}}};
  save_session(file, state);
  EXPECT_EQ(load_session(file), state);
  EXPECT_EQ(std::get<OpenModel>(command_from_json(parse_json(json_text(to_json(OpenModel{state.model})), "c"))).path,
            state.model);
}

TEST(SessionFile, OneOfVersionOneIsReadWithoutItsSettings) {
  Json old = session_to_json(AppState{});
  old["ganvas_session"] = 1;
  old["settings"] = {{"theme", "light"}};
  old["latent"]["psi"] = 0.25;
  const AppState state = session_from_json(old, "old");
  EXPECT_EQ(state.latent.psi, 0.25);
}

TEST(SessionFile, PixelsThatWereSmoothOrNotStayAsTheyWere) {
  const auto read = [](const Json& smooth) {
    Json session = session_to_json(AppState{});
    session["view"]["smooth"] = smooth;
    return session_from_json(session, "s").view.filter;
  };
  EXPECT_EQ(session_to_json(AppState{})["view"]["smooth"], "automatic");
  EXPECT_EQ(read(true), PixelFilter::smooth);
  EXPECT_EQ(read(false), PixelFilter::nearest);
  EXPECT_EQ(read("nearest"), PixelFilter::nearest);
  EXPECT_THROW(read("bicubic"), Error);
  const Command old = command_from_json(Json::parse(R"({"command": "set_view", "smooth": true})"));
  EXPECT_EQ(std::get<SetView>(old).filter, PixelFilter::smooth) << "in scripts too";
}

TEST(SessionFile, RefusesWhatDoesNotFit) {
  const Json good = session_to_json(AppState{});
  const auto with = [&](const char* pointer, const Json& value) {
    Json json = good;
    json[Json::json_pointer(pointer)] = value;
    return json;
  };
  EXPECT_NO_THROW(session_from_json(good, "s"));
  for (const Json& bad : {Json::array(), Json::object(), with("/ganvas_session", 3), with("/ganvas_session", "one"),
                          with("/extra", 1), with("/latent/psi", 7), with("/latent/edits", Json{{"x", 1}}),
                          with("/latent/edits", Json{{"-3", 1}}), with("/view/columns", 100), with("/latent", 3),
                          with("/settings", Json::object()), with("/latent/blend/a", "abc")}) {
    EXPECT_THROW(session_from_json(bad, "s"), Error) << bad.dump();
  }
}

}  // namespace
}  // namespace ganvas::app
