#pragma once
// Work with a replica of the model on screen, beside the view: how searches, films, figures and files borrow one.

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <utility>

#include "app/document/notices.h"
#include "core/threads/worker.h"
#include "io/reading.h"
#include "models/generator.h"

namespace ganvas::app {

class Synthesizer;

/// A replica of the model on screen, for the one who works with it alone.
struct Borrowed {
  models::GeneratorPtr generator;
  at::Device device = at::kCPU;
};

/// One job at a time; a new one takes the place of the one before. Methods are for the owner's thread and never wait,
/// but for the destructor, which cancels and joins. Whatever fails, the replica too, becomes a notice, and the next job
/// can start.
class Loan {
 public:
  /// Between the one who works and the one who waits.
  class Job {
   public:
    [[nodiscard]] bool cancelled() const { return cancelled_; }
    /// Throws io::Cancelled once nobody waits any more.
    void check() const {
      if (cancelled_) throw io::Cancelled();
    }
    void set_progress(double share) { progress_ = share; }  ///< 0..1

   private:
    friend class Loan;
    std::function<Worker::Completion(const Borrowed&, Job&)> work_;
    std::promise<Borrowed> replica_;
    std::future<Borrowed> arrived_ = replica_.get_future();
    std::atomic<bool> cancelled_ = false;
    std::atomic<double> progress_ = 0;
  };

  /// `synthesizer` lends; both must outlive this.
  Loan(Synthesizer& synthesizer, Notices& notices);
  ~Loan();

  /// `work` gets a replica on a thread of the loan's own and may throw Error or io::Cancelled; `done` gets what it
  /// returns on the owner's thread, unless the job was cancelled. training: of the model in training, at its newest
  /// weights.
  template <typename Work, typename Done>
  void start(bool training, Work work, Done done) {
    begin(training, [work = std::move(work), done = std::move(done)](const Borrowed& model, Job& job) mutable {
      auto result = std::make_shared<decltype(work(model, job))>(work(model, job));
      return [done = std::move(done), result] { done(std::move(*result)); };
    });
  }
  /// Nobody waits any more, from now on; work that has begun ends as soon as it asks.
  void cancel();
  void tick();
  /// Waits for the job that is on, and for what comes of it.
  void finish();

  [[nodiscard]] bool busy() const { return job_ != nullptr; }
  [[nodiscard]] double progress() const { return job_ ? job_->progress_.load() : 0; }  ///< 0..1
  /// Jobs that work or will, cancelled ones until they have ended.
  [[nodiscard]] int in_flight() const;

 private:
  void begin(bool training, std::function<Worker::Completion(const Borrowed&, Job&)> work);
  void work(const std::shared_ptr<Job>& job, Borrowed model);

  Synthesizer& synthesizer_;
  Notices& notices_;
  std::shared_ptr<Job> job_;  // null: none
  Worker worker_;
};

}  // namespace ganvas::app
