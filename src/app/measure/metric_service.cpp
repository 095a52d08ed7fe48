#include "app/measure/metric_service.h"

#include <atomic>
#include <future>

#include "app/render/renderer.h"
#include "app/view/synthesizer.h"
#include "core/error.h"
#include "core/files.h"
#include "core/threads/worker.h"
#include "io/reading.h"
#include "media/charts/chart.h"
#include "media/charts/csv.h"
#include "media/png.h"
#include "metrics/evaluation.h"
#include "metrics/features/data_identity.h"

namespace ganvas::app {

namespace {

/// One measuring, shared with the thread that does it.
struct Measuring {
  command::MeasureModel what;
  std::string model;
  std::promise<std::pair<models::GeneratorPtr, at::Device>> replica;
  std::future<std::pair<models::GeneratorPtr, at::Device>> arrived = replica.get_future();
  std::atomic<bool> cancelled = false;
  std::atomic<double> progress = 0;
};

std::vector<metrics::MetricResult> results_of(Measuring& job, const models::GeneratorPtr& generator,
                                              at::Device device) {
  const models::NetworkSpec& spec = generator->spec();
  metrics::MetricOptions options{.metrics = metrics::parse_metrics(job.what.metrics, job.what.samples)};
  options.sampling = {.device = device, .seed = 0, .psi = 1.0};
  options.cache = cache_folder() / "metrics";
  options.batches.progress = [&job](const std::string&, std::int64_t done, std::int64_t total) {
    job.progress = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0;
  };
  options.batches.stop = [&job] { return job.cancelled.load(); };
  data::DatasetOptions form{.source = job.what.data, .resolution = spec.resolution, .channels = spec.image_channels};
  form.labels = spec.c_dim > 0;
  const std::shared_ptr<const data::Dataset> data = data::open_dataset(form);
  const Json identity = metrics::data_identity(form, *data);
  if (spec.c_dim > 0) options.sampling.labels = data;
  const Json weights{{"sha256", models::weights_of(*generator).hash()}};
  metrics::GeneratorPictures samples(generator, options.sampling, weights);
  metrics::DatasetPictures reals(data, identity);
  std::unique_ptr<metrics::FeatureExtractor> extractor;
  if (!job.what.extractor.empty())
    extractor = std::make_unique<metrics::TorchscriptExtractor>(job.what.extractor, device);
  metrics::FaceExtractor faces(device);
  const metrics::MetricSubjects subjects{.samples = &samples,
                                         .generator = generator.get(),
                                         .generator_identity = weights,
                                         .data = &reals,
                                         .extractor = extractor.get(),
                                         .faces = job.what.data == "faces" ? &faces : nullptr,
                                         .provenance = {{"weights", "as on screen"},
                                                        {"model", job.model},
                                                        {"model_sha256", weights["sha256"]},
                                                        {"data", job.what.data},
                                                        {"data_sha256", identity["sha256"]}}};
  return metrics::evaluate(options, subjects);
}

/// One row a value.
std::vector<MetricRow> rows_of(const std::vector<metrics::MetricResult>& results, const std::string& model) {
  std::vector<MetricRow> rows;
  for (const metrics::MetricResult& result : results) {
    std::string choices;
    for (const auto& [key, value] : result.choices.items())
      choices +=
          (choices.empty() ? "" : "\n") + key + ": " + (value.is_string() ? value.get<std::string>() : value.dump());
    for (const auto& [name, value] : result.values) {
      MetricRow row{.model = model, .metric = result.name, .value_name = name, .value = value, .choices = choices};
      if (result.factors) row.missing = result.factors->missing();
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

void write_rows(const std::string& path, const std::vector<MetricRow>& rows) {
  const auto quoted = [](std::string text) {
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? "\"\"" : c == '\n' ? "; " : std::string(1, c);
    return out + "\"";
  };
  if (path.ends_with(".csv")) {
    std::string text = "number,model,metric,value_name,value,missing,choices\n";
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const MetricRow& row = rows[i];
      text += fmt::format("{},{},{},{},{},{},{}\n", i + 1, quoted(row.model), row.metric, row.value_name, row.value,
                          quoted(fmt::format("{}", fmt::join(row.missing, "; "))), quoted(row.choices));
    }
    write_file(path, text);
    return;
  }
  require(path.ends_with(".png"), "Figures are written as .csv or .png, not as {}.", path);
  std::vector<media::Chart> charts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string title = rows[i].metric + " " + rows[i].value_name;
    auto chart = std::find_if(charts.begin(), charts.end(), [&](const media::Chart& c) { return c.title == title; });
    if (chart == charts.end()) {
      charts.push_back(
          {.title = title, .x_label = "row", .y_label = rows[i].value_name, .series = {{rows[i].value_name, {}, {}}}});
      chart = charts.end() - 1;
    }
    chart->series.front().x.push_back(static_cast<double>(i + 1));
    chart->series.front().y.push_back(rows[i].value);
  }
  media::write_png(path, media::draw_charts(charts).view());
}

}  // namespace

struct MetricDesk::Impl {
  Synthesizer& synthesizer;
  Tell tell;
  MetricsView view;
  std::shared_ptr<Measuring> job;  // null: none
  Worker worker;

