#include "train/run/session.h"

#include <chrono>
#include <cmath>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "core/error.h"
#include "core/library_error.h"
#include "core/log.h"
#include "core/sentence.h"
#include "core/threads/mutex.h"
#include "core/threads/threads.h"
#include "train/run/publisher.h"
#include "train/run/run_keeper.h"
#include "train/run/wishes.h"
#include "train/watch/health.h"

namespace ganvas::train {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

struct Session::Impl {
  MakeModel make;
  const Recipe recipe;
  const SessionOptions options;

  mutable Mutex mutex;
  std::condition_variable_any changed;
  SessionState state GANVAS_GUARDED_BY(mutex) = SessionState::starting;
  Wishes wishes GANVAS_GUARDED_BY(mutex);
  std::vector<Progress> progress GANVAS_GUARDED_BY(mutex);
  std::string weights_hash GANVAS_GUARDED_BY(mutex);
  Publisher publisher;
  std::stop_source opening;  // stops the check of the data

  // For the session thread alone.
  Recipe live;  // the recipe with all edits
  std::unique_ptr<SteppingModel> model;
  std::optional<RunKeeper> keeper;
  HealthMonitor health;
  std::set<std::string> told;  // faults of looking, said once
  int roll_backs = 0;          // without being asked
  std::int64_t sheet_step = -1;
  double next_sheet_kimg = 0;
  Clock::time_point saved_at;

  std::jthread thread;

  Impl(MakeModel maker, Recipe given, SessionOptions chosen)
      : make(std::move(maker)),
        recipe(std::move(given)),
        options(std::move(chosen)),
        publisher(options.publish_seconds),
        live(recipe),
        health(recipe) {
    wishes.pause = options.paused;
    wishes.edits = options.edits;
  }

  void wish(const std::function<void(Wishes&)>& change) {
    {
      const MutexLock lock(mutex);
      change(wishes);
    }
    changed.notify_one();
  }

  template <typename Item>
  void report(Item item) {
    const MutexLock lock(mutex);
    progress.emplace_back(std::in_place_type<Item>, std::move(item));
  }

  void enter(SessionState next, std::string message = {}) {
    const MutexLock lock(mutex);
    if (state == next && message.empty()) return;
    state = next;
    progress.emplace_back(std::in_place_type<StateChange>, next, std::move(message));
  }

  [[nodiscard]] bool wants_stop() const {
    const MutexLock lock(mutex);
    return wishes.stop;
  }

  void run() {
    try {
      name_thread("train");
      if (!lower_priority(options.nice)) log::warn("The training thread keeps its priority.");
      report(StateChange{SessionState::starting, {}});
      model = make({[this](std::int64_t checked, std::int64_t total) {
                      report_data({checked, total});
                    },
                    opening.get_token()});
      begin();
      run_to_the_end();
      keeper.reset();  // waits for a checkpoint that is being written
      model.reset();
    } catch (const data::OpeningCancelled&) {
      enter(SessionState::stopped);
    } catch (const std::exception& error) {
      keeper.reset();
      enter(SessionState::failed, sentence_of(error));
    }
  }

  /// One of many: the newest takes the place of the one that nobody has read yet.
  void report_data(const DataProgress& data) {
    const MutexLock lock(mutex);
    if (!progress.empty() && std::holds_alternative<DataProgress>(progress.back())) progress.pop_back();
    progress.emplace_back(data);
  }

  void begin() {
    const fs::path journal = options.replay.empty() ? options.run_folder / "journal.jsonl" : options.replay;
    keeper.emplace(options.run_folder, recipe, model->steps(), edits_of(model->notes()), read_edits(journal));
    adopt(model->notes());
    report(RealSheet{model->real_sheet()});
    sheet();
    publish(true);
    saved_at = Clock::now();
    if (model->steps() == 0) write_or_pause([this] { save(); });  // from here on there is something to go on from
  }

