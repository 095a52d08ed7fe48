#include "app/command.h"

#include <gtest/gtest.h>

#include <set>

#include "core/error.h"

namespace ganvas {
namespace {

using namespace command;

/// One of each command, with values that differ from the defaults. The size check below keeps it complete.
std::vector<Command> one_of_each() {
  TrainControls controls{.recipe = "anime-dcgan-v1",
                         .data = "/pictures",
                         .overrides = {{"batch", "64"}, {"loss.d_real", "[0.8, 0.9]"}},
                         .follow = false};
  Settings settings{
      .theme = Theme::light, .ui_scale = 1.5, .tier = DisplayTier::pinned, .frame_limit = 144, .view_threads = 3};
  Timeline timeline{.course = Course::spherical, .loop = true, .seconds = 12, .noise_turns = -2};
  timeline.keyframes = {{0.5, Easing::in, {.seed_x = 3, .psi = 0.5}}, {2, Easing::out, {}}};
  return {SetSeed{1.5, -2},
          PanSeed{0.25, 0.125},
          SetDimension{7, -1.75},
          LockDimension{3, false},
          ResetDimension{4},
          ResetDimensions{},
          RandomizeDimensions{0xffffffffffffffffu},
          SetLatent{{0.1f, -2.0f, 3e-20f}},
          SetPsi{0.7},
          SetClasses{{0.25f, 0.75f}},
          CaptureBlend{true},
          SetBlend{false, 0.3, Interpolation::linear},
          SetAnimate{true, -0.5},
          Advance{0.016},
          SetCutoff{8},
          SetNoise{{.mode = "random", .seed = 9, .strengths = {0.5, 1}}},
          SetPlacement{{0.25, -0.5, 90}},
          SetStyleSource{2, {77, {0, 0.5, 1}}},
          RemoveStyleSource{1},
          SetMixingGrid{false, {1, 0.25}},
          SetStyleMove{1, {"smile", {0.6f, 0.8f}, 2.5, -1.5, 2, 7}},
          SetStrength{3, -2.25},
          RemoveStyleMove{4},
          SetStyleOffset{{3, 100, 0.125}},
          SetStyleBase{{0.5f, -1}},
          SetBend{1, {"b8.conv1", 3, "shift", 0.25, -0.5}},
          RemoveBend{2},
          ResetStyles{},
          ProjectPicture{"me.jpg", "w", 30, "vgg16.pt"},
          DragPicture{{{1, 2.5, 3, 4}}, {{5, 6, 7}}, 50},
          CancelSearch{},
          KeepFound{{.name = "me", .latent = {.psi = 0.5}}},
          FindDirections{"pca", 1, 5},
          CancelDirections{},
          SaveMoves{"d.json"},
          LoadMoves{"d.json"},
          AddBookmark{"one"},
          RenameBookmark{1, "two"},
          RemoveBookmark{2},
          RecallBookmark{3},
          SetTimeline{timeline},
          AddKeyframe{1.5},
          MoveKeyframe{1, 2.5},
          SetEasing{2, Easing::both},
          RemoveKeyframe{3},
          RecallKeyframe{4},
          SeekTimeline{0.75},
          PlayTimeline{false},
          LeaveTimeline{},
          SetOnionSkin{2},
          SaveTimeline{"t.json"},
          LoadTimeline{"t.json"},
          RenderTimeline{"t.gif", 20, 256},
          CancelRender{},
          SetLayerView{{"b8.conv1", true}},
          SetGrid{4, 3},
          SetView{2.5, 0.1, -0.2, true},
          DrawMap{},
          CancelMap{},
          SetInputs{{true, 9001, true, true, "song.wav", {{"osc /a", "psi", 0.25, 1.5}}}},
          LearnInput{"psi"},
          ForgetInput{"psi"},
          SetModelMix{{"other.pkl", "G", 32, 0.25, 0.75}},
          SaveModel{"mixed.safetensors"},
          OpenModel{"a \"quoted\"\\path/ä.safetensors", "G"},
          CancelOpening{},
          ClearRecent{},
          SaveSession{"s.json"},
          LoadSession{"s.json"},
          SetTraining{controls},
          StartTraining{"runs/x", "runs/y"},
          PauseTraining{},
          ResumeTraining{},
          SaveTraining{},
          StopTraining{},
          EditTraining{"loss.d_real", "[0.8, 1.0]"},
          StepTraining{"generator"},
          PauseTrainingAt{1'000'000},
          RollBackTraining{false},
          ExportCharts{"c.csv"},
          MeasureModel{"fid500", 500, "photos", "net.pt"},
          CancelMeasuring{},
          ExportMetrics{"m.csv"},
          SavePicture{"p.png"},
          SaveWindow{"w.png"},
          StartVideo{"v.mp4", 60},
          StopVideo{},
          SetSettings{settings},
          Undo{},
          Redo{},
          Quit{true},
          CancelQuit{}};
}

TEST(Commands, EveryOneMakesTheRoundTrip) {
  const std::vector<Command> commands = one_of_each();
  ASSERT_EQ(commands.size(), std::variant_size_v<Command>);
  for (std::size_t i = 0; i < commands.size(); ++i) {
    ASSERT_EQ(commands[i].index(), i) << "in the order of the variant";
    const Json json = to_json(commands[i]);
    EXPECT_EQ(json["command"], command_names()[i]);
    const Command back = command_from_json(Json::parse(json.dump()));
    EXPECT_EQ(back.index(), i);
    EXPECT_EQ(to_json(back), json);
  }
}

TEST(Commands, NamesAreUnique) {
  const auto names = command_names();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), std::variant_size_v<Command>);
}

