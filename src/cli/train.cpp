#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/cuda.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <optional>
#include <thread>

#include "app/render/device.h"
#include "app/training/run_files.h"
#include "cli/command_line.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "core/error.h"
#include "core/files.h"
#include "core/log.h"
#include "core/process/stop_signals.h"
#include "io/safetensors.h"
#include "train/run/branch.h"
#include "train/run/follower.h"
#include "train/run/session.h"
#include "train/step/checkpoint.h"
#include "train/step/journal.h"
#include "train/transfer/start_model.h"
#include "train/watch/history_keeper.h"
#include "train/watch/live_quality.h"

namespace ganvas::cli {

namespace {

namespace fs = std::filesystem;

struct TrainCommand {
  std::string recipe;
  std::string from;
  int freeze_d = -1;  ///< layers; below 0: as in the file
  std::string data;
  double kimg = 0;
  std::int64_t seed = -1;
  std::string out;
  std::vector<std::string> sets;
  std::string resume;
  std::string device = "auto";
  int threads = 0;
  int loader_threads = 0;
  int micro_batches = 1;
  int thread_ranks = 0;
  bool paused = false;
  bool deterministic = false;
  std::string on_trouble = "warn";
  std::string replay;
  std::string progress = "auto";
  double quality_share = 5;  ///< percent
  double history_kimg = 0.25;
  double history_mb = 256;
  double branch_at = -1;  ///< kimg of a moment of `resume`; below 0: no branch
};

/// What to train, and what of it is a change of a run that goes on.
struct TrainPlan {
  train::Recipe recipe;
  std::vector<std::pair<std::string, Json>> edits;
};

volatile std::sig_atomic_t pause_signals = 0;

void on_pause_signal(int) {
  pause_signals = pause_signals + 1;
}

/// The options that change the recipe, on top of it.
void apply_options(const TrainCommand& command, train::Recipe& recipe) {
  if (!command.data.empty()) recipe.data.source = command.data;
  if (command.kimg > 0) recipe.kimg = command.kimg;
  if (command.seed >= 0) recipe.seed = static_cast<std::uint64_t>(command.seed);
  for (const std::string& assignment : command.sets) {
    if (assignment.find('=') == std::string::npos || assignment.starts_with('=')) {
      throw UsageError(fmt::format("--set needs key=value, not \"{}\"; for example --set batch=64.", assignment));
    }
    train::set_recipe_value(recipe, assignment);
  }
}

/// A run that goes on keeps the recipe that it began with; what the options make different is a live change from here.
TrainPlan plan_of(const TrainCommand& command, const fs::path& checkpoint) {
  TrainPlan plan;
  const fs::path own = checkpoint.empty() ? fs::path() : app::run_folder_of(checkpoint) / "recipe.json";
  if (!fs::exists(own)) {
    plan.recipe = train::load_recipe(command.recipe.empty() ? "starter-dcgan" : command.recipe);
    apply_options(command, plan.recipe);
    if (!command.from.empty()) train::begin_with(plan.recipe, command.from, command.freeze_d);
    return plan;
  }
  const train::Recipe now = train::recipe_of_checkpoint(checkpoint);
  train::Recipe wanted = command.recipe.empty() ? now : train::load_recipe(command.recipe);
  apply_options(command, wanted);
  const auto before = train::live_values(now), after = train::live_values(wanted);
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (after[i] != before[i]) plan.edits.push_back(after[i]);
  }
  const train::Recipe began = train::load_recipe(own.string());
  plan.recipe = train::with_live_values_of(wanted, began);
  const Json is = to_json(plan.recipe), was = to_json(began);
  for (const char* key : {"network", "loss", "augment", "grow", "g_optimizer", "d_optimizer", "seed"}) {
    require(is[key] == was[key],
            "\"{}\" has values that cannot change when a run goes on; start a new run, or change only: {}.", key,
            fmt::join(train::live_keys(), ", "));
  }
  return plan;
}

fs::path out_folder(const TrainCommand& command, const train::Recipe& recipe, const fs::path& checkpoint) {
  if (!command.out.empty()) return command.out;
  return checkpoint.empty() ? app::fresh_run_folder("runs", recipe.name) : app::run_folder_of(checkpoint);
}

/// A sheet that cannot be written is no reason to end a run.
void keep_sheet(const fs::path& folder, const train::Progress& progress) {
  try {
    if (const auto* sheet = std::get_if<train::SampleSheet>(&progress)) app::write_sample_sheet(folder, *sheet);
    if (const auto* sheet = std::get_if<train::RealSheet>(&progress)) app::write_real_sheet(folder, *sheet);
  } catch (const Error& error) {
    log::warn("{}", error.what());
  }
}

/// Who looks at new weights while a run goes on. Nobody changes it.
struct Onlookers {
  std::optional<train::LiveQuality> quality;
  std::optional<train::HistoryKeeper> history;
};

/// Hands new weights to those who want them; `kimg` of the run so far, `last`: there will be no newer ones.
void show_weights(train::Session& session, Onlookers& onlookers, double kimg, bool last) {
  const bool measure = onlookers.quality && onlookers.quality->hungry() && !last;
  const bool keep = onlookers.history && (last || onlookers.history->due(kimg));
  if (!measure && !keep) return;
  const auto snapshot = session.snapshots().take();
  if (!snapshot) return;
  if (measure) onlookers.quality->offer(*snapshot);
  if (keep) onlookers.history->keep(*snapshot);
}

void print_quality(train::LiveQuality& quality) {
  for (const train::QualityFigure& figure : quality.take()) {
    say("step {}: face-KID {:.4f} ({:.4f} to {:.4f}), {} samples{}\n", figure.step, figure.face_kid, figure.low,
        figure.high, figure.samples,
        figure.coverage > 0 ? fmt::format(", {:.0f} % of the values", 100 * figure.coverage) : "");
    if (!figure.alarm.empty()) say("step {}: {}\n", figure.step, figure.alarm);
  }
}

/// What was seen of steps from `step` on counts no more.
void forget_from(std::int64_t step, const train::Session& session, Onlookers& onlookers,
                 std::vector<train::StepReport>& history) {
  std::erase_if(history, [step](const train::StepReport& report) { return report.step >= step; });
  if (onlookers.quality) {
    onlookers.quality->rewind(step - 1);
  } else {
    train::drop_quality_after(session.run_folder(), step - 1);
  }
}

/// Follows the session to its end, prints, and keeps the sheets. Returns every step of this call.
std::vector<train::StepReport> follow(train::Session& session, Onlookers& onlookers, ProgressPrinter& printer,
                                      train::StateChange& last) {
  std::vector<train::StepReport> history;
  bool stopping = false;
  int pauses = 0;
  while (true) {
    const train::SessionState state = session.state();
    const bool over = state == train::SessionState::stopped || state == train::SessionState::finished ||
                      state == train::SessionState::failed;
    if (over) session.join();
    for (const train::Progress& progress : session.drain()) {
      printer.show(progress);
      if (const auto* report = std::get_if<train::StepReport>(&progress)) {
        if (history.empty()) forget_from(report->step, session, onlookers, history);  // a run that goes on
        history.push_back(*report);
      }
      if (const auto* back = std::get_if<train::RolledBack>(&progress))
        forget_from(back->step + 1, session, onlookers, history);
      if (const auto* change = std::get_if<train::StateChange>(&progress)) last = *change;
      keep_sheet(session.run_folder(), progress);
    }
    show_weights(session, onlookers, history.empty() ? 0 : history.back().kimg, over);
    if (over) return history;
    if (onlookers.quality) print_quality(*onlookers.quality);
    if (stop_signals() > 0 && !stopping) {
      stopping = true;
      session.stop();
    }
    for (; pauses < pause_signals; ++pauses) {
      state == train::SessionState::paused ? session.resume() : session.pause();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

/// Which GPU a rank takes when it was not told: its own, as torchrun counts them.
std::string device_name(const TrainCommand& command, const std::optional<train::RankPlace>& place) {
  const bool own = place && torch::cuda::is_available() && (command.device == "auto" || command.device == "cuda");
  return own ? fmt::format("cuda:{}", place->local_rank % torch::cuda::device_count()) : command.device;
}

/// With --branch-at: the command that goes on with the branch.
TrainCommand branched(TrainCommand command) {
  if (command.branch_at < 0) return command;
  if (command.resume.empty()) throw UsageError("--branch-at needs --resume RUN, the run that the branch begins in.");
  if (command.out.empty()) command.out = app::fresh_branch_folder("runs", command.resume).string();
  say(stderr, "{}\n", train::to_text(train::branch_run(command.resume, command.branch_at, command.out)));
  command.resume = command.out;
  return command;
}

int train(const TrainCommand& given) {
  const TrainCommand command = branched(given);
  const fs::path checkpoint = command.resume.empty() ? fs::path() : app::find_checkpoint(command.resume);
  const TrainPlan plan = plan_of(command, checkpoint);
  const train::Recipe& recipe = plan.recipe;
  const std::optional<train::RankPlace> place = train::rank_place_from_environment();
  train::TrainerOptions trainer{.device = app::resolve_device(device_name(command, place)),
                                .loader_threads = command.loader_threads,
                                .deterministic = command.deterministic,
                                .micro_batches = command.micro_batches};
  int threads = command.threads;
  if (place) {
    const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    if (threads == 0) threads = std::max(1, cores / std::max(1, place->local_size));
    trainer.group = train::join_ranks(*place, trainer.device);
  }
  if (place && place->rank > 0) {
    count_stop_signals();  // they wait for what rank 0 makes of them; a second one ends the process
    app::use_torch_threads(threads);
    train::follow_first_rank(recipe, data::open_dataset(recipe.data), checkpoint, trainer);
    return 0;
  }
  train::SessionOptions options;
  options.run_folder = out_folder(command, recipe, checkpoint);
  options.resume_from = checkpoint;
  options.trainer = trainer;
  options.on_trouble = train::on_trouble_from(command.on_trouble);
  options.replay = command.replay;
  options.edits = plan.edits;
  options.threads = threads;
  options.ranks = place ? 1 : command.thread_ranks;
  options.nice = 0;
  options.paused = command.paused;
  const auto printer = make_progress_printer(command.progress, recipe);

  count_stop_signals();
  std::signal(SIGUSR1, on_pause_signal);
  const auto session = train::start_session(recipe, options);
  train::StateChange last;
  Onlookers onlookers;
  if (command.quality_share > 0)
    onlookers.quality.emplace(
        recipe, train::LiveQualityOptions{.share = command.quality_share / 100, .run_folder = options.run_folder});
  if (command.history_mb > 0)
    onlookers.history.emplace(options.run_folder,
                              train::HistoryPlan{.every_kimg = command.history_kimg,
                                                 .budget = static_cast<std::uint64_t>(command.history_mb * 1e6)});
  const std::vector<train::StepReport> steps = follow(*session, onlookers, *printer, last);
  if (onlookers.history && !onlookers.history->error().empty())
    log::warn("No more weights were kept: {}", onlookers.history->error());
  onlookers.quality.reset();
  onlookers.history.reset();
  require(last.state != train::SessionState::failed, "{}", last.message);

  const std::vector<train::StepReport> logged = app::read_history(options.run_folder);
  const std::vector<train::StepReport>& history = logged.size() >= steps.size() ? logged : steps;
  if (!history.empty()) {
    app::write_charts(options.run_folder / "charts.csv", history);
    app::write_charts(options.run_folder / "charts.png", history, train::read_quality(options.run_folder));
  }
  if (!recipe.film.empty()) app::make_sample_film(options.run_folder, recipe.film, recipe.film_fps);
  printer->finish(last.state, options.run_folder.string(), session->weights_hash());
  return 0;
}

/// What a run begins with.
void add_beginning(CLI::App& command, const std::shared_ptr<TrainCommand>& options) {
  auto* recipe =
      command.add_option("--recipe,-r", options->recipe, "Built-in recipe or recipe file; default: starter-dcgan")
          ->type_name("NAME|FILE");
  auto* from =
      command
          .add_option("--from", options->from,
                      "Begin with the networks of a model file, checkpoint or run; the recipe's network becomes the "
                      "file's")
          ->type_name("FILE")
          ->needs(recipe);
  command
      .add_option("--freeze-d", options->freeze_d,
                  "With --from: so many first layers of the discriminator do not train, such as 4")
      ->needs(from)
      ->check(CLI::Range(0, 64));
  command.add_option("--resume", options->resume, "Go on from a run folder or a checkpoint")
      ->type_name("PATH")
      ->excludes(from);
  command
      .add_option("--branch-at", options->branch_at,
                  "With --resume RUN: a new run, which begins at that moment of it, in thousands of pictures")
      ->type_name("KIMG")
      ->check(CLI::NonNegativeNumber);
}

/// Who looks at the run while it goes on, and what is kept of it.
void add_looking(CLI::App& command, const std::shared_ptr<TrainCommand>& options) {
  command
      .add_option("--quality", options->quality_share,
                  "Percent of one processor's time for a live figure of quality (face-KID), kept in RUN/quality.jsonl; "
                  "0: none")
      ->check(CLI::Range(0.0, 50.0))
      ->capture_default_str();
  command
      .add_option("--history-kimg", options->history_kimg,
                  "Weights are kept in RUN/history so often, thousands of pictures; later in a run more seldom")
      ->check(CLI::Range(0.001, 1e6))
      ->capture_default_str();
  command
      .add_option("--history-mb", options->history_mb,
                  "Megabytes that the kept weights may take; the densest are thinned out. 0: none are kept")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
}

}  // namespace

void add_train(CLI::App& parser, CliAction& action) {
  auto options = std::make_shared<TrainCommand>();
  auto* command = parser.add_subcommand("train", "Train a GAN from a recipe");
  add_beginning(*command, options);
  command->add_option("--data,-d", options->data,
                      "\"faces\" (built in) or a folder of pictures; default: the recipe's");
  command->add_option("--kimg", options->kimg, "Length in thousands of pictures; default: the recipe's")
      ->check(CLI::PositiveNumber);
  command->add_option("--seed", options->seed, "Of weights, latents and data order; default: the recipe's")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--out,-o", options->out, "Run folder; default: a fresh one under runs/")->type_name("DIR");
  command->add_option("--set", options->sets, "Change a value of the recipe, as in --set g_optimizer.lr=0.0001")
      ->type_name("KEY=VALUE");
  command->add_option("--device", options->device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  command->add_option("--threads", options->threads, "Threads of training; 0: all cores")->check(CLI::Range(0, 1024));
  command
      ->add_option("--loader-threads", options->loader_threads,
                   "Threads that make or decode pictures; 0: one, with a GPU most cores")
      ->check(CLI::Range(0, 256));
  command->add_flag("--deterministic", options->deterministic,
                    "The same weights each time on a GPU too, where that is slower; a CPU always does");
  command
      ->add_option("--on-trouble", options->on_trouble,
                   "When a run collapses or breaks down: warn, pause, or roll_back to the last healthy checkpoint "
                   "with half the learning rates")
      ->check(CLI::IsMember({"warn", "pause", "roll_back"}))
      ->capture_default_str();
  add_looking(*command, options);
  command->add_option("--replay", options->replay, "Make the live changes of a run again, at their steps")
      ->type_name("JOURNAL")
      ->check(CLI::ExistingFile);
  command
      ->add_option("--micro-batches", options->micro_batches,
                   "Take each batch in so many parts, which needs less memory; the mathematics stay the same")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  command
      ->add_option("--thread-ranks", options->thread_ranks,
                   "Threads of this process that each train with a part of every batch, as torchrun's processes do; 0: "
                   "two where a small network without batch norm trains on a processor, else one")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  command->add_flag("--paused", options->paused, "Start paused; SIGUSR1 pauses and resumes");
  command->add_option("--progress", options->progress, "auto, bar, lines, json or none")
      ->check(CLI::IsMember({"auto", "bar", "lines", "json", "none"}))
      ->capture_default_str();
  command->footer(
      "Examples:\n"
      "  ganvas train --recipe starter-dcgan --data faces --kimg 50 --out runs/first\n"
      "  ganvas train --recipe anime-dcgan-v1 --data ~/Pictures/faces --set batch=64 --progress json\n"
      "  ganvas train --recipe stylegan2-ada-auto --from ffhq.pkl --freeze-d 4 --data ~/Pictures/faces\n"
      "  ganvas train --resume runs/first --kimg 100 --set g_optimizer.lr=0.0001\n"
      "  ganvas train --resume runs/first --branch-at 12.5 --out runs/second --set d_optimizer.lr=0.0001\n"
      "  ganvas train --recipe anime-dcgan-v2 --on-trouble roll_back\n"
      "  torchrun --no-python --nproc-per-node 2 ganvas train --recipe starter-dcgan --out runs/two\n"
      "Ctrl+C saves a checkpoint and ends; the last line has the hash of everything that was trained.");
  command->callback([&action, options] { action = [options] { return train(*options); }; });
}

}  // namespace ganvas::cli