  /// What stood in a checkpoint beside weights: edits and health.
  void adopt(const Json& notes) {
    live = recipe;
    for (const Edit& edit : edits_of(notes)) adopt(edit);
    health = HealthMonitor(live);
    if (notes.contains("health")) health.restore(notes["health"]);
  }

  void adopt(const Edit& edit) {
    if (edit.key != "one_step" && edit.key != "fork") live = edited(live, edit);
    report(EditMade{edit});
  }

  void run_to_the_end() {
    while (true) {
      step_until_told();
      if (wants_stop()) {
        finish(SessionState::stopped);
        return;
      }
      if (write_or_pause([this] { finish(SessionState::finished); })) return;
    }
  }

  /// Steps until the recipe's length is reached or the owner wants to stop. A finished run that could not be written
  /// waits here, paused, for the next message.
  void step_until_told() {
    while (true) {
      const Wishes now = next_wishes();
      if (now.stop) return;
      for (const auto& [key, value] : now.edits) make_edit({model->steps(), key, value});
      if (now.in_training) show_in_training(*now.in_training);
      if (now.roll_back) roll_back(now.gentler);
      if (now.save) write_or_pause([this] { save_now(); });
      if (now.urgent() || now.pause) continue;
      make_planned_edits();
      if (model->finished()) return;
      enter(SessionState::running);
      step();
    }
  }

  /// What the owner wants now; sleeps while that is a pause.
  Wishes next_wishes() {
    MutexLock lock(mutex);
    if (wishes.pause_at && model->steps() >= *wishes.pause_at) {
      wishes.pause_at.reset();
      wishes.pause = true;
    }
    if (wishes.pause && !wishes.urgent()) {
      lock.unlock();
      settle();
      lock.lock();
      const auto told = [this]() GANVAS_REQUIRES(mutex) { return !wishes.pause || wishes.urgent(); };
      while (!told() && !publisher.published(model->steps())) {  // again while viewers hold too many snapshots
        lock.unlock();
        publish(true);
        lock.lock();
        changed.wait_for(lock, std::chrono::milliseconds(50), told);
      }
      changed.wait(lock, told);
    }
    Wishes now = wishes;
    wishes.save = wishes.roll_back = wishes.gentler = false;
    wishes.in_training.reset();
    wishes.edits.clear();
    return now;
  }

  /// A paused run has its log on disk.
  void settle() {
    enter(SessionState::paused);
    write_or_pause([this] {
      keeper->flush();
      told_saved(keeper->wait_until_saved());
    });
  }

  /// Edits whose time has come. One that this run refuses is left out, and said.
  void make_planned_edits() {
    while (const auto planned = keeper->journal().due(model->steps())) {
      if (make_edit(*planned)) continue;
      report(Remark{true, fmt::format("The change of {} at step {} is left out.", planned->key, planned->step)});
      keeper->leave_out_edit();
    }
  }

  /// A live change, and the line in the journal that repeats it. False when it was refused.
  bool make_edit(const Edit& edit) {
    try {
      if (edit.key != "one_step" && edit.key != "fork") edited(live, edit);  // refused before anything happens
      model->apply(edit);
    } catch (const Error& error) {
      report(Remark{true, first_line(error.what())});
      return false;
    }
    adopt(edit);
    keeper->add(edit);
    if (edit.key == "one_step") publish(true);
    write_or_pause([this] { keeper->flush(); });
    return true;
  }

  void step() {
    StepReport figures = model->step();
    if (health.wants_samples(figures.step)) {
      look("samples cannot be watched for troubles", [&] {
        const SampleFigures samples = model->examine();
        figures.diversity = samples.diversity;
        figures.distance = samples.distance;
      });
    }
    const std::vector<Alarm> alarms = health.watch(figures);
    keeper->add(figures);
    report(figures);
    for (const Alarm& alarm : alarms) {
      keeper->add(alarm);
      report(alarm);
    }
    if (!alarms.empty() && !act_on(alarms.front())) return;
    publish(false);
    if (figures.kimg >= next_sheet_kimg) sheet();
    if (keeper->due()) write_or_pause([this] { keeper->flush(); });
    write_or_pause([this] { told_saved(keeper->saved()); });
    if (seconds_since(saved_at) >= live.save_seconds && keeper->can_save()) write_or_pause([this] { save(); });
  }

