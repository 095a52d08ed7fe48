#include "train/watch/live_quality.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <thread>

#include "core/error.h"
#include "core/files.h"
#include "core/json_lists.h"
#include "core/json_text.h"
#include "core/log.h"
#include "core/random.h"
#include "core/sentence.h"
#include "core/threads/mutex.h"
#include "core/threads/threads.h"
#include "data/dataset.h"
#include "io/safetensors.h"
#include "metrics/distances/kernel_distance.h"
#include "metrics/faces/face_network.h"
#include "metrics/faces/factor_report.h"

namespace ganvas::train {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t at_once = 16;  ///< pictures
constexpr std::int64_t block = 64;    ///< samples of one estimate of the uncertainty
constexpr std::int64_t least = 4 * block;
constexpr const char* log_name = "quality.jsonl";

/// Of the thread that asks.
double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// [N, C, H, W] in -1..1 -> bytes, as pictures are saved.
at::Tensor bytes_of(const at::Tensor& pictures) {
  return (pictures * 127.5 + 128).clamp(0, 255).to(at::kByte);
}

/// An estimate over everything, and 1.96 standard errors from blocks that share nothing.
void measure(const at::Tensor& samples, const at::Tensor& reals, QualityFigure& figure) {
  const std::int64_t blocks = std::min(samples.size(0), reals.size(0)) / block;
  std::vector<double> values;
  for (std::int64_t i = 0; i < blocks; ++i)
    values.push_back(metrics::kernel_distance(samples.narrow(0, i * block, block), reals.narrow(0, i * block, block)));
  double mean = 0, squares = 0;
  for (const double value : values) mean += value / static_cast<double>(blocks);
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double error = std::sqrt(squares / static_cast<double>(blocks - 1) / static_cast<double>(blocks));
  const std::int64_t count = blocks * block;
  figure.face_kid = metrics::kernel_distance(samples.narrow(0, 0, count), reals.narrow(0, 0, count));
  figure.low = figure.face_kid - 1.96 * error;
  figure.high = figure.face_kid + 1.96 * error;
  figure.samples = count;
}

}  // namespace

struct LiveQuality::Impl {
  const Recipe recipe;
  const LiveQualityOptions options;

  mutable Mutex mutex;
  std::condition_variable_any arrived;
  SnapshotPtr waiting GANVAS_GUARDED_BY(mutex);
  bool busy GANVAS_GUARDED_BY(mutex) = false;  // a newer snapshot would be old before its turn
  std::vector<QualityFigure> figures GANVAS_GUARDED_BY(mutex);
  std::string error GANVAS_GUARDED_BY(mutex);
  std::optional<std::int64_t> back_to GANVAS_GUARDED_BY(mutex);  // what is of later steps goes

  // Of the thread alone.
  models::GeneratorPtr generator;
  std::optional<metrics::FaceExtractor> extractor;
  at::Tensor reals, real_factors;
  double best = 0;
  bool any = false;
  double best_coverage = 0;
  int poor_looks = 0;   ///< in a row
  double paced_to = 0;  ///< processor seconds at the end of the last rest
  Clock::time_point paced_at = Clock::now();

  std::jthread thread;  // last: it ends before the rest goes

  Impl(const Recipe& r, LiveQualityOptions o) : recipe(r), options(std::move(o)) {}

  void run(const std::stop_token& stop) {
    try {
      lower_priority(15);
      at::set_num_threads(1);
      const at::NoGradGuard no_grad;
      while (!stop.stop_requested()) {
        SnapshotPtr snapshot = wait(stop);
        go_back();
        if (!snapshot) continue;
        prepare(stop);
        look(std::move(snapshot), stop);
      }
      go_back();
    } catch (const std::exception& problem) {
      const MutexLock lock(mutex);
      error = fmt::format("The quality is not watched any more: {}", sentence_of(problem));
    }
  }

  SnapshotPtr wait(const std::stop_token& stop) {
    MutexLock lock(mutex);
    busy = false;
    arrived.wait(lock, stop, [this]() GANVAS_REQUIRES(mutex) { return waiting != nullptr || back_to; });
    busy = waiting != nullptr;
    return std::exchange(waiting, nullptr);
  }

  void go_back() {
    MutexLock lock(mutex);
    const std::optional<std::int64_t> step = std::exchange(back_to, std::nullopt);
    lock.unlock();
    if (!step || options.run_folder.empty()) return;
    drop_quality_after(options.run_folder, *step);
    if (!reals.defined()) return;  // prepare() will read the best of what is left
    any = false;
    for (const QualityFigure& figure : read_quality(options.run_folder)) keep_best(figure);
  }

