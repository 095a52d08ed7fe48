#include "train/session.h"

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>
#include <utility>

#include "core/error.h"
#include "core/log.h"
#include "train/run_folder.h"

namespace ganvas {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Niceness of the calling thread alone, inherited by the worker threads that it starts.
void lower_priority(int nice) {
  if (nice > 0 && ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), nice) != 0) {
    log::warn("The training thread keeps its priority: {}.", std::strerror(errno));
  }
}

/// Libraries append call stacks to their messages; a person gets the first line.
std::string first_line(const char* text) {
  const std::string_view view(text);
  return std::string(view.substr(0, view.find('\n')));
}

}  // namespace

struct Session::Impl {
  /// What the owner wants. A later message replaces an earlier one of its kind, so a storm of them costs nothing.
  struct Wishes {
    bool pause = false;
    bool save = false;
    bool stop = false;
  };

  std::function<std::unique_ptr<SteppingModel>()> make;
  const Recipe recipe;
  const SessionOptions options;

  mutable std::mutex mutex;
  std::condition_variable changed;
  SessionState state = SessionState::starting;  // guarded by mutex
  Wishes wishes;                                // guarded by mutex
  std::vector<Progress> progress;               // guarded by mutex
  std::string weights_hash;                     // guarded by mutex
  Mailbox<SnapshotPtr> mailbox;

  // For the session thread alone.
  std::unique_ptr<SteppingModel> model;
  std::unique_ptr<RunLog> run_log;
  std::shared_ptr<std::atomic<int>> alive = std::make_shared<std::atomic<int>>(0);  // published snapshots
  std::int64_t published_step = -1;
  std::int64_t sheet_step = -1;
  double next_sheet_kimg = 0;
  Clock::time_point published_at;
  Clock::time_point saved_at;

  std::jthread thread;

  Impl(std::function<std::unique_ptr<SteppingModel>()> maker, Recipe given, SessionOptions chosen)
      : make(std::move(maker)), recipe(std::move(given)), options(std::move(chosen)) {
    wishes.pause = options.paused;
  }

  void wish(const std::function<void(Wishes&)>& change) {
    {
      std::lock_guard lock(mutex);
      change(wishes);
    }
    changed.notify_one();
  }

  template <typename Item>
  void report(Item item) {
    std::lock_guard lock(mutex);
    progress.emplace_back(std::in_place_type<Item>, std::move(item));
  }

  void enter(SessionState next, std::string message = {}) {
    std::lock_guard lock(mutex);
    if (state == next && message.empty()) return;
    state = next;
    progress.emplace_back(std::in_place_type<StateChange>, next, std::move(message));
  }

  [[nodiscard]] bool wants_stop() const {
    std::lock_guard lock(mutex);
    return wishes.stop;
  }

  void run() {
    try {
      lower_priority(options.nice);
      report(StateChange{SessionState::starting, {}});
      model = make();
      begin();
      run_to_the_end();
      model.reset();
    } catch (const std::exception& error) {
      enter(SessionState::failed, first_line(error.what()));
    }
  }