  /// Does what the owner wants done about a trouble. False when the step counts no more.
  bool act_on(const Alarm& alarm) {
    constexpr std::int64_t unseen = 200;  // steps for which a trouble may go unseen
    constexpr int most_roll_backs = 3;
    keeper->distrust_after(alarm.step - unseen);
    if (options.on_trouble == OnTrouble::roll_back && roll_backs < most_roll_backs && roll_back(true)) {
      ++roll_backs;
      // Its own line went with the steps that were dropped.
      keeper->add(Alarm{
          model->steps(), alarm.trouble,
          fmt::format("{} The run went back from step {} to step {}.", alarm.message, alarm.step, model->steps())});
      return false;
    }
    if (alarm.trouble == Trouble::not_finite) {
      keeper->flush();
      fail("Training broke down at step {}. {}", alarm.step, alarm.message);
    }
    if (options.on_trouble == OnTrouble::warn) return true;
    const MutexLock lock(mutex);
    wishes.pause = true;
    return true;
  }

  /// Goes back to the newest healthy checkpoint that can be read -> its notes; nothing: there is none.
  std::optional<Json> restore_healthy() {
    while (true) {
      const fs::path checkpoint = keeper->healthy_checkpoint();
      if (checkpoint.empty()) return std::nullopt;
      try {
        return model->restore(checkpoint);
      } catch (const std::exception& error) {
        report(Remark{true, sentence_of(error)});
        keeper->give_up(checkpoint);
      }
    }
  }

  /// True when the run stands at an earlier checkpoint now.
  bool roll_back(bool gentler) {
    write_or_pause([this] { told_saved(keeper->wait_until_saved()); });
    const std::optional<Json> restored = restore_healthy();
    if (!restored) {
      report(Remark{true, "There is no healthy checkpoint to go back to; start the run again with other settings."});
      return false;
    }
    const Json& notes = *restored;
    const std::int64_t fork = keeper->next_fork();
    keeper->rewind(model->steps(), edits_of(notes));
    report(RolledBack{model->steps()});
    adopt(notes);
    make_edit({model->steps(), "fork", fork});
    if (gentler) {
      for (const auto& [key, lr] :
           {std::pair{"g_optimizer.lr", live.g_optimizer.lr}, std::pair{"d_optimizer.lr", live.d_optimizer.lr}})
        make_edit({model->steps(), key, lr / 2});
    }
    sheet_step = -1;
    sheet();
    publish(true);
    return true;
  }

  /// A snapshot for the viewer.
  void publish(bool always) {
    look("newest weights cannot be shown", [&] { publisher.publish(*model, always); });
  }

  void show_in_training(bool on) {
    if (publisher.in_training() == on) return;
    publisher.show_in_training(on);
    if (!on) return;
    publish(true);
    show_sheet(true);
  }

  void sheet() {
    if (sheet_step == model->steps()) return;
    sheet_step = model->steps();
    next_sheet_kimg = (std::floor(model->kimg() / live.sample_kimg) + 1) * live.sample_kimg;
    show_sheet(false);
    if (publisher.in_training()) show_sheet(true);
  }

  void show_sheet(bool in_training) {
    look("samples cannot be shown", [this, in_training] {
      report(SampleSheet{model->steps(), model->kimg(), model->sample_sheet(in_training), in_training});
    });
  }

  /// What is for people alone: where there is no memory for it, say, the run goes on without, and says so once.
  void look(const char* fault, const std::function<void()>& make) {
    try {
      make();
    } catch (const std::exception& error) {
      if (told.insert(fault).second) report(Remark{true, fmt::format("The {}: {}.", fault, reason_of(error))});
    }
  }

