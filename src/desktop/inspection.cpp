#include "desktop/inspection.h"

#include "app/document/state_fields.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/json_text.h"
#include "ui/widgets/widgets.h"

namespace ganvas::desktop {
namespace {

Json times_of(const FrameTimes& times) {
  return {{"count", times.count()},
          {"p50", times.percentile(0.5)},
          {"p99", times.percentile(0.99)},
          {"max", times.max_ms()}};
}

Json state_of(const app::App& app, const ui::UiState& ui) {
  const app::ViewModel& view = app.view();
  const app::AppState& state = *view.state;
  Json edits = Json::object();
  for (const auto& [index, value] : state.latent.edits) edits[std::to_string(index)] = value;
  Json networks = Json::array();
  for (const app::NetworkEntry& network : view.model.networks) networks.push_back(network.name);
  Json recent = Json::array();
  for (const app::RecentFile& file : view.recent) recent.push_back(file.path);
  return {{"tab", ui.tab},
          {"seed_x", state.latent.seed_x},
          {"seed_y", state.latent.seed_y},
          {"psi", state.latent.psi},
          {"edits", edits},
          {"locked", state.latent.locked},
          {"animate", state.latent.animate},
          {"columns", state.view.columns},
          {"rows", state.view.rows},
          {"zoom", state.view.zoom},
          {"filter", fields::to_json(state.view.filter)},
          {"bookmarks", state.bookmarks.size()},
          {"searching", view.search.busy},
          {"drag_points", ui.drag.points.size()},
          {"can_undo", view.can_undo},
          {"can_redo", view.can_redo},
          {"model", view.model.name},
          {"family", view.model.family},
          {"networks", networks},
          {"network", view.model.network},
          {"loading", view.model.loading},
          {"loading_name", view.model.loading_name},
          {"progress", view.model.progress},
          {"reading", view.reading.name},
          {"recent", recent},
          {"train", ui::state_text(view.train.state)},
          {"training", ui::training_active(view.train.state)},
          {"train_step", view.train.step},
          {"history", view.train.history != nullptr ? view.train.history->size() : 0},
          {"run_folder", view.train.run_folder},
          {"time_run", view.time.run},
          {"moments", view.time.moments.size()},
          {"time_at", state.time.at},
          {"time_split", state.time.split},
          {"divider", state.time.divider},
          {"time_other", state.time.other},
          {"recording", view.record.recording},
          {"wants_quit", view.wants_quit},
          {"tier", view.tier},
          {"tier_reason", view.tier_reason},
          {"generator_ms", view.generator_ms},
          {"view_share_used", view.budget.used},
          {"errors", app.errors()}};
}

/// Null: there is no second window.
Json output_of(const Output& output) {
  const render::OutputWindow* window = output.window();
  if (window == nullptr) return nullptr;
  const render::PixelSize size = window->framebuffer();
  return {{"size", {size.width, size.height}}, {"full_screen", window->full_screen()}};
}

Json streams_of(const app::OutputView& output) {
  Json streams = Json::array();
  for (const app::StreamView& stream : output.streams)
    streams.push_back(
        {{"address", stream.shown}, {"connected", stream.stats.connected}, {"frames", stream.stats.frames}});
  return streams;
}

}  // namespace

void Inspection::write(double now, const InspectionInput& input) {
  // It costs a model in training what it costs to look, so it waits longer while looking has spent its budget.
  if (path_.empty() || now - written_at_ < (input.app.view().budget.allowed ? 0.09 : 0.5)) return;
  written_at_ = now;
  Json widgets = Json::object();
  for (const auto& [name, r] : input.widgets.widgets()) widgets[name] = {r.x, r.y, r.width, r.height};
  Json json = {{"window", {input.window.width, input.window.height}},
               {"request", input.app.request()},
               {"ui_ms", times_of(input.times)},
               {"ui_ms_training", times_of(input.training_times)},
               {"state", state_of(input.app, input.ui)},
               {"output", output_of(input.output)},
               {"streams", streams_of(input.app.view().output)},
               {"widgets", widgets}};
  if (const app::FramePtr& frame = input.app.view().frame) {
    if (hashed_ != frame) {
      hashed_ = frame;
      const auto image = app::host_image(*frame);
      hash_ = sha256_of(image->pixels.data(), image->pixels.size());
    }
    json["picture"] = {{"hash", hash_},
                       {"request", frame->request},
                       {"model", frame->model},
                       {"version", frame->version},
                       {"step", frame->step},
                       {"past", frame->past},
                       {"in_training", frame->in_training},
                       {"coarse", frame->coarse},
                       {"divider", frame->divider},
                       {"columns", frame->columns},
                       {"rows", frame->rows}};
  }
  write_quickly(path_, json_text(json) + '\n');
}

}  // namespace ganvas::desktop