  /// After each small piece of work: rests until the work so far is but the agreed share of the time, so that nobody
  /// else ever waits for long.
  void rest(const std::stop_token& stop) {
    const double worked = processor_seconds() - paced_to;
    const double share = std::clamp(options.share, 1e-3, 1.0);
    const std::chrono::duration<double> passed = Clock::now() - paced_at;
    MutexLock lock(mutex);
    arrived.wait_for(lock, stop, std::chrono::duration<double>(worked / share - passed.count()), [] { return false; });
    paced_to = processor_seconds();
    paced_at = Clock::now();
  }

  /// Features of the data, once.
  void prepare(const std::stop_token& stop) {
    if (reals.defined()) return;
    extractor.emplace(at::kCPU);
    const auto dataset = data::open_dataset(recipe.data, {.stop = stop});
    RandomStream random(recipe.seed, 0x5175);
    std::vector<at::Tensor> parts;
    for (std::int64_t done = 0; done < options.reals && !stop.stop_requested(); ++done) {
      const Image image = dataset->picture(random.below(static_cast<std::uint32_t>(dataset->size())));
      const at::Tensor pixels = at::from_blob(const_cast<std::uint8_t*>(image.pixels.data()),
                                              {1, image.height, image.width, image.channels}, at::kByte);
      parts.push_back(extractor->run(pixels.permute({0, 3, 1, 2}), metrics::ExtractorOutput::features));
      if (done % at_once == 0) rest(stop);
    }
    reals = at::cat(parts);
    if (recipe.data.source == "faces") real_factors = extractor->factors(reals);
    if (options.run_folder.empty()) return;
    for (const QualityFigure& figure : read_quality(options.run_folder)) keep_best(figure);
  }

  /// True when no figure before was better.
  bool keep_best(const QualityFigure& figure) {
    const bool better = !any || figure.face_kid < best;
    if (better) best = figure.face_kid;
    any = true;
    return better;
  }

  void look(SnapshotPtr snapshot, const std::stop_token& stop) {
    double worked = 0;
    double since = processor_seconds();
    if (!generator) generator = models::make_generator(snapshot->spec, at::kCPU);
    wait_for(*snapshot);
    models::load_weights(*generator, snapshot->weights);
    generator->eval();
    QualityFigure figure{.step = snapshot->step, .kimg = snapshot->kimg};
    snapshot.reset();  // its memory is the session's again
    const models::NetworkSpec& spec = generator->spec();
    at::Generator random = at::make_generator<at::CPUGeneratorImpl>(recipe.seed + 77);
    std::vector<at::Tensor> parts;
    for (std::int64_t done = 0; done < options.samples; done += at_once) {
      if (stop.stop_requested()) return;
      if (done >= least && worked > options.most_seconds) break;
      const at::Tensor z = at::randn({at_once, spec.z_dim}, random, at::kFloat);
      at::Tensor c;
      if (spec.c_dim > 0) c = at::one_hot(at::arange(done, done + at_once) % spec.c_dim, spec.c_dim).to(at::kFloat);
      parts.push_back(extractor->run(bytes_of(generator->synthesize(generator->map(z, c, {}), {})),
                                     metrics::ExtractorOutput::features));
      worked += processor_seconds() - std::exchange(since, processor_seconds());
      rest(stop);
    }
    const at::Tensor samples = at::cat(parts);
    if (!at::isfinite(samples).all().item<bool>()) return;  // the health monitor says so
    measure(samples, reals, figure);
    if (real_factors.defined()) {
      const metrics::FactorReport report = metrics::factor_report(extractor->factors(samples), real_factors);
      figure.coverage = report.coverage();
      figure.missing = report.missing();
      watch_coverage(figure);
    }
    figure.seconds = worked + processor_seconds() - since;
    publish(figure);
  }

  /// Raised once, when a generator that had nearly everything has lost much of it in two looks in a row.
  void watch_coverage(QualityFigure& figure) {
    constexpr double had = 0.85, lost = 0.6;
    best_coverage = std::max(best_coverage, figure.coverage);
    poor_looks = best_coverage >= had && figure.coverage < lost ? poor_looks + 1 : 0;
    if (poor_looks != 2) return;
    const std::size_t named = std::min<std::size_t>(figure.missing.size(), 3);
    figure.alarm = fmt::format(
        "The samples have lost much of what the faces have, {:.0f} % are left of {:.0f} %: {} and others. Go back to "
        "the "
        "last healthy checkpoint, or lower the learning rates.",
        100 * figure.coverage, 100 * best_coverage,
        fmt::join(figure.missing.begin(), figure.missing.begin() + static_cast<std::ptrdiff_t>(named), ", "));
  }

