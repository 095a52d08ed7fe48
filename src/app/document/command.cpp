#include "app/document/command.h"

#include "app/document/state_fields.h"

namespace ganvas::fields {

using namespace ganvas::app::command;

/// The name of a command in JSON.
template <typename C>
inline constexpr const char* name = nullptr;

#define GANVAS_COMMAND(type, text, ...)           \
  template <>                                     \
  inline constexpr const char* name<type> = text; \
  template <>                                     \
  inline constexpr auto table<type> = std::tuple{__VA_ARGS__};

GANVAS_COMMAND(SetSeed, "set_seed", required("x", &SetSeed::x), optional("y", &SetSeed::y))
GANVAS_COMMAND(PanSeed, "pan_seed", required("dx", &PanSeed::dx), required("dy", &PanSeed::dy))
GANVAS_COMMAND(SetDimension, "set_dimension", required("index", &SetDimension::index),
               required("value", &SetDimension::value))
GANVAS_COMMAND(LockDimension, "lock_dimension", required("index", &LockDimension::index),
               optional("locked", &LockDimension::locked))
GANVAS_COMMAND(ResetDimension, "reset_dimension", required("index", &ResetDimension::index))
GANVAS_COMMAND(ResetDimensions, "reset_dimensions")
GANVAS_COMMAND(RandomizeDimensions, "randomize_dimensions", required("seed", &RandomizeDimensions::seed))
GANVAS_COMMAND(SetLatent, "set_latent", required("values", &SetLatent::values))
GANVAS_COMMAND(SetPsi, "set_psi", required("psi", &SetPsi::psi))
GANVAS_COMMAND(SetClasses, "set_classes", required("weights", &SetClasses::weights))
GANVAS_COMMAND(SetCutoff, "set_cutoff", required("rows", &SetCutoff::rows))
GANVAS_COMMAND(SetNoise, "set_noise", required("noise", &SetNoise::noise))
GANVAS_COMMAND(SetPlacement, "set_placement", required("placement", &SetPlacement::placement))
GANVAS_COMMAND(SetStyleSource, "set_style_source", required("index", &SetStyleSource::index),
               required("source", &SetStyleSource::source))
GANVAS_COMMAND(RemoveStyleSource, "remove_style_source", required("index", &RemoveStyleSource::index))
GANVAS_COMMAND(SetMixingGrid, "set_mixing_grid", required("on", &SetMixingGrid::on),
               optional("weights", &SetMixingGrid::weights))
GANVAS_COMMAND(SetStyleMove, "set_style_move", required("index", &SetStyleMove::index),
               required("move", &SetStyleMove::move))
GANVAS_COMMAND(SetStrength, "set_strength", required("index", &SetStrength::index),
               required("strength", &SetStrength::strength))
GANVAS_COMMAND(RemoveStyleMove, "remove_style_move", required("index", &RemoveStyleMove::index))
GANVAS_COMMAND(SetStyleOffset, "set_style_offset", required("offset", &SetStyleOffset::offset))
GANVAS_COMMAND(SetStyleBase, "set_style_base", required("w", &SetStyleBase::w))
GANVAS_COMMAND(SetBend, "set_bend", required("index", &SetBend::index), required("bend", &SetBend::bend))
GANVAS_COMMAND(RemoveBend, "remove_bend", required("index", &RemoveBend::index))
GANVAS_COMMAND(ResetStyles, "reset_styles")
GANVAS_COMMAND(ProjectPicture, "project_picture", required("path", &ProjectPicture::path),
               optional("space", &ProjectPicture::space), optional("steps", &ProjectPicture::steps),
               optional("extractor", &ProjectPicture::extractor))
GANVAS_COMMAND(DragPicture, "drag_picture", required("points", &DragPicture::points),
               optional("mask", &DragPicture::mask), optional("steps", &DragPicture::steps))
GANVAS_COMMAND(CancelSearch, "cancel_search")
GANVAS_COMMAND(KeepFound, "keep_found", required("bookmark", &KeepFound::bookmark))
GANVAS_COMMAND(FindDirections, "find_directions", optional("method", &FindDirections::method),
               optional("first", &FindDirections::first), optional("last", &FindDirections::last))
GANVAS_COMMAND(CancelDirections, "cancel_directions")
GANVAS_COMMAND(SaveMoves, "save_moves", required("path", &SaveMoves::path))
GANVAS_COMMAND(LoadMoves, "load_moves", required("path", &LoadMoves::path))
GANVAS_COMMAND(AddBookmark, "add_bookmark", optional("name", &AddBookmark::name))
GANVAS_COMMAND(RenameBookmark, "rename_bookmark", required("index", &RenameBookmark::index),
               required("name", &RenameBookmark::name))
GANVAS_COMMAND(RemoveBookmark, "remove_bookmark", required("index", &RemoveBookmark::index))
GANVAS_COMMAND(RecallBookmark, "recall_bookmark", required("index", &RecallBookmark::index))
GANVAS_COMMAND(SetTimeline, "set_timeline", required("timeline", &SetTimeline::timeline))
GANVAS_COMMAND(AddKeyframe, "add_keyframe", required("seconds", &AddKeyframe::seconds))
GANVAS_COMMAND(MoveKeyframe, "move_keyframe", required("index", &MoveKeyframe::index),
               required("seconds", &MoveKeyframe::seconds))
GANVAS_COMMAND(SetEasing, "set_easing", required("index", &SetEasing::index), required("ease", &SetEasing::ease))
GANVAS_COMMAND(RemoveKeyframe, "remove_keyframe", required("index", &RemoveKeyframe::index))
GANVAS_COMMAND(RecallKeyframe, "recall_keyframe", required("index", &RecallKeyframe::index))
GANVAS_COMMAND(SeekTimeline, "seek_timeline", required("seconds", &SeekTimeline::seconds))
GANVAS_COMMAND(PlayTimeline, "play_timeline", optional("on", &PlayTimeline::on))
GANVAS_COMMAND(LeaveTimeline, "leave_timeline")
GANVAS_COMMAND(SetOnionSkin, "set_onion_skin", required("keyframes", &SetOnionSkin::keyframes))
GANVAS_COMMAND(SaveTimeline, "save_timeline", required("path", &SaveTimeline::path))
GANVAS_COMMAND(LoadTimeline, "load_timeline", required("path", &LoadTimeline::path))
GANVAS_COMMAND(RenderTimeline, "render_timeline", required("path", &RenderTimeline::path),
               optional("fps", &RenderTimeline::fps), optional("size", &RenderTimeline::size))
GANVAS_COMMAND(CancelRender, "cancel_render")
GANVAS_COMMAND(SetLayerView, "set_layer_view", required("view", &SetLayerView::view))
GANVAS_COMMAND(CaptureBlend, "capture_blend", required("b", &CaptureBlend::b))
GANVAS_COMMAND(SetBlend, "set_blend", optional("on", &SetBlend::on), required("t", &SetBlend::t),
               optional("mode", &SetBlend::mode))
GANVAS_COMMAND(SetAnimate, "set_animate", required("on", &SetAnimate::on), optional("speed", &SetAnimate::speed))
GANVAS_COMMAND(Advance, "advance", required("seconds", &Advance::seconds))
GANVAS_COMMAND(SetGrid, "set_grid", required("columns", &SetGrid::columns), required("rows", &SetGrid::rows))
GANVAS_COMMAND(SetView, "set_view", optional("zoom", &SetView::zoom), optional("pan_x", &SetView::pan_x),
               optional("pan_y", &SetView::pan_y), optional("smooth", &SetView::smooth))
GANVAS_COMMAND(MeasureSensitivity, "measure_sensitivity", optional("space", &MeasureSensitivity::space),
               optional("row", &MeasureSensitivity::row))
GANVAS_COMMAND(CancelSensitivity, "cancel_sensitivity")
GANVAS_COMMAND(DrawMap, "draw_map")
GANVAS_COMMAND(CancelMap, "cancel_map")
GANVAS_COMMAND(SetInputs, "set_inputs", required("inputs", &SetInputs::inputs))
GANVAS_COMMAND(LearnInput, "learn_input", required("target", &LearnInput::target))
GANVAS_COMMAND(ForgetInput, "forget_input", required("target", &ForgetInput::target))
GANVAS_COMMAND(SetModelMix, "set_model_mix", required("mix", &SetModelMix::mix))
GANVAS_COMMAND(SaveModel, "save_model", required("path", &SaveModel::path))
GANVAS_COMMAND(OpenModel, "open_model", required("path", &OpenModel::path), optional("network", &OpenModel::network))
GANVAS_COMMAND(CancelOpening, "cancel_opening")
GANVAS_COMMAND(ClearRecent, "clear_recent")
GANVAS_COMMAND(SaveSession, "save_session", required("path", &SaveSession::path))
GANVAS_COMMAND(LoadSession, "load_session", required("path", &LoadSession::path))
GANVAS_COMMAND(SetTraining, "set_training", required("controls", &SetTraining::controls))
GANVAS_COMMAND(StartTraining, "start_training", optional("run_folder", &StartTraining::run_folder),
               optional("resume_from", &StartTraining::resume_from), optional("branch_at", &StartTraining::branch_at))
GANVAS_COMMAND(PauseTraining, "pause_training")
GANVAS_COMMAND(ResumeTraining, "resume_training")
GANVAS_COMMAND(SaveTraining, "save_training")
GANVAS_COMMAND(StopTraining, "stop_training")
GANVAS_COMMAND(EditTraining, "edit_training", required("key", &EditTraining::key),
               required("value", &EditTraining::value))
GANVAS_COMMAND(StepTraining, "step_training", optional("network", &StepTraining::network))
GANVAS_COMMAND(PauseTrainingAt, "pause_training_at", required("step", &PauseTrainingAt::step))
GANVAS_COMMAND(RollBackTraining, "roll_back_training", optional("gentler", &RollBackTraining::gentler))
GANVAS_COMMAND(ExportCharts, "export_charts", required("path", &ExportCharts::path))
GANVAS_COMMAND(SetTime, "set_time", required("time", &SetTime::time))
GANVAS_COMMAND(KeepMoment, "keep_moment")
GANVAS_COMMAND(MarkMoment, "mark_moment", required("step", &MarkMoment::step), optional("on", &MarkMoment::on))
GANVAS_COMMAND(MakeTimelapse, "make_timelapse", required("path", &MakeTimelapse::path),
               optional("form", &MakeTimelapse::form), optional("pace", &MakeTimelapse::pace),
               optional("columns", &MakeTimelapse::columns), optional("rows", &MakeTimelapse::rows),
               optional("size", &MakeTimelapse::size), optional("fps", &MakeTimelapse::fps),
               optional("seconds", &MakeTimelapse::seconds), optional("caption", &MakeTimelapse::caption))
GANVAS_COMMAND(CompareRuns, "compare_runs", optional("folder", &CompareRuns::folder))
GANVAS_COMMAND(MeasureModel, "measure_model", optional("metrics", &MeasureModel::metrics),
               optional("samples", &MeasureModel::samples), optional("data", &MeasureModel::data),
               optional("extractor", &MeasureModel::extractor))
GANVAS_COMMAND(CancelMeasuring, "cancel_measuring")
GANVAS_COMMAND(ExportMetrics, "export_metrics", required("path", &ExportMetrics::path))
GANVAS_COMMAND(SavePicture, "save_picture", required("path", &SavePicture::path))
GANVAS_COMMAND(SaveWindow, "save_window", required("path", &SaveWindow::path))
GANVAS_COMMAND(StartVideo, "start_video", required("path", &StartVideo::path), optional("fps", &StartVideo::fps),
               optional("caption", &StartVideo::caption))
GANVAS_COMMAND(StopVideo, "stop_video")
GANVAS_COMMAND(SetSettings, "set_settings", required("settings", &SetSettings::settings))
GANVAS_COMMAND(Undo, "undo")
GANVAS_COMMAND(Redo, "redo")
GANVAS_COMMAND(Quit, "quit", optional("confirmed", &Quit::confirmed))
GANVAS_COMMAND(CancelQuit, "cancel_quit")

#undef GANVAS_COMMAND

}  // namespace ganvas::fields

