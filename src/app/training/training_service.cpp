#include "app/training/training_service.h"

#include <algorithm>

#include "app/render/device.h"
#include "app/training/run_files.h"
#include "app/training/train_plan.h"
#include "core/error.h"
#include "core/json_text.h"
#include "train/run/branch.h"
#include "train/run/session.h"
#include "train/step/journal.h"
#include "train/watch/history_keeper.h"
#include "train/watch/live_quality.h"

namespace ganvas::app {

namespace {

namespace fs = std::filesystem;

bool is_over(train::SessionState state) {
  return state == train::SessionState::stopped || state == train::SessionState::finished ||
         state == train::SessionState::failed;
}

}  // namespace

/// The session of a StartTraining command, and what a resumed run has behind it.
struct TrainingService::Started {
  std::shared_ptr<train::Session> session;
  std::shared_ptr<train::HistoryKeeper> keeper;
  std::vector<train::StepReport> history;
  std::vector<train::QualityFigure> quality;
  std::string remark;  ///< for people; may be empty
};

TrainingService::Started TrainingService::begin(const command::StartTraining& start, const TrainControls& controls,
                                                const TrainingOptions& given) {
  fs::path folder = start.run_folder;
  fs::path from = start.resume_from;
  std::string remark;
  if (start.branch_at >= 0) {
    require(!from.empty(), "A branch needs the run that it begins in.");
    if (folder.empty()) folder = fresh_branch_folder(given.runs, from);
    remark = train::to_text(train::branch_run(from, start.branch_at, folder));
    from = folder;
  }
  const fs::path checkpoint = from.empty() ? fs::path() : find_checkpoint(from);
  if (folder.empty() && !checkpoint.empty()) folder = run_folder_of(checkpoint);
  const bool own_recipe = !checkpoint.empty() && fs::exists(folder / "recipe.json");
  const train::Recipe recipe =
      own_recipe ? train::load_recipe((folder / "recipe.json").string()) : chosen_recipe(controls);
  if (folder.empty()) folder = fresh_run_folder(given.runs, recipe.name);
  train::SessionOptions options;
  options.run_folder = folder;
  options.resume_from = checkpoint;
  options.trainer = {.device = resolve_device(given.device), .loader_threads = given.loader_threads};
  options.threads = given.threads;
  options.ranks = 0;
  options.on_trouble = train::on_trouble_from(controls.on_trouble);
  Started started{.remark = std::move(remark)};
  if (!checkpoint.empty()) {
    started.history = read_history(folder);
    started.quality = train::read_quality(folder);
  }
  started.session = train::start_session(recipe, options);
  started.keeper = std::make_shared<train::HistoryKeeper>(folder, train::HistoryPlan{});
  return started;
}

TrainingService::TrainingService(TrainingOptions options, Worker& files, Notices& notices)
    : options_(std::move(options)), files_(files), notices_(notices), worker_([this](const std::string& text) {
        if (starting_) view_.state = train::SessionState::failed;
        starting_ = planning_ = false;
        deferred_.clear();
        notices_.fail(text);
      }) {
  view_.history = &history_;
}

TrainingService::~TrainingService() {
  finish();
}

void TrainingService::finish() {
  worker_.finish();  // a run that is just being started, or ended
  if (!session_) return;
  next_.reset();
  session_->stop();
  session_->join();
  for (train::Progress& progress : session_->drain()) show(progress);
  retire();
  worker_.finish();
}

void TrainingService::plan(const TrainControls& controls) {
  plan_again_ = plan_again_ || !(controls == planned_);
  if (!plan_again_ || planning_) return;
  plan_again_ = false;
  planning_ = true;
  planned_ = controls;
  worker_.run([this, controls, device = options_.device]() -> Worker::Completion {
    const TrainPlan plan = plan_training(controls);
    const std::size_t memory = free_memory(resolve_device(device));
    return [this, plan, memory] {
      planning_ = false;
      apply(plan);
      view_.free_memory = memory;
    };
  });
}

void TrainingService::apply(const TrainPlan& plan) {
  view_.recipes = plan.recipes;
  view_.recipe_title = plan.title;
  view_.recipe_values = plan.values;
  view_.overridden = plan.overridden;
  view_.problem = plan.problem;
  view_.peak_memory = plan.peak_memory;
}

void TrainingService::start(const command::StartTraining& start, const TrainControls& controls) {
  require(!active() || (start.branch_at >= 0 && session_),
          "Training is on already; stop it before you start another run.");
  if (!active()) return begin_start(start, controls);
  session_->stop();
  next_ = {start, controls};
}

void TrainingService::begin_start(const command::StartTraining& start, const TrainControls& controls) {
  starting_ = true;
  view_.state = train::SessionState::starting;
  view_.message.clear();
  worker_.run([this, start, controls, options = options_]() -> Worker::Completion {
    const auto started = std::make_shared<Started>(begin(start, controls, options));
    return [this, started] {
      install(*started);
      if (!started->remark.empty()) notices_.say(started->remark);
    };
  });
}

void TrainingService::install(Started& started) {
  starting_ = false;
  session_ = std::move(started.session);
  ++number_;
  history_ = std::move(started.history);
  pace_ = Pace(session_->recipe().kimg);
  view_.run_folder = session_->run_folder().string();
  view_.total_kimg = session_->recipe().kimg;
  view_.step = history_.empty() ? 0 : history_.back().step;
  view_.kimg = history_.empty() ? 0 : history_.back().kimg;
  view_.images_per_second = view_.seconds_left = 0;
  view_.samples.reset();
  view_.samples_in_training.reset();
  in_training_ = false;
  view_.reals.reset();
  view_.last_saved.clear();
  view_.alarms.clear();
  view_.quality = std::move(started.quality);
  quality_.reset();
  if (quality_share_ > 0)
    quality_ = std::make_unique<train::LiveQuality>(
        session_->recipe(), train::LiveQualityOptions{.share = quality_share_, .run_folder = session_->run_folder()});
  keeper_ = std::move(started.keeper);
  view_.data = {};
  live_ = std::make_unique<train::Recipe>(session_->recipe());
  show_live();
  for (const auto& action : std::exchange(deferred_, {})) action(*session_);
}

void TrainingService::with_session(std::function<void(train::Session&)> action) {
  require(active(), "No training is on; start one first.");
  if (session_) {
    action(*session_);
  } else {
    deferred_.push_back(std::move(action));
  }
}

void TrainingService::serve(Services& services) {
  using train::Session;
  services.on<command::StartTraining>(
      [this](const auto& command, const AppState& state) { start(command, state.train); });
  services.on<command::PauseTraining>([this](const auto&) { with_session([](Session& run) { run.pause(); }); });
  services.on<command::ResumeTraining>([this](const auto&) { with_session([](Session& run) { run.resume(); }); });
  services.on<command::SaveTraining>([this](const auto&) { with_session([](Session& run) { run.save(); }); });
  services.on<command::StopTraining>([this](const auto&) { with_session([](Session& run) { run.stop(); }); });
  services.on<command::EditTraining>([this](const auto& edit) {
    Json value = Json::parse(edit.value, nullptr, /*allow_exceptions=*/false);
    value = value.is_discarded() ? Json(edit.value) : bytes_restored(value);
    with_session([key = edit.key, value](Session& run) { run.edit(key, value); });
  });
  services.on<command::StepTraining>([this](const auto& command) { step(command); });
  services.on<command::PauseTrainingAt>(
      [this](const auto& pause) { with_session([at = pause.step](Session& run) { run.pause_at(at); }); });
  services.on<command::RollBackTraining>(
      [this](const auto& back) { with_session([gentler = back.gentler](Session& run) { run.roll_back(gentler); }); });
  services.on<command::KeepMoment>([this](const auto&) { keep_moment(); });
  services.on<command::ExportCharts>([this](const auto& command) { export_charts(command.path); });
}

void TrainingService::step(const command::StepTraining& step) {
  if (step.network == "both") {
    with_session([at = view_.step + 1](train::Session& session) { session.pause_at(at); });
  } else {
    with_session([network = step.network](train::Session& session) {
      session.pause();
      session.edit("one_step", network);
    });
  }
}

void TrainingService::keep_moment() {
  require(session_ != nullptr, "No training is on, so there are no newer weights to keep.");
  keep_next_ = true;
}

void TrainingService::export_charts(const std::string& path) {
  require(!history_.empty(), "There are no training steps to draw yet; start training first.");
  files_.run([this, path, history = history_, quality = view_.quality]() -> Worker::Completion {
    write_charts(path, history, quality);
    return [this, path] { notices_.say("Charts saved to " + path); };
  });
}

std::shared_ptr<const train::Snapshot> TrainingService::take_snapshot() {
  if (session_) {
    auto snapshot = session_->snapshots().take().value_or(nullptr);
    if (snapshot && quality_ && quality_->hungry()) quality_->offer(snapshot);
    if (snapshot && (keep_next_ || keeper_->due(snapshot->kimg)))
      keeper_->keep(snapshot, std::exchange(keep_next_, false));
    return snapshot;
  }
  return std::exchange(last_snapshot_, nullptr);
}

void TrainingService::tick(double quality_share, bool in_training) {
  quality_share_ = quality_share;
  worker_.drain();
  take_quality();
  if (!session_) return;
  if (std::exchange(in_training_, in_training) != in_training) session_->show_in_training(in_training);
  // The state first: whatever the session told before it ended is then in the drained list.
  const train::SessionState state = session_->state();
  for (train::Progress& progress : session_->drain()) show(progress);
  if (is_over(state)) retire();
}

void TrainingService::take_quality() {
  if (!quality_) return;
  for (train::QualityFigure& figure : quality_->take()) {
    if (!figure.alarm.empty()) {
      view_.alarms.push_back({figure.step, train::Trouble::collapse, figure.alarm});
      notices_.fail(figure.alarm);
    }
    view_.quality.push_back(std::move(figure));
  }
  if (const std::string error = quality_->error(); !error.empty()) {
    notices_.fail(error);
    quality_.reset();
  }
}

void TrainingService::show(train::Progress& progress) {
  const fs::path folder = session_->run_folder();
  if (const auto* report = std::get_if<train::StepReport>(&progress)) {
    // A run that goes on from a checkpoint may have had steps after it.
    if (!history_.empty() && history_.back().step >= report->step) forget_from(report->step);
    history_.push_back(*report);
    pace_.add(report->kimg);
    view_.step = report->step;
    view_.kimg = report->kimg;
    view_.images_per_second = pace_.images_per_second();
    view_.seconds_left = pace_.seconds_left();
  } else if (const auto* change = std::get_if<train::StateChange>(&progress)) {
    view_.state = change->state;
    view_.message = change->message;
    if (change->state == train::SessionState::failed) notices_.fail(change->message);
  } else if (auto* samples = std::get_if<train::SampleSheet>(&progress)) {
    const auto sheet = std::make_shared<const train::SampleSheet>(std::move(*samples));
    (sheet->in_training ? view_.samples_in_training : view_.samples) = {sheet, &sheet->image};
    if (sheet->in_training) return;
    files_.run([folder, sheet]() -> Worker::Completion {
      write_sample_sheet(folder, *sheet);
      return {};
    });
  } else if (auto* reals = std::get_if<train::RealSheet>(&progress)) {
    const auto sheet = std::make_shared<const train::RealSheet>(std::move(*reals));
    view_.reals = {sheet, &sheet->image};
    files_.run([folder, sheet]() -> Worker::Completion {
      write_real_sheet(folder, *sheet);
      return {};
    });
  } else if (const auto* saved = std::get_if<train::Saved>(&progress)) {
    view_.last_saved = saved->path;
  } else if (const auto* alarm = std::get_if<train::Alarm>(&progress)) {
    view_.alarms.push_back(*alarm);
    notices_.fail(alarm->message);
  } else if (const auto* back = std::get_if<train::RolledBack>(&progress)) {
    forget_from(back->step + 1);
    *live_ = session_->recipe();  // its edits are told next
    view_.step = back->step;
    view_.kimg = history_.empty() ? 0 : history_.back().kimg;
    notices_.say(fmt::format("Back at step {}, and on from there.", back->step));
  } else if (const auto* made = std::get_if<train::EditMade>(&progress)) {
    show(*made);
  } else if (const auto* remark = std::get_if<train::Remark>(&progress)) {
    notices_.add(remark->error, remark->text);
  } else if (const auto* data = std::get_if<train::DataProgress>(&progress)) {
    view_.data = *data;
  }
}

/// The figures of steps from `step` on count no more.
void TrainingService::forget_from(std::int64_t step) {
  std::erase_if(history_, [step](const train::StepReport& report) { return report.step >= step; });
  if (std::erase_if(view_.quality, [step](const auto& figure) { return figure.step >= step; }) == 0 && !quality_)
    return;
  if (quality_) return quality_->rewind(step - 1);
  files_.run([folder = session_->run_folder(), step]() -> Worker::Completion {
    train::drop_quality_after(folder, step - 1);
    return {};
  });
}

void TrainingService::show(const train::EditMade& made) {
  const auto& keys = train::live_keys();
  if (std::find(keys.begin(), keys.end(), made.edit.key) != keys.end()) *live_ = train::edited(*live_, made.edit);
  view_.total_kimg = live_->kimg;
  pace_.set_total(live_->kimg);
  show_live();
}

void TrainingService::show_live() {
  view_.live.clear();
  view_.edited.clear();
  const auto begun = train::live_values(session_->recipe()), now = train::live_values(*live_);
  for (std::size_t i = 0; i < now.size(); ++i) {
    view_.live.emplace_back(now[i].first, json_text(now[i].second));
    if (now[i] != begun[i]) view_.edited.push_back(now[i].first);
  }
}

void TrainingService::write_run_charts() {
  if (history_.empty()) return;
  files_.run([folder = session_->run_folder(), history = history_, quality = view_.quality]() -> Worker::Completion {
    write_charts(folder / "charts.csv", history);
    write_charts(folder / "charts.png", history, quality);
    return {};
  });
}

void TrainingService::make_run_film() {
  const train::Recipe& recipe = session_->recipe();
  if (recipe.film.empty()) return;
  // After the last sheet, which waits for the same worker.
  files_.run(
      [this, folder = session_->run_folder(), name = recipe.film, fps = recipe.film_fps]() -> Worker::Completion {
        if (make_sample_film(folder, name, fps) == 0) return {};
        return [this, path = (folder / name).string()] { notices_.say("Film of the samples saved to " + path); };
      });
}

void TrainingService::retire() {
  write_run_charts();
  make_run_film();
  view_.seconds_left = 0;
  last_snapshot_ = session_->snapshots().take().value_or(nullptr);
  if (last_snapshot_ && view_.state != train::SessionState::failed) keeper_->keep(last_snapshot_);
  if (const std::string error = keeper_->error(); !error.empty())
    notices_.fail("No more weights of the run were kept: " + error);
  // Joining waits for the thread's last breath: not on the UI thread.
  worker_.run([session = std::exchange(session_, nullptr),
               quality = std::shared_ptr<train::LiveQuality>(std::move(quality_)),
               keeper = std::exchange(keeper_, nullptr)]() mutable -> Worker::Completion {
    quality.reset();
    keeper.reset();
    session.reset();
    return {};
  });
  if (next_) begin_start(next_->first, next_->second);  // the worker does one after the other
  next_.reset();
}

}  // namespace ganvas::app
