#include <ATen/Parallel.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <thread>

#include "core/error.h"
#include "core/files.h"
#include "core/json_text.h"
#include "core/log.h"
#include "core/sentence.h"
#include "train/run/companions.h"
#include "train/run/follower.h"
#include "train/run/run_folder.h"
#include "train/run/session.h"
#include "train/step/checkpoint.h"

namespace ganvas::train {
namespace {

/// Opens the data and writes down, beside the log, which of its files cannot be used and why.
std::shared_ptr<const data::Dataset> open_data(const Recipe& recipe, const SessionOptions& options,
                                               const data::DatasetWatch& watch) {
  std::shared_ptr<const data::Dataset> dataset = data::open_dataset(recipe.data, watch);
  std::string lines;
  for (const data::RejectedFile& file : dataset->rejected()) lines += file.path + ": " + file.reason + "\n";
  if (lines.empty()) return dataset;
  log::info("{} files of {} cannot be used; they are named in {}.", dataset->rejected().size(), dataset->name(),
            (options.run_folder / "rejected.txt").string());
  write_file(options.run_folder / "rejected.txt", lines);
  return dataset;
}

/// The Trainer as a Session drives it.
class TrainerModel final : public SteppingModel {
 public:
  TrainerModel(const Recipe& recipe, const SessionOptions& options, std::shared_ptr<const data::Dataset> data,
               std::unique_ptr<Companions> companions)
      : companions_(std::move(companions)),
        trainer_(recipe, std::move(data), options.trainer),
        lost_file_(options.run_folder / "lost.txt") {
    if (!options.resume_from.empty()) {
      notes_ = trainer_.restore(options.resume_from);
    } else if (!recipe.start.from.empty()) {
      begin(options.run_folder / "start.txt");
    }
    if (!options.trainer.group) return;
    check_ranks_agree(*options.trainer.group, trainer_);
    orders_.emplace(options.trainer.group);
  }
  /// The other ranks end with this one.
  ~TrainerModel() override {
    if (!orders_) return;
    try {
      orders_->give({.go = false});
    } catch (const std::exception& error) {
      log::warn("{}", sentence_of(error));
    }
  }
  TrainerModel(const TrainerModel&) = delete;
  TrainerModel& operator=(const TrainerModel&) = delete;

  StepReport step() override {
    StepReport report;
    try {
      if (orders_) orders_->give({});
      report = trainer_.step();
    } catch (const std::exception& error) {
      if (companions_) {
        companions_->leave(sentence_of(error));
        orders_.reset();
      }
      throw;
    }
    if (const std::string notice = trainer_.take_notice(); !notice.empty()) log::warn("{}", notice);
    return report;
  }
  [[nodiscard]] bool finished() const override { return trainer_.finished(); }
  SnapshotPtr snapshot(bool in_training) override { return trainer_.snapshot(in_training); }
  Image sample_sheet(bool in_training) override { return trainer_.sample_sheet(side, side, in_training); }
  Image real_sheet() override { return trainer_.real_sheet(side, side); }
  SampleFigures examine() override { return trainer_.examine(); }
  void apply(const Edit& edit) override {
    // First here: what this rank refuses, none makes. A step of one network needs all of them at once.
    const bool together = edit.key == "one_step";
    if (!together) trainer_.apply(edit);
    if (orders_) orders_->give({.edits = {json_text(to_json(edit))}, .step = false});
    if (together) trainer_.apply(edit);
  }
  CheckpointWriter::Write freeze(const Json& notes) override {
    tell_lost();
    return trainer_.freeze(notes);
  }
  Json restore(const std::filesystem::path& file) override {
    const std::string damage = checkpoint_damage(file);
    require(damage.empty(), "{}", damage);
    if (orders_) orders_->give({.step = false, .restore = file.string()});
    return trainer_.restore(file);
  }
  [[nodiscard]] Json notes() const override { return notes_; }
  void save_model(const std::filesystem::path& file) override { trainer_.save_model(file); }
  std::string weights_hash() override { return trainer_.weights_hash(); }
  [[nodiscard]] std::int64_t steps() const override { return trainer_.steps(); }
  [[nodiscard]] double kimg() const override { return trainer_.kimg(); }

 private:
  /// Takes what the recipe begins with, and says what that was in the log and in a file.
  void begin(const std::filesystem::path& file) {
    std::string text;
    for (const std::string& line : trainer_.begin()) {
      log::info("{}", line);
      text += line + "\n";
    }
    write_file(file, text);
  }

  static constexpr int side = 8;  // pictures along a sheet's edge

  /// Names the files that have gone since the start, as often as a checkpoint is made.
  void tell_lost() {
    const std::vector<data::RejectedFile> lost = trainer_.dataset().lost();
    if (lost.size() == lost_) return;
    lost_ = lost.size();
    std::string lines;
    for (const data::RejectedFile& file : lost) lines += file.path + ": " + file.reason + "\n";
    log::warn("{} files of {} have gone or changed since the start; they are named in {}.", lost_,
              trainer_.dataset().name(), lost_file_.string());
    write_file(lost_file_, lines);
  }

  std::unique_ptr<Companions> companions_;  // null: none; they end after the trainer that they wait for
  Trainer trainer_;
  std::filesystem::path lost_file_;
  std::size_t lost_ = 0;
  Json notes_ = Json::object();
  std::optional<RankOrders> orders_;  // none where this process trains alone
};

/// A larger batch is cut into parts that fit; what does not fit with a single picture never will.
void check_memory(const Recipe& recipe, const SessionOptions& options) {
  if (!options.trainer.device.is_cpu()) return;  // its own allocator says so before anything is lost
  Recipe smallest = recipe;
  smallest.batch = 1;
  const std::size_t needed = peak_memory_bytes(smallest);
  const auto there =
      static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  require(needed <= there,
          "The recipe {} needs about {} of memory even with one picture at a time, and this machine has {}; take "
          "narrower networks or a lower resolution.",
          recipe.name, human_bytes(needed), human_bytes(there));
}

}  // namespace

OnTrouble on_trouble_from(const std::string& name) {
  if (name == "warn") return OnTrouble::warn;
  if (name == "pause") return OnTrouble::pause;
  require(name == "roll_back", "There is no way to act on trouble called \"{}\"; choose warn, pause or roll_back.",
          name);
  return OnTrouble::roll_back;
}

std::unique_ptr<Session> start_session(const Recipe& recipe, const SessionOptions& options) {
  require(!options.run_folder.empty(), "A training run needs a folder to write to.");
  require(!options.resume_from.empty() || !holds_run(options.run_folder),
          "{} already holds a training run; resume it or choose another folder.", options.run_folder.string());
  check_memory(recipe, options);
  const auto make = [recipe, options](const data::DatasetWatch& watch) -> std::unique_ptr<SteppingModel> {
    // torch sets a thread's team up when the thread first asks, from whatever any thread chose last. Asking first makes
    // the choice final: a viewer with fewer threads cannot change how this run computes.
    at::get_num_threads();
    const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    at::set_num_threads(options.threads > 0 ? options.threads : cores);
    auto data = open_data(recipe, options, watch);
    SessionOptions own = options;
    const int ranks = options.ranks > 0 ? options.ranks : fitting_ranks(recipe, options);
    std::unique_ptr<Companions> companions;
    if (ranks > 1) {
      companions = std::make_unique<Companions>(recipe, data, options, ranks);
      own.trainer.group = companions->group();
    }
    return std::make_unique<TrainerModel>(recipe, own, std::move(data), std::move(companions));
  };
  return std::make_unique<Session>(make, recipe, options);
}

}  // namespace ganvas::train
