#pragma once
// The passive trainer: networks, optimisers, data order, random streams. No thread of its own.

#include <ATen/ATen.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "data/loader.h"
#include "models/generator.h"
#include "train/ranks/process_group.h"
#include "train/recipe/recipe.h"
#include "train/report/report.h"
#include "train/step/journal.h"
#include "train/step/snapshot.h"

namespace ganvas::train {

struct TrainerOptions {
  at::Device device = at::kCPU;
  int loader_threads = 0;      ///< threads that draw or decode pictures; 0: one, with a GPU most of the cores
  bool deterministic = false;  ///< on a GPU: only operators that give the same result each time
  int micro_batches = 1;  ///< parts of a batch that pass one after another; the mathematics stay those of one batch
  /// The processes that train together, each with its part of every batch; null: this one alone.
  std::shared_ptr<ProcessGroup> group;
  /// Tests only: called with the number of pictures before each part of a batch passes; may throw for the memory.
  std::function<void(std::int64_t pictures)> probe;
};

/// Pictures are -1..1 on both sides of the networks, whatever range a network was published with (it converts inside).
/// Deterministic from (recipe, seed, data) on one device with a given number of threads. For one thread at a time.
///
/// Micro-batches and processes change nothing but the order in which numbers are added. Everything random is drawn for
/// whole batches, by every process alike. A batch whose step does not fit into memory is cut into micro-batches, and
/// the step done again; take_notice() says so.
class Trainer {
 public:
  Trainer(Recipe recipe, std::shared_ptr<const data::Dataset> dataset, TrainerOptions options);
  ~Trainer();

  /// Takes the networks of the model that recipe().start names, before the first step; a run that goes on has its own.
  /// -> what was taken, in lines. Throws Error.
  std::vector<std::string> begin();
  /// One generator step with its discriminator steps. Throws Error when the data fails, when another process is lost
  /// and when memory runs out for good; training cannot go on from there but by restore().
  StepReport step();
  /// A sentence about the last steps that a person should read, once; empty: nothing happened.
  std::string take_notice();
  [[nodiscard]] int micro_batches() const;
  [[nodiscard]] bool finished() const { return kimg() >= recipe().kimg; }  ///< kimg() >= recipe().kimg

  /// A copy of the EMA weights, and where asked for of those in training, with the next version number.
  SnapshotPtr snapshot(bool in_training = false);
  /// Samples of the fixed latents with the EMA weights, or with those in training, as one RGBA grid of columns x rows.
  Image sample_sheet(int columns, int rows, bool in_training = false);
  /// Pictures spread evenly over the data set, as one RGBA grid.
  [[nodiscard]] Image real_sheet(int columns, int rows) const;
  /// SHA-256 over all weights and optimiser states.
  std::string weights_hash();

  /// How varied samples of fixed latents are and how far from the data, by the live generator. Changes nothing that
  /// training depends on.
  SampleFigures examine();
  /// Makes a live change before the next step (journal.h). Throws Error, and changes nothing, for a key that is none of
  /// live_keys() and for a value that does not fit.
  void apply(const Edit& edit);

  /// Copies everything that the next step depends on, and `notes`; the result writes it as one file, atomically, on any
  /// thread and at any later time.
  std::function<void(const std::filesystem::path&)> freeze(const Json& notes = Json::object());
  /// freeze() and the writing at once.
  void save(const std::filesystem::path& file) { freeze()(file); }
  /// The EMA generator as a model file of ours, written atomically. Throws Error.
  void save_model(const std::filesystem::path& file);
  /// Goes on exactly where freeze() left off, with the live values of then. -> the notes. Throws Error when the file is
  /// damaged or does not fit recipe or data.
  Json restore(const std::filesystem::path& file);

  [[nodiscard]] const Recipe& recipe() const;
  [[nodiscard]] std::int64_t steps() const;
  [[nodiscard]] double kimg() const;
  [[nodiscard]] const data::Dataset& dataset() const;
  models::Generator& generator();
  models::Generator& ema_generator();
  models::Discriminator& discriminator();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::train
