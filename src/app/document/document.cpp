#include "app/document/document.h"

#include <algorithm>
#include <cmath>

#include "app/document/session_file.h"
#include "core/error.h"
#include "core/random.h"
#include "latent/latent.h"

namespace ganvas::app {

namespace {

using namespace command;

/// One overload a command. Writes `state`, a copy that takes effect when nothing was thrown.
struct Dispatcher {
  AppState& state;
  Services& services;

  latent::LatentControls& latent() { return state.latent; }
  latent::StyleControls& style() { return state.latent.style; }
  [[nodiscard]] bool locked(int index) const { return state.latent.locked.contains(index); }

  [[nodiscard]] int model_z_dim() const {
    const int z_dim = services.z_dim();
    require(z_dim > 0, "There is no model yet; open one first.");
    return z_dim;
  }

  void check_index(int index) const {
    const int z_dim = services.z_dim();
    require(index >= 0 && (z_dim == 0 || index < z_dim), "There is no latent dimension {}; the model has 0 to {}.",
            index, z_dim - 1);
  }

  void operator()(const SetSeed& c) {
    latent().seed_x = c.x;
    latent().seed_y = c.y;
    std::erase_if(latent().edits, [&](const auto& edit) { return !locked(edit.first); });
  }
  void operator()(const PanSeed& c) {
    latent().seed_x += c.dx;
    latent().seed_y += c.dy;
  }
  void operator()(const SetDimension& c) {
    check_index(c.index);
    latent().edits[c.index] = static_cast<float>(c.value);
  }
  void operator()(const LockDimension& c) {
    check_index(c.index);
    if (!c.locked) {
      latent().locked.erase(c.index);
      return;
    }
    // A locked dimension keeps its value also when the seed moves: it becomes an edit.
    if (const int z_dim = services.z_dim(); z_dim > 0 && !latent().edits.contains(c.index)) {
      latent().edits[c.index] = latent::present_latent(latent(), z_dim)[static_cast<std::size_t>(c.index)];
    }
    latent().locked.insert(c.index);
  }
  void operator()(const ResetDimension& c) {
    check_index(c.index);
    latent().edits.erase(c.index);
    latent().locked.erase(c.index);
  }
  void operator()(const ResetDimensions&) {
    std::erase_if(latent().edits, [&](const auto& edit) { return !locked(edit.first); });
  }
  void operator()(const RandomizeDimensions& c) {
    const std::vector<float> values = latent_from_seed(c.seed, static_cast<std::size_t>(model_z_dim()));
    set_unlocked(values);
  }
  void operator()(const SetLatent& c) {
    const int z_dim = model_z_dim();
    require(c.values.size() == static_cast<std::size_t>(z_dim),
            "The latent has {} values, but the model has {} dimensions; copy it from the same model.", c.values.size(),
            z_dim);
    set_unlocked(c.values);
  }
  void operator()(const SetPsi& c) { latent().psi = c.psi; }
  void operator()(const SetClasses& c) { latent().classes = c.weights; }

  void operator()(const SetCutoff& c) { style().cutoff = c.rows; }
  void operator()(const SetNoise& c) { style().noise = c.noise; }
  void operator()(const SetPlacement& c) { style().placement = c.placement; }
  void operator()(const SetStyleSource& c) { set_at(style().sources, c.index, c.source, "style source"); }
  void operator()(const RemoveStyleSource& c) { remove_at(style().sources, c.index, "style source"); }
  void operator()(const SetMixingGrid& c) {
    style().mixing_grid = c.on;
    style().grid_weights = c.weights;
  }
  void operator()(const SetStyleMove& c) { set_at(style().moves, c.index, c.move, "move"); }
  void operator()(const SetStrength& c) { at(style().moves, c.index, "move").strength = c.strength; }
  void operator()(const RemoveStyleMove& c) { remove_at(style().moves, c.index, "move"); }
  void operator()(const SetStyleOffset& c) {
    auto& offsets = style().offsets;
    std::erase_if(offsets,
                  [&](const latent::StyleOffset& o) { return o.row == c.offset.row && o.index == c.offset.index; });
    if (c.offset.value != 0) offsets.push_back(c.offset);
  }
  void operator()(const SetStyleBase& c) { style().base = c.w; }
  void operator()(const SetBend& c) { set_at(style().bends, c.index, c.bend, "bend"); }
  void operator()(const RemoveBend& c) { remove_at(style().bends, c.index, "bend"); }
  void operator()(const ResetStyles&) { style() = {}; }
  void operator()(const FindDirections& c) { services.find_directions(c); }
  void operator()(const CancelDirections&) { services.cancel_directions(); }
  void operator()(const ProjectPicture& c) { services.project_picture(c); }
  void operator()(const DragPicture& c) {
    require(!state.timeline.on, "The picture is the timeline's; leave it to drag the sliders' own.");
    services.drag_picture(c, state);
  }
  void operator()(const CancelSearch&) { services.cancel_search(); }
  void operator()(const KeepFound& c) {
    state.bookmarks.push_back(c.bookmark);
    recall(c.bookmark.latent);
  }
  void operator()(const SaveMoves& c) { services.save_moves(c.path, style().moves); }
  void operator()(const LoadMoves& c) {
    for (latent::StyleMove& move : services.load_moves(c.path)) style().moves.push_back(std::move(move));
  }