TEST(Commands, ValuesArriveInTheirFields) {
  const Command command = command_from_json(Json::parse(R"({"command": "set_dimension", "index": 3, "value": 0.5})"));
  EXPECT_EQ(std::get<SetDimension>(command).index, 3);
  EXPECT_EQ(std::get<SetDimension>(command).value, 0.5);
  const Command train = command_from_json(
      Json::parse(R"({"command": "set_training", "controls": {"recipe": "r", "overrides": {"batch": "8"}}})"));
  EXPECT_EQ(std::get<SetTraining>(train).controls.overrides.at("batch"), "8");
  EXPECT_EQ(std::get<SetTraining>(train).controls.data, TrainControls{}.data) << "absent keys keep their default";
}

TEST(Commands, ScriptsWithoutANetworkStayValid) {
  const Command open = command_from_json(Json::parse(R"({"command": "open_model", "path": "m.pt"})"));
  EXPECT_EQ(std::get<OpenModel>(open).path, "m.pt");
  EXPECT_EQ(std::get<OpenModel>(open).network, "");
}

std::string refusal(const std::string& text) {
  try {
    command_from_json(Json::parse(text));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Commands, AreReadStrictly) {
  EXPECT_NE(refusal(R"({"command": "paint"})").find("paint"), std::string::npos);
  EXPECT_NE(refusal(R"({"command": "paint"})").find("set_seed"), std::string::npos) << "names the known ones";
  EXPECT_NE(refusal(R"({"command": "set_psi", "psi": 1, "phi": 2})").find("phi"), std::string::npos);
  EXPECT_NE(refusal(R"({"command": "set_psi"})").find("psi"), std::string::npos);
  EXPECT_NE(refusal(R"({"command": "set_psi", "psi": "much"})").find("much"), std::string::npos);
  EXPECT_NE(refusal(R"({"command": "set_dimension", "index": 1.5, "value": 0})").find("1.5"), std::string::npos);
  EXPECT_NE(refusal(R"({"command": "set_dimension", "index": 99999999999, "value": 0})"), "");
  EXPECT_NE(refusal(R"({"command": "set_blend", "t": 0, "mode": "cubic"})").find("spherical"), std::string::npos);
  EXPECT_NE(refusal(R"({"command": "randomize_dimensions", "seed": -1})"), "");
  EXPECT_NE(refusal(R"(["undo"])"), "");
  EXPECT_NE(refusal(R"({"index": 3})"), "");
}

}  // namespace
}  // namespace ganvas
