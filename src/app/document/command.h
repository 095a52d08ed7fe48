#pragma once
// Every action of a person, a script or a test, as plain data with a JSON form. No torch.
// JSON: {"command": "set_dimension", "index": 3, "value": 0.5}; names and keys are listed in docs/formats.md.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/document/state.h"
#include "core/json.h"
#include "latent/search/drag_points.h"

namespace ganvas::app::command {

// Explore

/// Position on the seed plane; unlocked edits go.
struct SetSeed {
  double x = 0;
  double y = 0;
};
/// Moves on the seed plane; edits stay.
struct PanSeed {
  double dx = 0;
  double dy = 0;
};
/// A latent slider. Moves a locked dimension too: the lock is against randomise and reset.
struct SetDimension {
  int index = 0;
  double value = 0;
};
struct LockDimension {
  int index = 0;
  bool locked = true;
};
/// One slider back to the seed's value.
struct ResetDimension {
  int index = 0;
};
/// All unlocked sliders back to the seed's values.
struct ResetDimensions {};
/// New normal values for all unlocked dimensions.
struct RandomizeDimensions {
  std::uint64_t seed = 0;
};
/// Paste: every unlocked dimension takes these values.
struct SetLatent {
  std::vector<float> values;
};
struct SetPsi {
  double psi = 1;
};
/// Soft class weights of a conditional model; empty: its first class.
struct SetClasses {
  std::vector<float> weights;
};
/// Keeps the present latent as A or B.
struct CaptureBlend {
  bool b = false;
};
struct SetBlend {
  bool on = true;
  double t = 0;
  latent::Interpolation mode = latent::Interpolation::spherical;
};
struct SetAnimate {
  bool on = false;
  double speed = 0.3;
};
/// Moves the animation; not undoable.
struct Advance {
  double seconds = 0;
};

// Styles

/// First style rows that truncation reaches; -1: all.
struct SetCutoff {
  int rows = -1;
};
struct SetNoise {
  latent::NoiseControls noise;
};
struct SetPlacement {
  latent::PlacementControls placement;
};
/// Changes a source of styles, or adds one when `index` is their number.
struct SetStyleSource {
  int index = 0;
  latent::StyleSource source;
};
struct RemoveStyleSource {
  int index = 0;
};
struct SetMixingGrid {
  bool on = true;
  std::vector<double> weights;
};
/// Changes a move, or adds one when `index` is their number.
struct SetStyleMove {
  int index = 0;
  latent::StyleMove move;
};
/// The slider of a move.
struct SetStrength {
  int index = 0;
  double strength = 0;
};
struct RemoveStyleMove {
  int index = 0;
};
/// A slider of the style space; value 0 takes the offset away.
struct SetStyleOffset {
  latent::StyleOffset offset;
};
/// Styles that stand in for those of the latent (StyleControls::base); empty: none.
struct SetStyleBase {
  std::vector<float> w;
};
/// Changes a bend, or adds one when `index` is their number.
struct SetBend {
  int index = 0;
  latent::Bend bend;
};
struct RemoveBend {
  int index = 0;
};
/// Everything about styles as the model has it.
struct ResetStyles {};
/// Looks for directions of the model on screen; they come with the view, not with the document.
struct FindDirections {
  std::string method = "sefa";  ///< sefa (closed form) or pca (of random styles)
  int first = 0;                ///< style rows that sefa looks at
  int last = -1;                ///< -1: to the end
};
struct CancelDirections {};
/// Writes the moves, or adds those of a file.
struct SaveMoves {
  std::string path;
};
struct LoadMoves {
  std::string path;
};

// Searches

/// Looks for the latents of a picture, beside the view; what is found becomes a bookmark.
struct ProjectPicture {
  std::string path;
  std::string space = "w+";  ///< w+ (styles for each row) or w
  int steps = 400;
  std::string extractor;  ///< TorchScript file of the person's own features; empty: the built-in ones
};
/// Pulls points of the picture (the first one of a grid) to their goals; what is found becomes its base styles.
struct DragPicture {
  std::vector<latent::DragPoint> points;
  std::vector<latent::MaskDisc> mask;  ///< where the picture may move; empty: everywhere
  int steps = 200;                     ///< at most
};
struct CancelSearch {};
/// What a projection found: keeps the bookmark, and the sliders take its state.
struct KeepFound {
  Bookmark bookmark;
};

// Bookmarks

/// Keeps the present latent state. Without a name it gets one.
struct AddBookmark {
  std::string name;
};
struct RenameBookmark {
  int index = 0;
  std::string name;
};
struct RemoveBookmark {
  int index = 0;
};
/// The sliders take its state.
struct RecallBookmark {
  int index = 0;
};

// Timeline

/// A whole timeline.
struct SetTimeline {
  latent::Timeline timeline;
};
/// The present latent state becomes the keyframe at `seconds`, in the place of one that is there.
struct AddKeyframe {
  double seconds = 0;
};
struct MoveKeyframe {
  int index = 0;
  double seconds = 0;
};
struct SetEasing {
  int index = 0;
  latent::Easing ease = latent::Easing::none;
};
struct RemoveKeyframe {
  int index = 0;
};
/// The sliders take its state.
struct RecallKeyframe {
  int index = 0;
};
/// Puts the playhead somewhere; the picture is the timeline's from then on.
struct SeekTimeline {
  double seconds = 0;
};
struct PlayTimeline {
  bool on = true;
};
/// The picture is the sliders' again.
struct LeaveTimeline {};
/// Keyframes before and after that shine through.
struct SetOnionSkin {
  int keyframes = 0;
};
struct SaveTimeline {
  std::string path;
};
struct LoadTimeline {
  std::string path;
};
/// A film of the timeline beside the window: .mp4, .gif, .webp, or a folder of PNG files.
struct RenderTimeline {
  std::string path;
  int fps = 30;
  int size = 0;  ///< pixels of a picture's side; 0: as the model makes it
};
struct CancelRender {};

// View

/// A layer's channels instead of the picture.
struct SetLayerView {
  LayerView view;
};
struct SetGrid {
  int columns = 1;
  int rows = 1;
};
struct SetView {
  double zoom = 1;
  double pan_x = 0;
  double pan_y = 0;
  bool smooth = false;
};

// Map of the latent space

/// Draws the map of the model on screen; it comes with the view. A point of it is a SetStyleBase.
/// Measures how much the picture moves with each slider of a space: "z", or "w" of one style row (-1: all).
struct MeasureSensitivity {
  std::string space = "z";
  int row = -1;
};
struct CancelSensitivity {};
struct DrawMap {};
struct CancelMap {};

// Control from outside

struct SetInputs {
  InputControls inputs;
};
/// The next thing that moves outside is bound to this slider; empty: no more.
struct LearnInput {
  std::string target;
};
/// Takes all bindings of a slider away.
struct ForgetInput {
  std::string target;
};

// Model and session file

struct SetModelMix {
  ModelMix mix;
};
/// The model on screen, mixed as it is, as a model file.
struct SaveModel {
  std::string path;
};

/// A model file or a run folder; it takes effect when it is whole.
struct OpenModel {
  std::string path;     ///< empty: the built-in starter model
  std::string network;  ///< "G_ema", "G"; empty: the moving average where there is one
};
/// Gives up the model that is being opened; nothing happens when none is.
struct CancelOpening {};
/// Empties the list of recent files.
struct ClearRecent {};
struct SaveSession {
  std::string path;
};
struct LoadSession {
  std::string path;
};

// Training

struct SetTraining {
  TrainControls controls;
};
/// Empty run folder: a fresh one. resume_from: a checkpoint or a run folder; empty: start fresh. branch_at: a new run
/// begins at that kimg of the run folder resume_from (train/run/branch.h), after the one that is on; below 0: no
/// branch.
struct StartTraining {
  std::string run_folder;
  std::string resume_from;
  double branch_at = -1;
};
struct PauseTraining {};
struct ResumeTraining {};
struct SaveTraining {};
struct StopTraining {};
/// A live change: a key of live_keys() (train/report/edit.h) and its value as JSON text.
struct EditTraining {
  std::string key;
  std::string value;
};
/// One step, then paused: "both", or "discriminator" or "generator" alone.
struct StepTraining {
  std::string network = "both";
};
/// Goes on, and pauses when so many generator steps are done.
struct PauseTrainingAt {
  std::int64_t step = 0;
};
/// Back to the last healthy checkpoint; gentler: with half the learning rates.
struct RollBackTraining {
  bool gentler = true;
};
/// Writes .csv or .png.
struct ExportCharts {
  std::string path;
};

// The time machine

struct SetTime {
  TimeControls time;
};
/// Keeps the weights of now for good, and those of a kept step for good or no more.
struct KeepMoment {};
struct MarkMoment {
  std::int64_t step = 0;
  bool on = true;
};
/// A film of how the run of the model on screen learned (app/film/timelapse.h).
struct MakeTimelapse {
  std::string path;
  std::string form = "grid";  ///< grid, walk, timeline
  std::string pace = "kimg";  ///< kimg, change
  int columns = 8;
  int rows = 8;
  int size = 0;  ///< pixels of a picture's side; 0: as the model makes it
  int fps = 30;
  double seconds = 20;
  bool caption = true;
};
/// Reads the runs of a folder, for a table and charts; empty: the folder of new runs.
struct CompareRuns {
  std::string folder;
};

// Metrics

/// Measures the model on screen; rows come with the view, not with the document.
struct MeasureModel {
  std::string metrics = "face_fid,face_kid,factors";  ///< as `ganvas metrics` has them
  std::int64_t samples = 2000;                        ///< where a name has no number
  std::string data = "faces";
  std::string extractor;  ///< a TorchScript file, for the field's metrics
};
struct CancelMeasuring {};
/// All rows so far, .csv or .png.
struct ExportMetrics {
  std::string path;
};

// Record

/// PNG of the picture.
struct SavePicture {
  std::string path;
};
/// PNG of the window; done by the shell that has one.
struct SaveWindow {
  std::string path;
};
/// MP4 of the picture while you play; with a caption, a line below says how far the model is.
struct StartVideo {
  std::string path;
  int fps = 30;
  bool caption = false;
};
struct StopVideo {};

// Everything else

struct SetSettings {
  Settings settings;
};
struct Undo {};
struct Redo {};
/// Unconfirmed, it only asks (ViewModel::wants_quit) while training is on.
struct Quit {
  bool confirmed = false;
};
/// The answer "stay" to the question that Quit asked.
struct CancelQuit {};

}  // namespace ganvas::app::command

