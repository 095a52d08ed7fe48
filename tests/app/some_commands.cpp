#include "app/some_commands.h"

namespace ganvas::test {

using namespace app::command;

namespace {

std::vector<double> random_weights(RandomStream& random) {
  std::vector<double> weights(random.below(5));
  for (double& weight : weights) weight = random.uniform();
  return weights;
}

latent::StyleSource random_source(RandomStream& random) {
  latent::StyleSource source{.seed = random.next_u32(), .weights = random_weights(random)};
  if (random.below(3) == 0) {
    source.name = "kept";
    latent::LatentControls kept{.seed_x = random.normal(), .psi = random.uniform()};
    kept.style.base = {static_cast<float>(random.normal()), 1};
    kept.style.sources = {{.seed = random.next_u32(), .weights = random_weights(random)}};
    source.kept = {kept};
  }
  return source;
}

app::Command random_style_command(RandomStream& random) {
  const int index = static_cast<int>(random.below(4));
  switch (random.below(13)) {
    case 0:
      return SetClasses{{static_cast<float>(random.uniform()), 1}};
    case 1:
      return SetCutoff{static_cast<int>(random.below(5)) - 1};
    case 2:
      return SetNoise{{.mode = random.below(2) == 0 ? "random" : "none", .seed = random.next_u32()}};
    case 3:
      return SetPlacement{{random.normal(), random.normal(), random.uniform(-180, 180)}};
    case 4:
      return SetStyleSource{index, random_source(random)};
    case 5:
      return RemoveStyleSource{index};
    case 6:
      return SetMixingGrid{random.below(2) == 0, random_weights(random)};
    case 7:
      return SetStyleMove{index, {.name = "m", .direction = {0.6F, 0.8F}, .strength = random.normal()}};
    case 8:
      return SetStrength{index, random.normal()};
    case 9:
      return RemoveStyleMove{index};
    case 10:
      return SetStyleOffset{{index - 1, index, random.below(3) == 0 ? 0 : random.normal()}};
    case 11:
      return random.below(2) == 0 ? app::Command{SaveMoves{"m"}} : app::Command{LoadMoves{"m"}};
    default:
      return ResetStyles{};
  }
}

app::Command random_timeline_command(RandomStream& random) {
  const int index = static_cast<int>(random.below(4));
  const double seconds = static_cast<double>(random.below(8));
  switch (random.below(18)) {
    case 0:
      return AddBookmark{random.below(2) == 0 ? "one" : ""};
    case 1:
      return RenameBookmark{index, "two"};
    case 2:
      return RemoveBookmark{index};
    case 3:
      return RecallBookmark{index};
    case 4:
      return MoveKeyframe{index, seconds};
    case 5:
      return SetEasing{index, random.below(2) == 0 ? latent::Easing::both : latent::Easing::in};
    case 6:
      return RemoveKeyframe{index};
    case 7:
      return RecallKeyframe{index};
    case 8:
      return SeekTimeline{seconds};
    case 9:
      return PlayTimeline{random.below(2) == 0};
    case 10:
      return LeaveTimeline{};
    case 11:
      return SetOnionSkin{index};
    case 12:
      return random.below(2) == 0 ? app::Command{SaveTimeline{"t"}} : app::Command{LoadTimeline{"t"}};
    case 13:
      return SetLayerView{{random.below(2) == 0 ? "b8.conv1" : "", random.below(2) == 0}};
    case 14:
      return SetBend{index, {.layer = "b8.conv1", .channel = index, .kind = "scale", .amount = random.normal()}};
    case 15:
      return RemoveBend{index};
    case 16:
      return SetStyleBase{{static_cast<float>(random.normal()), 1}};
    default:
      return AddKeyframe{seconds};
  }
}

}  // namespace

std::vector<app::Command> one_of_each() {
  app::TrainControls controls{.recipe = "anime-dcgan-v1",
                              .data = "/pictures",
                              .overrides = {{"batch", "64"}, {"loss.d_real", "[0.8, 0.9]"}},
                              .follow = false,
                              .in_training = true};
  app::Settings settings{.theme = app::Theme::light,
                         .ui_scale = 1.5,
                         .tier = app::DisplayTier::pinned,
                         .frame_limit = 144,
                         .view_threads = 3,
                         .drag_ms = 20};
  latent::Timeline timeline{.course = latent::Course::spherical, .loop = true, .seconds = 12, .noise_turns = -2};
  timeline.keyframes = {{0.5, latent::Easing::in, {.seed_x = 3, .psi = 0.5}}, {2, latent::Easing::out, {}}};
  return {SetSeed{1.5, -2},
          PanSeed{0.25, 0.125},
          SetDimension{7, -1.75},
          LockDimension{3, false},
          ResetDimension{4},
          ResetDimensions{},
          RandomizeDimensions{0xffffffffffffffffu},
          SetLatent{{0.1f, -2.0f, 3e-20f}},
          SetParameter{"angle", 30},
          SetPsi{0.7},
          SetClasses{{0.25f, 0.75f}},
          CaptureBlend{true},
          SetBlend{false, 0.3, latent::Interpolation::linear},
          SetAnimate{true, -0.5},
          Advance{0.016},
          SetCutoff{8},
          SetNoise{{.mode = "random", .seed = 9, .strengths = {0.5, 1}}},
          SetPlacement{{0.25, -0.5, 90}},
          SetStyleSource{2, {77, {0, 0.5, 1}, {{.psi = 0.5, .style = {.base = {0.25f}}}}, "me"}},
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
          SetEasing{2, latent::Easing::both},
          RemoveKeyframe{3},
          RecallKeyframe{4},
          SeekTimeline{0.75},
          PlayTimeline{false},
          LeaveTimeline{},
          SetOnionSkin{2},
          SaveTimeline{"t.json"},
          LoadTimeline{"t.json"},
          RenderTimeline{"t.mp4", 20, 256, "song.wav"},
          WalkTrack{"song.wav", 3, -0.5},
          FilmTrack{"t.mp4", "song.wav", 25, 128},
          CancelRender{},
          SetLayerView{{"b8.conv1", true}},
          SetGrid{4, 3},
          SetView{2.5, 0.1, -0.2, app::PixelFilter::smooth},
          MeasureSensitivity{"w", 3},
          CancelSensitivity{},
          DrawMap{},
          CancelMap{},
          SetInputs{{true, 9001, true, true, "song.wav", {{"osc /a", "psi", 0.25, 1.5}}}},
          LearnInput{"psi", "audio beat"},
          ForgetInput{"psi"},
          SetModelMix{{"other.pkl", "G", 32, 0.25, 0.75}},
          SaveModel{"mixed.safetensors"},
          OpenModel{"a \"quoted\"\\path/ä.safetensors", "G"},
          SetReading{{"net.2.kind=leaky_relu", "net.5.kind="}},
          CancelOpening{},
          ClearRecent{},
          SaveSession{"s.json"},
          LoadSession{"s.json"},
          SetTraining{controls},
          ShowWeights{false},
          StartTraining{"runs/x", "runs/y", 12.5},
          TrainModel{},
          PauseTraining{},
          ResumeTraining{},
          SaveTraining{},
          StopTraining{},
          EditTraining{"loss.d_real", "[0.8, 1.0]"},
          StepTraining{"generator"},
          PauseTrainingAt{1'000'000},
          RollBackTraining{false},
          ExportCharts{"c.csv"},
          SetTime{{12.5, true, true, 0.25, 40, "other.safetensors"}},
          KeepMoment{},
          MarkMoment{400, false},
          MakeTimelapse{"t.gif", "walk", "change", 3, 2, 128, 20, 8, false},
          CompareRuns{"runs"},
          MeasureModel{"fid500", 500, "photos", "net.pt"},
          CancelMeasuring{},
          ExportMetrics{"m.csv"},
          SavePicture{"p.png"},
          SaveWindow{"w.png"},
          StartVideo{"v.mp4", 60, true},
          StopVideo{},
          ShowOutput{2},
          HideOutput{},
          SetFraming{{.x = 0.25, .width = 0.5, .fit = Framing::Fit::cover, .border = Framing::Border::blurred}},
          StartStream{"udp://127.0.0.1:5000", 640, 360, 24, 2000},
          StopStream{"udp://127.0.0.1:5000"},
          SetSettings{settings},
          Undo{},
          Redo{},
          Quit{true},
          CancelQuit{},
          LeaveUnsaved{true}};
}

app::Command random_command(RandomStream& random, int dimensions) {
  const int index = static_cast<int>(random.below(static_cast<std::uint32_t>(dimensions)));
  switch (random.below(28)) {
    case 27:
      return SetTime{{.at = random.normal() > 0 ? -1 : 3 * random.uniform(),
                      .between = random.below(2) == 0,
                      .split = random.below(2) == 0,
                      .divider = random.uniform(),
                      .other = random.below(2) == 0 ? -1 : 2 * random.uniform()}};
    case 0:
      return SetSeed{random.uniform(-50, 50), random.uniform(-5, 5)};
    case 1:
      return PanSeed{random.normal(), random.normal()};
    case 2:
      return SetDimension{index, random.normal()};
    case 3:
      return LockDimension{index, random.below(2) == 0};
    case 4:
      return ResetDimension{index};
    case 5:
      return ResetDimensions{};
    case 6:
      return RandomizeDimensions{random.next_u32()};
    case 7:
      return SetPsi{random.uniform(0, 2)};
    case 8:
      return CaptureBlend{random.below(2) == 0};
    case 9:
      return SetBlend{random.below(2) == 0, random.uniform()};
    case 10:
      return SetAnimate{random.below(2) == 0, random.normal()};
    case 11:
      return SetGrid{1 + static_cast<int>(random.below(16)), 1 + static_cast<int>(random.below(16))};
    case 12:
      return SetView{random.uniform(0.1, 9), random.normal(), random.normal(),
                     random.below(2) == 0 ? app::PixelFilter::smooth : app::PixelFilter::nearest};
    case 13:
      return OpenModel{std::to_string(random.below(3)), random.below(2) == 0 ? "G" : ""};
    case 14:
      if (random.below(2) == 0) return ShowWeights{random.below(2) == 0};
      return SetTraining{{.recipe = std::to_string(random.below(3))}};
    case 15:
      return random.below(2) == 0 ? app::Command{SaveSession{"s"}} : app::Command{LoadSession{"s"}};
    case 16:
    case 17:
    case 18:
    case 19:
      return random_style_command(random);
    case 20:
    case 21:
    case 22:
    case 23:
      return random_timeline_command(random);
    case 24:
      return Advance{random.uniform()};
    default:
      return random.below(2) == 0 ? app::Command{Undo{}} : app::Command{Redo{}};
  }
}

}  // namespace ganvas::test
