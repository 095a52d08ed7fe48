#include "app/document/document.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "app/document/session_file.h"
#include "app/some_commands.h"
#include "core/error.h"
#include "core/random.h"
#include "latent/latent.h"

namespace ganvas::app {
namespace {

using namespace command;

constexpr int kDims = 8;

/// Notes what was asked of it.
class FakeServices final : public Services {
 public:
  std::vector<std::string> calls;
  int dimensions = kDims;
  AppState stored;

  int z_dim() const override { return dimensions; }
  std::vector<latent::StyleMove> moves;

  void find_directions(const FindDirections& find) override { calls.push_back("find " + find.method); }
  void cancel_directions() override { calls.push_back("cancel directions"); }
  void project_picture(const ProjectPicture& project) override { calls.push_back("project " + project.path); }
  void drag_picture(const DragPicture& drag, const AppState&) override {
    calls.push_back("drag " + std::to_string(drag.points.size()));
  }
  void cancel_search() override { calls.push_back("cancel search"); }
  void save_moves(const std::string&, const std::vector<latent::StyleMove>& given) override { moves = given; }
  std::vector<latent::StyleMove> load_moves(const std::string&) override { return moves; }
  void save_timeline(const std::string&, const AppState& state) override { stored.timeline = state.timeline; }
  latent::Timeline load_timeline(const std::string&) override { return stored.timeline.timeline; }
  void render_timeline(const RenderTimeline& render, const AppState&) override {
    calls.push_back("film " + render.path);
  }
  void cancel_render() override { calls.push_back("cancel film"); }
  void measure_sensitivity(const command::MeasureSensitivity& measure, const AppState&) override {
    calls.push_back("sensitivity of " + measure.space);
  }
  void cancel_sensitivity() override { calls.push_back("cancel sensitivity"); }
  void draw_map() override { calls.push_back("map"); }
  void cancel_map() override { calls.push_back("cancel map"); }
  void learn_input(const std::string& target) override { calls.push_back("learn " + target); }
  void save_model(const std::string& path) override { calls.push_back("model " + path); }
  void cancel_opening() override { calls.push_back("cancel opening"); }
  void clear_recent() override { calls.push_back("clear recent"); }
  void save_session(const std::string&, const AppState& state) override { stored = state; }
  AppState load_session(const std::string&) override { return stored; }
  void start_training(const StartTraining&, const TrainControls& controls) override {
    calls.push_back("start " + controls.recipe);
  }
  void pause_training() override { calls.push_back("pause"); }
  void edit_training(const EditTraining& edit) override { calls.push_back(edit.key + "=" + edit.value); }
  void step_training(const StepTraining& step) override { calls.push_back("step " + step.network); }
  void pause_training_at(const PauseTrainingAt& pause) override {
    calls.push_back("pause at " + std::to_string(pause.step));
  }
  void roll_back_training(const RollBackTraining& back) override {
    calls.push_back(back.gentler ? "back, gentler" : "back");
  }
  void resume_training() override { calls.push_back("resume"); }
  void save_training() override { calls.push_back("save"); }
  void stop_training() override { fail("No training is on."); }
  void keep_moment() override { calls.push_back("keep"); }
  void mark_moment(const MarkMoment& mark) override { calls.push_back("mark " + std::to_string(mark.step)); }
  void make_timelapse(const MakeTimelapse& film, const AppState&) override {
    calls.push_back("timelapse " + film.path);
  }
  void compare_runs(const std::string& folder) override { calls.push_back("runs " + folder); }
  void export_charts(const std::string& path) override { calls.push_back("charts " + path); }
  void measure_model(const MeasureModel& measure) override { calls.push_back("measure " + measure.metrics); }
  void cancel_measuring() override { calls.push_back("cancel measuring"); }
  void export_metrics(const std::string& path) override { calls.push_back("figures " + path); }
  void save_picture(const std::string& path) override { calls.push_back("picture " + path); }
  void save_window(const std::string& path) override { calls.push_back("window " + path); }
  void start_video(const StartVideo& video) override { calls.push_back("video " + video.path); }
  void stop_video() override { calls.push_back("stop video"); }
  void quit(bool confirmed) override { calls.push_back(confirmed ? "quit!" : "quit?"); }
  void cancel_quit() override { calls.push_back("stay"); }
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
                            SetSeed{std::numeric_limits<double>::infinity(), 0}, SetView{0, 0, 0, false},
                            SetSettings{{.frame_limit = 0}}, StartVideo{"v.mp4", 0}, StopTraining{}}) {
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
  run(SaveMoves{"m"});
  run(ResetStyles{});
  EXPECT_EQ(style, latent::StyleControls{});
  run(LoadMoves{"m"});
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
  run(SaveSession{"x"});
  run(SetPsi{0.9});
  run(LoadSession{"x"});
  EXPECT_EQ(latent().psi, 0.5);
  run(Undo{});
  EXPECT_EQ(latent().psi, 0.9);
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
  state.view = {.columns = 4, .rows = 2, .zoom = 3, .pan_x = 0.1, .pan_y = -0.1, .smooth = true};
  state.train = {.recipe = "r", .data = "d", .overrides = {{"batch", "1"}}, .follow = false};
  state.settings = {
      .theme = Theme::light, .ui_scale = 2, .tier = DisplayTier::interop, .frame_limit = 30, .view_threads = 2};
  EXPECT_EQ(session_from_json(Json::parse(session_to_json(state).dump()), "test"), state);
}

TEST(SessionFile, RefusesWhatDoesNotFit) {
  const Json good = session_to_json(AppState{});
  const auto with = [&](const char* pointer, const Json& value) {
    Json json = good;
    json[Json::json_pointer(pointer)] = value;
    return json;
  };
  EXPECT_NO_THROW(session_from_json(good, "s"));
  for (const Json& bad : {Json::array(), Json::object(), with("/ganvas_session", 2), with("/ganvas_session", "one"),
                          with("/extra", 1), with("/latent/psi", 7), with("/latent/edits", Json{{"x", 1}}),
                          with("/latent/edits", Json{{"-3", 1}}), with("/view/columns", 100), with("/latent", 3),
                          with("/settings/theme", "pink"), with("/latent/blend/a", "abc")}) {
    EXPECT_THROW(session_from_json(bad, "s"), Error) << bad.dump();
  }
}

}  // namespace
}  // namespace ganvas::app