  void operator()(const AddBookmark& c) {
    state.bookmarks.push_back(
        {c.name.empty() ? fmt::format("Bookmark {}", state.bookmarks.size() + 1) : c.name, latent()});
  }
  void operator()(const RenameBookmark& c) { at(state.bookmarks, c.index, "bookmark").name = c.name; }
  void operator()(const RemoveBookmark& c) { remove_at(state.bookmarks, c.index, "bookmark"); }
  void operator()(const RecallBookmark& c) { recall(at(state.bookmarks, c.index, "bookmark").latent); }

  void operator()(const SetTimeline& c) { timeline() = c.timeline; }
  void operator()(const AddKeyframe& c) { put_keyframe({c.seconds, latent::Easing::none, latent()}); }
  void operator()(const MoveKeyframe& c) {
    latent::Keyframe frame = at(timeline().keyframes, c.index, "keyframe");
    frame.seconds = c.seconds;
    remove_at(timeline().keyframes, c.index, "keyframe");
    put_keyframe(std::move(frame));
  }
  void operator()(const SetEasing& c) { at(timeline().keyframes, c.index, "keyframe").ease = c.ease; }
  void operator()(const RemoveKeyframe& c) {
    remove_at(timeline().keyframes, c.index, "keyframe");
    if (timeline().keyframes.empty()) state.timeline.on = state.timeline.playing = false;
  }
  void operator()(const RecallKeyframe& c) { recall(at(timeline().keyframes, c.index, "keyframe").latent); }
  void operator()(const SeekTimeline& c) {
    check_keyframes();
    state.timeline.on = true;
    state.timeline.at = std::clamp(c.seconds, 0.0, latent::timeline_length(timeline()));
  }
  void operator()(const PlayTimeline& c) {
    if (c.on) check_keyframes();
    TimelineControls& controls = state.timeline;
    controls.playing = c.on;
    if (!c.on) return;
    controls.on = true;
    // From the end it begins again.
    if (!timeline().loop && controls.at >= latent::timeline_length(timeline())) controls.at = 0;
  }
  void operator()(const LeaveTimeline&) { state.timeline.on = state.timeline.playing = false; }
  void operator()(const SetOnionSkin& c) { state.timeline.onion_skin = c.keyframes; }
  void operator()(const SaveTimeline& c) { services.save_timeline(c.path, state); }
  void operator()(const LoadTimeline& c) {
    timeline() = services.load_timeline(c.path);
    state.timeline.playing = false;
    state.timeline.at = 0;
    state.timeline.on = !timeline().keyframes.empty();
  }
  void operator()(const RenderTimeline& c) {
    check_keyframes();
    services.render_timeline(c, state);
  }
  void operator()(const CancelRender&) { services.cancel_render(); }
  void operator()(const SetLayerView& c) { state.view.layer = c.view; }

  void operator()(const CaptureBlend& c) {
    (c.b ? latent().blend.b : latent().blend.a) = latent::present_latent(latent(), model_z_dim());
  }
  void operator()(const SetBlend& c) {
    require(!c.on || (!latent().blend.a.empty() && !latent().blend.b.empty()),
            "There is nothing to blend yet; keep one latent as A and one as B first.");
    latent().blend.on = c.on;
    latent().blend.t = c.t;
    latent().blend.mode = c.mode;
  }
  void operator()(const SetAnimate& c) {
    latent().animate = c.on;
    latent().animate_speed = c.speed;
  }
  void operator()(const Advance& c) {
    require(std::isfinite(c.seconds) && c.seconds >= 0, "Time goes forward only, not by {} s.", c.seconds);
    if (state.timeline.playing) advance_timeline(c.seconds);
    if (!latent().animate) return;
    const double way = latent().animate_speed * c.seconds;
    if (!latent::blend_applies(latent().blend, services.z_dim())) {
      latent().seed_x += way;
      return;
    }
    // There and back again: unfold the way onto a circle of length 2.
    latent::BlendControls& blend = latent().blend;
    double phase = std::fmod((blend.backwards ? 2.0 - blend.t : blend.t) + way, 2.0);
    if (phase < 0) phase += 2.0;
    blend.backwards = phase > 1.0;
    blend.t = blend.backwards ? 2.0 - phase : phase;
  }

