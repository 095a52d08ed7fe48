#include "train/run/companions.h"

#include <ATen/Parallel.h>

#include <algorithm>

#include "core/error.h"
#include "core/sentence.h"
#include "models/batch_sharing.h"
#include "train/ranks/shards.h"
#include "train/run/follower.h"

namespace ganvas::train {
namespace {

constexpr int largest = 128;  // pixels: operators of larger networks keep several threads busy themselves

int threads_of(const SessionOptions& options) {
  return options.threads > 0 ? options.threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

}  // namespace

int fitting_ranks(const Recipe& recipe, const SessionOptions& options) {
  constexpr int ranks = 2;
  const TrainerOptions& trainer = options.trainer;
  if (!trainer.device.is_cpu() || trainer.group || trainer.micro_batches > 1 || threads_of(options) < ranks ||
      recipe.network.resolution > largest)
    return 1;
  const models::DiscriminatorPtr discriminator = models::empty_discriminator(recipe.network);
  if (models::couples_batch(*discriminator) || models::couples_batch(*models::empty_generator(recipe.network)))
    return 1;
  try {
    std::vector<int> batches{recipe.batch};
    for (const auto& [resolution, batch] : recipe.grow.batch) batches.push_back(batch);
    for (const int batch : batches) check_parts(batch, discriminator->pictures_in_group(batch), ranks);
  } catch (const Error&) {
    return 1;
  }
  return ranks;
}

Companions::Companions(const Recipe& recipe, std::shared_ptr<const data::Dataset> data, const SessionOptions& options,
                       int ranks)
    : meeting_(std::make_shared<ThreadMeeting>(ranks)), group_(std::make_shared<ProcessGroup>(meeting_, 0)) {
  const int threads = std::max(1, threads_of(options) / ranks);
  at::set_num_threads(threads);
  for (int rank = 1; rank < ranks; ++rank) {
    threads_.emplace_back([recipe, data, options, threads, rank, meeting = meeting_] {
      at::get_num_threads();  // as in start_session()
      at::set_num_threads(threads);
      TrainerOptions own = options.trainer;
      own.group = std::make_shared<ProcessGroup>(meeting, rank);
      try {
        follow_first_rank(recipe, data, options.resume_from, own);
      } catch (const std::exception& error) {
        meeting->leave(sentence_of(error));
      }
    });
  }
}

Companions::~Companions() {
  meeting_->leave("The run has ended.");
}

}  // namespace ganvas::train
