#include "app/view/loan.h"

#include <chrono>

#include "app/render/renderer.h"
#include "app/view/synthesizer.h"
#include "core/sentence.h"

namespace ganvas::app {

Loan::Loan(Synthesizer& synthesizer, Notices& notices)
    : synthesizer_(synthesizer), notices_(notices), worker_([this](const std::string& text) { notices_.fail(text); }) {}

Loan::~Loan() {
  cancel();
}

void Loan::begin(bool training, std::function<Worker::Completion(const Borrowed&, Job&)> work) {
  cancel();
  job_ = std::make_shared<Job>();
  job_->work_ = std::move(work);
  synthesizer_.between_frames(training, [job = job_](const Renderer& renderer) {
    if (job->cancelled_) return;
    try {
      job->replica_.set_value({renderer.replica(), renderer.device()});
    } catch (...) {
      job->replica_.set_exception(std::current_exception());
    }
  });
}

void Loan::cancel() {
  if (job_) job_->cancelled_ = true;
  job_.reset();
}

void Loan::work(const std::shared_ptr<Job>& job, Borrowed model) {
  worker_.run([this, job, model = std::move(model)]() -> Worker::Completion {
    std::string problem;
    try {
      job->check();
      return [this, job, done = job->work_(model, *job)] {
        if (job_ != job) return;
        job_.reset();
        done();
      };
    } catch (const io::Cancelled&) {
      return {};
    } catch (const std::exception& error) {
      problem = sentence_of(error);
    }
    return [this, job, problem] {
      if (job_ != job) return;
      job_.reset();
      notices_.fail(problem);
    };
  });
}

void Loan::tick() {
  if (job_ && job_->arrived_.valid() && job_->arrived_.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    try {
      work(job_, job_->arrived_.get());
    } catch (const std::exception& error) {
      job_.reset();
      notices_.fail(sentence_of(error));
    }
  }
  worker_.drain();
}

void Loan::finish() {
  if (job_ && job_->arrived_.valid()) job_->arrived_.wait();
  tick();
  worker_.finish();
}

int Loan::in_flight() const {
  return worker_.in_flight() + (job_ && job_->arrived_.valid() ? 1 : 0);
}

}  // namespace ganvas::app
