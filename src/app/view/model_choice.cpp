#include "app/view/model_choice.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/error.h"
#include "core/log.h"

namespace ganvas::app {

namespace {

bool same(const command::OpenModel& a, const command::OpenModel& b) {
  return a.path == b.path && a.network == b.network;
}

}  // namespace

ModelChoice::ModelChoice(const ModelChoiceOptions& options, Synthesizer& synthesizer, RecentFiles& recent,
                         Notices& notices, Opened opened)
    : recent_(recent),
      notices_(notices),
      opened_(std::move(opened)),
      loader_({.device = options.device, .allow_torchscript = options.allow_torchscript},
              [&synthesizer](const LoadRequest& request, std::shared_ptr<OpenedModel> model) {
                synthesizer.show_model(std::move(model), request.model);
              }) {}

double ModelChoice::since_asked() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - asked_at_).count();
}

/// Returns the number of the request.
std::uint64_t ModelChoice::open(const command::OpenModel& wish, std::vector<std::string> set) {
  asked_ = wish;
  loading_ = true;
  progress_ = seconds_ = 0;
  asked_at_ = std::chrono::steady_clock::now();
  std::filesystem::path path = wish.path.empty() ? "starter model" : wish.path;
  if (path.filename().empty()) path = path.parent_path();
  name_ = path.filename().string();
  wishes_[++opened_models_] = wish;
  forget(loader_.open({wish.path, wish.network, opened_models_, std::move(set)}));
  return opened_models_;
}

void ModelChoice::read_as(const command::SetReading& reading) {
  require(file_ && shown_, "There is no model on screen yet whose reading could be changed.");
  // The network by its name: the choice holds for it alone.
  open({.path = shown_->path, .network = shown_->network}, reading.set);
}

/// A wish that will not arrive. Returns true when it was a command.
bool ModelChoice::forget(std::uint64_t model) {
  wishes_.erase(model);
  return commands_.erase(model) > 0;
}

void ModelChoice::cancel() {
  const std::uint64_t dropped = loader_.cancel();
  if (dropped == 0) return;  // nothing is being opened, or it is whole already
  loading_ = false;
  const bool command = forget(dropped);
  asked_ = command || shown_ ? shown_ : wanted_;
  document_lags_ = !command && shown_.has_value();
}

std::optional<command::OpenModel> ModelChoice::take_correction() {
  return std::exchange(document_lags_, false) ? shown_ : std::nullopt;
}

void ModelChoice::on(const ModelReady& ready, const std::string& training_name) {
  if (ready.training) {
    training_ = ready;
    training_->name = training_name;
    return;
  }
  file_ = ready;
  shown_ = wishes_[ready.model];
  const bool command = commands_.contains(ready.model);
  // Those before it have been overtaken; a later one may still be under way.
  wishes_.erase(wishes_.begin(), wishes_.upper_bound(ready.model));
  commands_.erase(commands_.begin(), commands_.upper_bound(ready.model));
  if (ready.model == opened_models_) loading_ = false;
  if (!loading_) asked_ = shown_;  // also where a later one has come to nothing meanwhile
  log::info("{} is open after {:.2f} s", ready.name, since_asked());
  for (const std::string& remark : ready.remarks) notices_.fail(remark);
  if (!shown_->path.empty()) recent_.add(shown_->path);
  if (command) opened_(*shown_);
}

void ModelChoice::on(const LayersKnown& known) {
  std::optional<ModelReady>& model = known.training ? training_ : file_;
  if (model && model->model == known.model) model->layers = known.layers;
}

void ModelChoice::failed(const LoadFailed& event) {
  notices_.fail(event.text);
  const bool command = forget(event.model);
  if (event.model != opened_models_) return;
  loading_ = false;
  if (command) asked_ = shown_;  // the one before is still there
}

void ModelChoice::tick(const command::OpenModel& wanted) {
  wanted_ = wanted;
  for (const LoadFailed& failure : loader_.take_failures()) failed(failure);
  if (commands_.empty() && (!asked_ || !same(*asked_, wanted))) open(wanted);
  if (!loading_) return;
  seconds_ = since_asked();
  progress_ = std::max(progress_, loader_.progress());  // at its end it stays
}

const ModelReady* ModelChoice::shown(bool follow) const {
  if (follow && training_) return &*training_;
  return file_ ? &*file_ : nullptr;
}

void ModelChoice::publish(const ModelReady* shown, ModelView& view) const {
  view.loading = loading_;
  view.progress = progress_;
  view.loading_seconds = seconds_;
  view.loading_name = name_;
  if (shown == nullptr) return;
  view.name = shown->name;
  view.family = shown->family;
  view.z_dim = shown->z_dim;
  view.w_dim = shown->w_dim;
  view.c_dim = shown->c_dim;
  view.resolution = shown->resolution;
  view.width = shown->width;
  view.style_rows = shown->style_rows;
  view.noise_layers = shown->noise_layers;
  view.layers = shown->layers;
  view.placeable = shown->placeable;
  view.reading = shown->reading;
  view.parameters = shown->parameters;
  view.training = shown->training;
  view.networks = shown->networks;
  view.network = shown->network;
}

}  // namespace ganvas::app