  void publish(const QualityFigure& figure) {
    {
      const MutexLock lock(mutex);
      if (back_to && figure.step > *back_to) return;
    }
    const bool better = keep_best(figure);
    if (!options.run_folder.empty()) {
      try {
        std::ofstream log(options.run_folder / log_name, std::ios::app);
        log << json_text(to_json(figure)) << '\n';
        if (better) io::write_safetensors(options.run_folder / "best.safetensors", model_of(figure));
      } catch (const Error& problem) {
        log::warn("{}", problem.what());  // a full disk: the session says so as well
      }
    }
    const MutexLock lock(mutex);
    if (!back_to || figure.step <= *back_to) figures.push_back(figure);
    busy = false;
  }

  [[nodiscard]] io::WeightSet model_of(const QualityFigure& figure) const {
    io::WeightSet model = models::model_file_of(*generator);
    model.metadata["ganvas.step"] = std::to_string(figure.step);
    model.metadata["ganvas.kimg"] = fmt::format("{}", figure.kimg);
    model.metadata["ganvas.face_kid"] = fmt::format("{}", figure.face_kid);
    return model;
  }
};

LiveQuality::LiveQuality(const Recipe& recipe, LiveQualityOptions options)
    : impl_(std::make_unique<Impl>(recipe, std::move(options))) {
  impl_->thread = std::jthread([impl = impl_.get()](const std::stop_token& stop) { impl->run(stop); });
}

LiveQuality::~LiveQuality() = default;

void LiveQuality::offer(SnapshotPtr snapshot) {
  {
    const MutexLock lock(impl_->mutex);
    if (impl_->busy || !impl_->error.empty()) return;
    impl_->waiting.swap(snapshot);
  }
  impl_->arrived.notify_one();
}

void LiveQuality::rewind(std::int64_t step) {
  SnapshotPtr old;  // goes after the lock
  {
    const MutexLock lock(impl_->mutex);
    impl_->back_to = std::min(step, impl_->back_to.value_or(step));
    std::erase_if(impl_->figures, [step](const QualityFigure& figure) { return figure.step > step; });
    if (impl_->waiting && impl_->waiting->step > step) impl_->waiting.swap(old);
  }
  impl_->arrived.notify_one();
}

bool LiveQuality::hungry() const {
  const MutexLock lock(impl_->mutex);
  return !impl_->busy && impl_->waiting == nullptr && impl_->error.empty();
}

std::vector<QualityFigure> LiveQuality::take() {
  const MutexLock lock(impl_->mutex);
  return std::exchange(impl_->figures, {});
}

std::string LiveQuality::error() const {
  const MutexLock lock(impl_->mutex);
  return impl_->error;
}

Json to_json(const QualityFigure& f) {
  return {{"step", f.step},   {"kimg", f.kimg},       {"face_kid", f.face_kid}, {"low", f.low},
          {"high", f.high},   {"samples", f.samples}, {"coverage", f.coverage}, {"missing", f.missing},
          {"alarm", f.alarm}, {"seconds", f.seconds}};
}

void drop_quality_after(const std::filesystem::path& run_folder, std::int64_t step) {
  const std::vector<QualityFigure> figures = read_quality(run_folder);
  std::string kept;
  std::size_t count = 0;
  for (const QualityFigure& figure : figures) {
    if (figure.step > step) continue;
    kept += json_text(to_json(figure)) + '\n';
    ++count;
  }
  if (count < figures.size()) write_file(run_folder / log_name, kept);
}

std::vector<QualityFigure> read_quality(const std::filesystem::path& run_folder) {
  std::vector<QualityFigure> figures;
  for_each_json_line(run_folder / log_name, [&figures](const Json& json, const std::string&) {
    if (!json.contains("face_kid")) return;
    figures.push_back({.step = json.value("step", std::int64_t{0}),
                       .kimg = json.value("kimg", 0.0),
                       .face_kid = json.value("face_kid", 0.0),
                       .low = json.value("low", 0.0),
                       .high = json.value("high", 0.0),
                       .samples = json.value("samples", std::int64_t{0}),
                       .coverage = json.value("coverage", 0.0),
                       .missing = json.value("missing", std::vector<std::string>{}),
                       .alarm = json.value("alarm", ""),
                       .seconds = json.value("seconds", 0.0)});
  });
  return figures;
}

}  // namespace ganvas::train