namespace ganvas::app {

namespace {

template <std::size_t... I>
std::vector<std::string> all_names(std::index_sequence<I...>) {
  return {fields::name<std::variant_alternative_t<I, Command>>...};
}

/// Reads alternative I when its name fits. Returns true then.
template <std::size_t I>
bool read_if_named(const std::string& name, const Json& arguments, Command& command) {
  using C = std::variant_alternative_t<I, Command>;
  if (name != fields::name<C>) return false;
  C value;
  fields::from_json(arguments, "the command \"" + name + "\"", value);
  command = value;
  return true;
}

template <std::size_t... I>
bool read_any(const std::string& name, const Json& arguments, Command& command, std::index_sequence<I...>) {
  return (read_if_named<I>(name, arguments, command) || ...);
}

constexpr auto kAll = std::make_index_sequence<std::variant_size_v<Command>>();

}  // namespace

std::vector<std::string> command_names() {
  return all_names(kAll);
}

Json to_json(const Command& command) {
  return std::visit(
      [](const auto& value) {
        Json json{{"command", fields::name<std::decay_t<decltype(value)>>}};
        const Json arguments = fields::to_json(value);
        for (const auto& [key, item] : arguments.items()) json[key] = item;
        return json;
      },
      command);
}

Command command_from_json(const Json& json) {
  require(json.is_object() && json.contains("command") && json["command"].is_string(),
          "A command must be a JSON object with its name, such as {{\"command\": \"undo\"}}.");
  const auto name = json["command"].get<std::string>();
  Json arguments = json;
  arguments.erase("command");
  Command command;
  if (read_any(name, arguments, command, kAll)) return command;
  fail("There is no command \"{}\"; the commands are {}.", name, fmt::join(command_names(), ", "));
}

}  // namespace ganvas::app