  void operator()(const SetGrid& c) {
    state.view.columns = c.columns;
    state.view.rows = c.rows;
  }
  void operator()(const SetView& c) {
    state.view.zoom = c.zoom;
    state.view.pan_x = c.pan_x;
    state.view.pan_y = c.pan_y;
    state.view.smooth = c.smooth;
  }
  void operator()(const MeasureSensitivity& c) { services.measure_sensitivity(c, state); }
  void operator()(const CancelSensitivity&) { services.cancel_sensitivity(); }
  void operator()(const DrawMap&) { services.draw_map(); }
  void operator()(const CancelMap&) { services.cancel_map(); }
  void operator()(const SetInputs& c) { state.inputs = c.inputs; }
  void operator()(const LearnInput& c) { services.learn_input(c.target); }
  void operator()(const ForgetInput& c) {
    std::erase_if(state.inputs.bindings, [&](const Binding& binding) { return binding.target == c.target; });
  }
  void operator()(const SetModelMix& c) { state.mix = c.mix; }
  void operator()(const SetTime& c) { state.time = c.time; }
  void operator()(const KeepMoment&) { services.keep_moment(); }
  void operator()(const MarkMoment& c) { services.mark_moment(c); }
  void operator()(const MakeTimelapse& c) { services.make_timelapse(c, state); }
  void operator()(const CompareRuns& c) { services.compare_runs(c.folder); }
  void operator()(const SaveModel& c) { services.save_model(c.path); }
  void operator()(const OpenModel& c) {
    state.model = c.path;
    state.network = c.network;
    state.time = {};  // its run is another
  }
  void operator()(const SetTraining& c) { state.train = c.controls; }
  void operator()(const SetSettings& c) { state.settings = c.settings; }

  void operator()(const CancelOpening&) { services.cancel_opening(); }
  void operator()(const ClearRecent&) { services.clear_recent(); }
  void operator()(const SaveSession& c) { services.save_session(c.path, state); }
  void operator()(const LoadSession& c) { state = services.load_session(c.path); }
  void operator()(const StartTraining& c) {
    services.start_training(c, state.train);
    // A fresh run is shown as it is; of a branch, both sides of the divider may be wanted on.
    if (c.branch_at < 0) state.time = {};
    state.time.at = -1;
  }
  void operator()(const PauseTraining&) { services.pause_training(); }
  void operator()(const ResumeTraining&) { services.resume_training(); }
  void operator()(const SaveTraining&) { services.save_training(); }
  void operator()(const StopTraining&) { services.stop_training(); }
  void operator()(const EditTraining& c) { services.edit_training(c); }
  void operator()(const StepTraining& c) { services.step_training(c); }
  void operator()(const PauseTrainingAt& c) { services.pause_training_at(c); }
  void operator()(const RollBackTraining& c) { services.roll_back_training(c); }
  void operator()(const ExportCharts& c) { services.export_charts(c.path); }
  void operator()(const MeasureModel& c) { services.measure_model(c); }
  void operator()(const CancelMeasuring&) { services.cancel_measuring(); }
  void operator()(const ExportMetrics& c) { services.export_metrics(c.path); }
  void operator()(const SavePicture& c) { services.save_picture(c.path); }
  void operator()(const SaveWindow& c) { services.save_window(c.path); }
  void operator()(const StartVideo& c) {
    require(c.fps >= 1 && c.fps <= 240, "A film of {} frames a second cannot be made; choose 1 to 240.", c.fps);
    services.start_video(c);
  }
  void operator()(const StopVideo&) { services.stop_video(); }
  void operator()(const Quit& c) { services.quit(c.confirmed); }
  void operator()(const CancelQuit&) { services.cancel_quit(); }
  void operator()(const Undo&) { fail("Undo belongs to the history."); }
  void operator()(const Redo&) { fail("Redo belongs to the history."); }

 private:
  latent::Timeline& timeline() { return state.timeline.timeline; }

  void check_keyframes() { require(!timeline().keyframes.empty(), "The timeline has no keyframe yet; add one first."); }

  /// The sliders take a state that was kept; what plays now goes on or stands still as before.
  void recall(latent::LatentControls kept) {
    kept.animate = latent().animate;
    latent() = std::move(kept);
    state.timeline.on = state.timeline.playing = false;
  }

  void put_keyframe(latent::Keyframe frame) {
    auto& frames = timeline().keyframes;
    frame.latent.animate = false;
    // Closer than a frame of the fastest film is the same moment.
    const auto there = std::find_if(frames.begin(), frames.end(), [&](const latent::Keyframe& f) {
      return std::abs(f.seconds - frame.seconds) < 0.004;
    });
    if (there != frames.end()) {
      frame.ease = there->ease;
      frame.seconds = there->seconds;
      *there = std::move(frame);
      return;
    }
    const auto after = std::find_if(frames.begin(), frames.end(),
                                    [&](const latent::Keyframe& f) { return f.seconds > frame.seconds; });
    frames.insert(after, std::move(frame));
  }