namespace ganvas::app {

using Command = std::variant<
    command::SetSeed, command::PanSeed, command::SetDimension, command::LockDimension, command::ResetDimension,
    command::ResetDimensions, command::RandomizeDimensions, command::SetLatent, command::SetPsi, command::SetClasses,
    command::CaptureBlend, command::SetBlend, command::SetAnimate, command::Advance, command::SetCutoff,
    command::SetNoise, command::SetPlacement, command::SetStyleSource, command::RemoveStyleSource,
    command::SetMixingGrid, command::SetStyleMove, command::SetStrength, command::RemoveStyleMove,
    command::SetStyleOffset, command::SetStyleBase, command::SetBend, command::RemoveBend, command::ResetStyles,
    command::ProjectPicture, command::DragPicture, command::CancelSearch, command::KeepFound, command::FindDirections,
    command::CancelDirections, command::SaveMoves, command::LoadMoves, command::AddBookmark, command::RenameBookmark,
    command::RemoveBookmark, command::RecallBookmark, command::SetTimeline, command::AddKeyframe, command::MoveKeyframe,
    command::SetEasing, command::RemoveKeyframe, command::RecallKeyframe, command::SeekTimeline, command::PlayTimeline,
    command::LeaveTimeline, command::SetOnionSkin, command::SaveTimeline, command::LoadTimeline,
    command::RenderTimeline, command::CancelRender, command::SetLayerView, command::SetGrid, command::SetView,
    command::MeasureSensitivity, command::CancelSensitivity, command::DrawMap, command::CancelMap, command::SetInputs,
    command::LearnInput, command::ForgetInput, command::SetModelMix, command::SaveModel, command::OpenModel,
    command::CancelOpening, command::ClearRecent, command::SaveSession, command::LoadSession, command::SetTraining,
    command::StartTraining, command::PauseTraining, command::ResumeTraining, command::SaveTraining,
    command::StopTraining, command::EditTraining, command::StepTraining, command::PauseTrainingAt,
    command::RollBackTraining, command::ExportCharts, command::SetTime, command::KeepMoment, command::MarkMoment,
    command::MakeTimelapse, command::CompareRuns, command::MeasureModel, command::CancelMeasuring,
    command::ExportMetrics, command::SavePicture, command::SaveWindow, command::StartVideo, command::StopVideo,
    command::SetSettings, command::Undo, command::Redo, command::Quit, command::CancelQuit>;

Json to_json(const Command& command);
/// Throws Error for an unknown command (naming the known ones), an unknown key or a value that does not fit.
Command command_from_json(const Json& json);
/// The names of all commands, in the order of the variant.
std::vector<std::string> command_names();

/// Where the interface, a script or a test sends what it wants. Calls come from the UI thread only.
class CommandSink {
 public:
  virtual ~CommandSink() = default;
  virtual void send(Command command) = 0;
};

}  // namespace ganvas::app