  Impl(Synthesizer& lender, Tell teller)
      : synthesizer(lender), tell(std::move(teller)), worker([this](const std::string& text) {
          job.reset();
          tell(true, text);
        }) {}

  ~Impl() {
    if (job) job->cancelled = true;
  }

  void work(const std::shared_ptr<Measuring>& own) {
    worker.run([this, own, lent = own->arrived.get()]() -> Worker::Completion {
      try {
        std::vector<MetricRow> rows = rows_of(results_of(*own, lent.first, lent.second), own->model);
        return [this, own, rows = std::move(rows)]() mutable {
          if (job == own) job.reset();
          for (MetricRow& row : rows) view.rows.push_back(std::move(row));
        };
      } catch (const Error&) {
        if (!own->cancelled) throw;
      }
      return [this, own] {
        if (job == own) job.reset();
      };
    });
  }
};

MetricDesk::MetricDesk(Synthesizer& synthesizer, Tell tell)
    : impl_(std::make_unique<Impl>(synthesizer, std::move(tell))) {}

MetricDesk::~MetricDesk() = default;

void MetricDesk::measure(const command::MeasureModel& measure, bool training, const std::string& model) {
  require(impl_->job == nullptr, "Figures are being measured already; wait for them or cancel.");
  bool by_faces = false, by_others = false;
  for (const metrics::MetricRequest& request : metrics::parse_metrics(measure.metrics, measure.samples))
    (request.by_faces() ? by_faces : by_others) = true;
  require(
      !by_others || !measure.extractor.empty(),
      "FID and its relatives need a feature network that you choose, a TorchScript file (docs/metrics.md); face_fid "
      "needs none.");
  require(!by_faces || measure.data == "faces", "face_fid and its relatives compare with the built-in faces alone.");
  auto job = std::make_shared<Measuring>();
  job->what = measure;
  job->model = model;
  impl_->job = job;
  impl_->view.progress = 0;
  impl_->synthesizer.visit(training, [job](const Renderer& renderer) {
    if (!job->cancelled) job->replica.set_value({renderer.replica(), renderer.device()});
  });
}

void MetricDesk::cancel() {
  if (!impl_->job) return;
  impl_->job->cancelled = true;
  if (impl_->job->arrived.valid()) impl_->job.reset();  // it has not begun
}

void MetricDesk::write(const std::string& path) {
  require(!impl_->view.rows.empty(), "There are no figures yet; measure first.");
  impl_->worker.run([this, path, rows = impl_->view.rows]() -> Worker::Completion {
    write_rows(path, rows);
    return [this, path] { impl_->tell(false, "Figures saved to " + path); };
  });
}

void MetricDesk::tick() {
  if (const auto job = impl_->job;
      job && job->arrived.valid() && job->arrived.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
    impl_->work(job);
  impl_->worker.drain();
  impl_->view.busy = impl_->job != nullptr;
  if (impl_->job) impl_->view.progress = impl_->job->progress;
}

const MetricsView& MetricDesk::view() const {
  return impl_->view;
}

}  // namespace ganvas::app