  void advance_timeline(double seconds) {
    TimelineControls& controls = state.timeline;
    const double length = latent::timeline_length(timeline());
    controls.at += seconds;
    if (timeline().loop && length > 0) {
      controls.at = std::fmod(controls.at, length);
    } else if (controls.at >= length) {
      controls.at = length;
      controls.playing = false;
    }
  }

  template <typename Item>
  static Item& at(std::vector<Item>& items, int index, const char* what) {
    require(index >= 0 && static_cast<std::size_t>(index) < items.size(), "There is no {} {}; there are {}.", what,
            index, items.size());
    return items[static_cast<std::size_t>(index)];
  }
  template <typename Item>
  static void set_at(std::vector<Item>& items, int index, const Item& item, const char* what) {
    if (index == static_cast<int>(items.size())) items.push_back({});
    at(items, index, what) = item;
  }
  template <typename Item>
  static void remove_at(std::vector<Item>& items, int index, const char* what) {
    at(items, index, what);
    items.erase(items.begin() + index);
  }

  void set_unlocked(const std::vector<float>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!locked(static_cast<int>(i))) latent().edits[static_cast<int>(i)] = values[i];
    }
  }
};

/// What a command moves, where moving it again continues the same gesture; empty for all others.
struct DragName {
  std::string operator()(const SetSeed&) const { return "seed"; }
  std::string operator()(const PanSeed&) const { return "pan"; }
  std::string operator()(const SetDimension& c) const { return "dimension " + std::to_string(c.index); }
  std::string operator()(const SetPsi&) const { return "psi"; }
  std::string operator()(const SetClasses&) const { return "classes"; }
  std::string operator()(const SetCutoff&) const { return "cutoff"; }
  std::string operator()(const SetNoise&) const { return "noise"; }
  std::string operator()(const SetPlacement&) const { return "placement"; }
  std::string operator()(const SetStyleSource& c) const { return "source " + std::to_string(c.index); }
  std::string operator()(const SetMixingGrid& c) const { return c.on ? "mixing grid" : ""; }
  std::string operator()(const SetStyleMove& c) const { return "move " + std::to_string(c.index); }
  std::string operator()(const SetStrength& c) const { return "move " + std::to_string(c.index); }
  std::string operator()(const SetStyleOffset& c) const {
    return fmt::format("style {} {}", c.offset.row, c.offset.index);
  }
  std::string operator()(const SetBend& c) const { return "bend " + std::to_string(c.index); }
  std::string operator()(const SetStyleBase& c) const { return c.w.empty() ? "" : "base"; }
  std::string operator()(const SetTimeline&) const { return "timeline"; }
  std::string operator()(const SeekTimeline&) const { return "playhead"; }
  std::string operator()(const SetBlend& c) const { return c.on ? "blend" : ""; }
  std::string operator()(const SetModelMix& c) const { return c.mix.path.empty() ? "" : "mix"; }
  std::string operator()(const SetTime& c) const { return c.time.split ? "time of two" : "time"; }
  std::string operator()(const SetView&) const { return "view"; }
  std::string operator()(const SetAnimate& c) const { return c.on ? "animation" : ""; }
  template <typename Other>
  std::string operator()(const Other&) const {
    return "";
  }
};

}  // namespace

void dispatch(AppState& state, const Command& command, Services& services) {
  AppState next = state;
  std::visit(Dispatcher{next, services}, command);
  check_state(next);
  state = std::move(next);
}

void History::run(const Command& command, Services& services) {
  if (std::holds_alternative<Undo>(command) || std::holds_alternative<Redo>(command)) {
    const bool back = std::holds_alternative<Undo>(command);
    auto& from = back ? undo_ : redo_;
    auto& to = back ? redo_ : undo_;
    seal();
    if (from.empty()) return;
    to.push_back(std::move(state_));
    state_ = std::move(from.back());
    from.pop_back();
    return;
  }
  AppState before = state_;
  dispatch(state_, command, services);
  if (std::holds_alternative<Advance>(command) || state_ == before) return;
  const std::string drag = std::visit(DragName{}, command);
  const bool goes_on = !drag.empty() && drag == drag_ && redo_.empty() && !undo_.empty();
  drag_ = drag;
  if (goes_on) return;
  redo_.clear();
  undo_.push_back(std::move(before));
  if (undo_.size() > kSteps) undo_.pop_front();
}

}  // namespace ganvas::app