  /// Copies the run; the file is written while it goes on.
  void save() {
    saved_at = Clock::now();  // a failed save is not tried again at once
    Json edits = Json::array();
    for (const Edit& edit : keeper->journal().done()) edits.push_back(to_json(edit));
    keeper->save(model->steps(), model->freeze({{"edits", edits}, {"health", health.state()}}),
                 {health.healthy(), health.distance()});
  }

  /// Ends when the checkpoint is whole on disk. Throws Error.
  void save_now() {
    SessionState before{};
    {
      const MutexLock lock(mutex);
      before = state;
    }
    enter(SessionState::saving);
    told_saved(keeper->wait_until_saved());
    save();
    told_saved(keeper->wait_until_saved());
    enter(before);
  }

  void told_saved(const std::optional<Saved>& saved) {
    if (saved) report(*saved);
  }

  /// Runs a piece of writing. When the disk refuses, the run pauses with the sentence and goes on when it is told to.
  bool write_or_pause(const std::function<void()>& write) {
    try {
      write();
      return true;
    } catch (const std::exception& error) {
      wish([](Wishes& now) { now.pause = true; });
      enter(SessionState::paused, sentence_of(error));
      return false;
    }
  }

  void finish(SessionState end) {
    enter(SessionState::stopping);
    publish(true);
    sheet();
    save_now();
    model->save_model(options.run_folder / "model.safetensors");
    std::string hash = model->weights_hash();
    keeper->add_end(model->steps(), model->kimg(), to_string(end), hash);
    keeper->flush();
    {
      const MutexLock lock(mutex);
      weights_hash = std::move(hash);
    }
    enter(end);
  }
};

Session::Session(MakeModel make, Recipe recipe, SessionOptions options)
    : impl_(std::make_unique<Impl>(std::move(make), std::move(recipe), std::move(options))) {
  impl_->thread = std::jthread([impl = impl_.get()] { impl->run(); });
}

Session::~Session() {
  stop();
  join();
}

void Session::pause() {
  impl_->wish([](auto& wishes) { wishes.pause = true; });
}

void Session::resume() {
  impl_->wish([](auto& wishes) {
    wishes.pause = false;
    wishes.pause_at.reset();
  });
}

void Session::save() {
  impl_->wish([](auto& wishes) { wishes.save = true; });
}

void Session::stop() {
  impl_->opening.request_stop();
  impl_->wish([](auto& wishes) { wishes.stop = true; });
}

void Session::show_in_training(bool on) {
  impl_->wish([on](auto& wishes) { wishes.in_training = on; });
}

void Session::edit(std::string key, Json value) {
  impl_->wish([&](auto& wishes) { wishes.edits.emplace_back(std::move(key), std::move(value)); });
}

void Session::pause_at(std::int64_t step) {
  impl_->wish([step](auto& wishes) {
    wishes.pause_at = step;
    wishes.pause = false;
  });
}

void Session::roll_back(bool gentler) {
  impl_->wish([gentler](auto& wishes) {
    wishes.roll_back = true;
    wishes.gentler = gentler;
  });
}

void Session::join() {
  if (impl_->thread.joinable()) impl_->thread.join();
}

SessionState Session::state() const {
  const MutexLock lock(impl_->mutex);
  return impl_->state;
}

Mailbox<SnapshotPtr>& Session::snapshots() {
  return impl_->publisher.mailbox();
}

std::vector<Progress> Session::drain() {
  const MutexLock lock(impl_->mutex);
  return std::exchange(impl_->progress, {});
}

std::string Session::weights_hash() const {
  const MutexLock lock(impl_->mutex);
  return impl_->weights_hash;
}

const Recipe& Session::recipe() const {
  return impl_->recipe;
}

const std::filesystem::path& Session::run_folder() const {
  return impl_->options.run_folder;
}

}  // namespace ganvas::train