  void begin() {
    write_json(options.run_folder / "recipe.json", to_json(recipe));
    run_log = std::make_unique<RunLog>(options.run_folder, model->steps());
    report(RealSheet{model->real_sheet()});
    sheet();
    publish(true);
    saved_at = Clock::now();
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
      if (now.save) write_or_pause([this] { save(); });
      if (now.save || now.pause) continue;
      if (model->finished()) return;
      enter(SessionState::running);
      step();
    }
  }

  /// What the owner wants now; sleeps while that is a pause.
  Wishes next_wishes() {
    std::unique_lock lock(mutex);
    if (wishes.pause && !wishes.save && !wishes.stop) {
      lock.unlock();
      settle();
      lock.lock();
      changed.wait(lock, [this] { return !wishes.pause || wishes.save || wishes.stop; });
    }
    const Wishes now = wishes;
    wishes.save = false;
    return now;
  }

  /// A paused run shows its newest weights and has its log on disk.
  void settle() {
    enter(SessionState::paused);
    if (published_step != model->steps()) publish(true);
    write_or_pause([this] { run_log->flush(); });
  }

  void step() {
    const StepReport figures = model->step();
    require(std::isfinite(figures.d_loss) && std::isfinite(figures.g_loss),
            "Training broke down at step {}: the loss is no longer a number. Resume from the last checkpoint with a "
            "lower learning rate.",
            figures.step);
    run_log->add(figures);
    report(figures);
    publish(false);
    if (figures.kimg >= next_sheet_kimg) sheet();
    if (run_log->due()) write_or_pause([this] { run_log->flush(); });
    if (seconds_since(saved_at) >= recipe.save_seconds) write_or_pause([this] { save(); });
  }

  /// A snapshot for the viewer, unless one already waits there or three are alive.
  void publish(bool always) {
    if (mailbox.full()) {
      if (!always && seconds_since(published_at) < options.publish_seconds) return;
      mailbox.take();  // dropped unread, before the newer one is made
    }
    if (*alive >= 3) return;
    SnapshotPtr snapshot = counted(model->snapshot());
    published_step = snapshot->step;
    published_at = Clock::now();
    mailbox.put(std::move(snapshot));
  }

  /// The snapshot, counted until its memory is free again: whoever holds it last may be any thread.
  SnapshotPtr counted(SnapshotPtr snapshot) {
    ++*alive;
    const Snapshot* value = snapshot.get();
    return {value, [held = std::move(snapshot), count = alive](const Snapshot*) mutable {
              held.reset();
              --*count;
            }};
  }

  void sheet() {
    if (sheet_step == model->steps()) return;
    sheet_step = model->steps();
    next_sheet_kimg = (std::floor(model->kimg() / recipe.sample_kimg) + 1) * recipe.sample_kimg;
    report(SampleSheet{model->steps(), model->kimg(), model->sample_sheet()});
  }

  void save() {
    SessionState before{};
    {
      std::lock_guard lock(mutex);
      before = state;
    }
    enter(SessionState::saving);
    saved_at = Clock::now();  // a failed save is not tried again at once
    run_log->flush();
    const auto path = checkpoint_path(options.run_folder, model->steps());
    model->save(path);
    prune_checkpoints(options.run_folder, 2);
    report(Saved{model->steps(), path.string()});
    enter(before);
  }

  /// Runs a piece of writing. When the disk refuses, the run pauses with the sentence and goes on when it is told to.
  bool write_or_pause(const std::function<void()>& write) {
    try {
      write();
      return true;
    } catch (const Error& error) {
      {
        std::lock_guard lock(mutex);
        wishes.pause = true;
      }
      enter(SessionState::paused, error.what());
      return false;
    }
  }

  void finish(SessionState end) {
    enter(SessionState::stopping);
    publish(true);
    sheet();
    save();
    model->save_model(options.run_folder / "model.safetensors");
    std::string hash = model->weights_hash();
    run_log->add_end(model->steps(), model->kimg(), to_string(end), hash);
    run_log->flush();
    {
      std::lock_guard lock(mutex);
      weights_hash = std::move(hash);
    }
    enter(end);
  }
};

Session::Session(std::function<std::unique_ptr<SteppingModel>()> make, Recipe recipe, SessionOptions options)
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
  impl_->wish([](auto& wishes) { wishes.pause = false; });
}

void Session::save() {
  impl_->wish([](auto& wishes) { wishes.save = true; });
}

void Session::stop() {
  impl_->wish([](auto& wishes) { wishes.stop = true; });
}

void Session::join() {
  if (impl_->thread.joinable()) impl_->thread.join();
}

SessionState Session::state() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->state;
}

Mailbox<SnapshotPtr>& Session::snapshots() {
  return impl_->mailbox;
}

std::vector<Progress> Session::drain() {
  std::lock_guard lock(impl_->mutex);
  return std::exchange(impl_->progress, {});
}

std::string Session::weights_hash() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->weights_hash;
}

const Recipe& Session::recipe() const {
  return impl_->recipe;
}

const std::filesystem::path& Session::run_folder() const {
  return impl_->options.run_folder;
}

}  // namespace ganvas
