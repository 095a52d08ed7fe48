#include "app/measure/metric_service.h"

#include <algorithm>

#include "app/view/loan.h"
#include "app/view/on_screen.h"
#include "core/error.h"
#include "core/files.h"
#include "core/json_text.h"
#include "core/threads/worker.h"
#include "media/charts/chart.h"
#include "media/charts/csv.h"
#include "media/png.h"
#include "metrics/evaluation.h"
#include "metrics/features/data_identity.h"
#include "models/traits.h"

namespace ganvas::app {

namespace {

std::vector<metrics::MetricResult> results_of(const command::MeasureModel& what, const std::string& name,
                                              const Borrowed& model, Loan::Job& job) {
  const auto& [generator, device] = model;
  const models::NetworkSpec& spec = generator->spec();
  metrics::MetricOptions options{.metrics = metrics::parse_metrics(what.metrics, what.samples)};
  options.sampling = {.device = device, .seed = 0, .psi = 1.0};
  options.cache = cache_folder() / "metrics";
  options.batches.progress = [&job](const std::string&, std::int64_t done, std::int64_t total) {
    job.set_progress(total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0);
  };
  options.batches.stop = [&job] { return job.cancelled(); };
  data::DatasetOptions form{.source = what.data,
                            .resolution = spec.resolution,
                            .width = models::picture_width(spec),
                            .channels = spec.image_channels};
  form.labels = spec.c_dim > 0;
  const std::shared_ptr<const data::Dataset> data = data::open_dataset(form);
  const Json identity = metrics::data_identity(form, *data);
  if (spec.c_dim > 0) options.sampling.labels = data;
  const Json weights{{"sha256", models::weights_of(*generator).hash()}};
  metrics::GeneratorPictures samples(generator, options.sampling, weights);
  metrics::DatasetPictures reals(data, identity);
  std::unique_ptr<metrics::FeatureExtractor> extractor;
  if (!what.extractor.empty()) extractor = std::make_unique<metrics::TorchscriptExtractor>(what.extractor, device);
  metrics::FaceExtractor faces(device);
  const metrics::MetricSubjects subjects{.samples = &samples,
                                         .generator = generator.get(),
                                         .generator_identity = weights,
                                         .data = &reals,
                                         .extractor = extractor.get(),
                                         .faces = what.data == "faces" ? &faces : nullptr,
                                         .provenance = {{"weights", "as on screen"},
                                                        {"model", name},
                                                        {"model_sha256", weights["sha256"]},
                                                        {"data", what.data},
                                                        {"data_sha256", identity["sha256"]}}};
  return metrics::evaluate(options, subjects);
}

/// One row a value.
std::vector<MetricRow> rows_of(const std::vector<metrics::MetricResult>& results, const std::string& model) {
  std::vector<MetricRow> rows;
  for (const metrics::MetricResult& result : results) {
    std::string choices;
    for (const auto& [key, value] : result.choices.items())
      choices += (choices.empty() ? "" : "\n") + key + ": " +
                 (value.is_string() ? value.get<std::string>() : json_text(value));
    for (const auto& [name, value] : result.figures.values) {
      rows.push_back({.model = model,
                      .metric = result.name,
                      .value_name = name,
                      .value = value,
                      .missing = result.figures.remarks,
                      .choices = choices});
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

struct MetricService::Impl {
  const OnScreen& on_screen;
  Notices& notices;
  MetricsView view;
  Worker files;
  Loan loan;

  Impl(Synthesizer& synthesizer, const OnScreen& screen, Notices& n)
      : on_screen(screen),
        notices(n),
        files([this](const std::string& text) { notices.fail(text); }),
        loan(synthesizer, notices) {}

  void measure(const command::MeasureModel& measure) {
    require(!loan.busy(), "Figures are being measured already; wait for them or cancel.");
    bool by_faces = false, by_others = false;
    for (const metrics::MetricPtr& metric : metrics::parse_metrics(measure.metrics, measure.samples))
      (metric->by_faces() ? by_faces : by_others) = true;
    require(!by_others || !measure.extractor.empty(),
            "FID and its relatives need a feature network that you choose, a TorchScript file (docs/metrics.md); "
            "face_fid needs none.");
    require(!by_faces || measure.data == "faces", "face_fid and its relatives compare with the built-in faces alone.");
    const ModelReady& model = on_screen.needed_model();
    const FramePtr frame = on_screen.frame();
    const bool at_step = model.training && frame != nullptr;
    const std::string name = at_step ? fmt::format("{} step {}", model.name, frame->step) : model.name;
    view.progress = 0;
    loan.start(
        model.training,
        [measure, name](const Borrowed& lent, Loan::Job& job) {
          return rows_of(results_of(measure, name, lent, job), name);
        },
        [this](std::vector<MetricRow> rows) {
          for (MetricRow& row : rows) view.rows.push_back(std::move(row));
        });
  }

  /// All rows so far, .csv or .png.
  void write(const std::string& path) {
    require(!view.rows.empty(), "There are no figures yet; measure first.");
    files.run([this, path, rows = view.rows]() -> Worker::Completion {
      write_rows(path, rows);
      return [this, path] { notices.say("Figures saved to " + path); };
    });
  }
};

MetricService::MetricService(Synthesizer& synthesizer, const OnScreen& on_screen, Notices& notices)
    : impl_(std::make_unique<Impl>(synthesizer, on_screen, notices)) {}

MetricService::~MetricService() = default;

void MetricService::serve(Services& services) {
  services.on<command::MeasureModel>([impl = impl_.get()](const auto& measure) { impl->measure(measure); });
  services.on<command::CancelMeasuring>([impl = impl_.get()](const auto&) { impl->loan.cancel(); });
  services.on<command::ExportMetrics>([impl = impl_.get()](const auto& write) { impl->write(write.path); });
}

void MetricService::tick() {
  impl_->files.drain();
  impl_->loan.tick();
}

const MetricsView& MetricService::view() const {
  impl_->view.busy = impl_->loan.busy();
  if (impl_->view.busy) impl_->view.progress = impl_->loan.progress();
  return impl_->view;
}

int MetricService::in_flight() const {
  return impl_->files.in_flight();
}

}  // namespace ganvas::app
