#include "app/open/presentation.h"

#include <algorithm>
#include <filesystem>

#include "app/document/session_file.h"
#include "app/document/state_fields.h"
#include "app/render/renderer.h"
#include "core/error.h"
#include "core/files.h"
#include "core/log.h"

namespace ganvas::fields {

template <>
inline constexpr auto table<app::Presentation> = std::tuple{required("title", &app::Presentation::title),
                                                            optional("columns", &app::Presentation::columns),
                                                            optional("rows", &app::Presentation::rows),
                                                            optional("latent", &app::Presentation::latent),
                                                            optional("directions", &app::Presentation::directions),
                                                            optional("bookmarks", &app::Presentation::bookmarks),
                                                            optional("recipe", &app::Presentation::recipe)};

}  // namespace ganvas::fields

namespace ganvas::app {

namespace {

namespace fs = std::filesystem;

constexpr const char* kPresentationKey = "ganvas_presentation";
constexpr std::string_view kEnding = ".presentation.json";

fs::path model_path(const std::string& model) {
  return model.empty() ? starter_model_path() : fs::path(model);
}

/// Whether it comes with the program.
bool is_built_in(const fs::path& model) {
  std::error_code error;
  return fs::equivalent(model.parent_path(), starter_model_path().parent_path(), error);
}

/// What the file itself says, which is all that its title needs.
Presentation parsed(const fs::path& file) {
  Json json = read_json(file);
  require(json.is_object() && json.value(kPresentationKey, 0) == 1, "{} is no presentation of this version of ganvas.",
          file.string());
  json.erase(kPresentationKey);
  Presentation presentation;
  fields::from_json(json, file.string(), presentation);
  return presentation;
}

Presentation read_presentation(const fs::path& file) {
  Presentation presentation = parsed(file);
  if (!presentation.directions.empty())
    presentation.latent.style.moves = load_moves(file.parent_path() / presentation.directions);
  AppState document;
  document.latent = presentation.latent;
  document.view.columns = presentation.columns;
  document.view.rows = presentation.rows;
  document.bookmarks = presentation.bookmarks;
  check_state(document);
  return presentation;
}

/// Nobody's work depends on it.
template <typename Read>
void log_faults(Read read) {
  try {
    read();
  } catch (const std::exception& error) {
    log::warn("A built-in model is shown plainly: {}", error.what());
  }
}

}  // namespace

std::optional<Presentation> presentation_of(const std::string& model) {
  std::optional<Presentation> found;
  log_faults([&] {
    const fs::path path = model_path(model);
    const fs::path file = path.parent_path() / (path.stem().string() + std::string(kEnding));
    if (is_built_in(path) && fs::exists(file)) found = read_presentation(file);
  });
  return found;
}

std::vector<BuiltInModel> built_in_models() {
  std::vector<BuiltInModel> models;
  log_faults([&] {
    const fs::path starter = starter_model_path();
    for (const auto& entry : fs::directory_iterator(starter.parent_path())) {
      const std::string name = entry.path().filename().string();
      if (!name.ends_with(kEnding)) continue;
      const fs::path model =
          starter.parent_path() / (name.substr(0, name.size() - kEnding.size()) + starter.extension().string());
      if (fs::exists(model)) models.push_back({parsed(entry.path()).title, model == starter ? "" : model.string()});
    }
  });
  std::sort(models.begin(), models.end(), [](const BuiltInModel& a, const BuiltInModel& b) {
    return std::pair(!a.path.empty(), a.title) < std::pair(!b.path.empty(), b.title);
  });
  return models;
}

FirstLook::FirstLook(bool on, const AppState& document) : on_(on), document_(document) {
  if (on_) document_ = shown(document, false);
}

/// What belongs to the person or to the model stays.
AppState FirstLook::shown(const AppState& document, bool mean_style) const {
  AppState next;
  next.model = document.model;
  next.network = document.network;
  next.mix = document.mix;
  next.time = document.time;
  next.inputs = document.inputs;
  next.train = document.train;
  if (const auto presentation = presentation_of(document.model)) {
    next.view.columns = presentation->columns;
    next.view.rows = presentation->rows;
    next.latent = presentation->latent;
    next.bookmarks = presentation->bookmarks;
    const bool chosen = next.train.recipe != TrainControls{}.recipe;
    if (!presentation->recipe.empty() && !chosen) next.train.recipe = presentation->recipe;
  } else if (mean_style) {
    next.latent.psi = psi;
  }
  return next;
}

std::optional<AppState> FirstLook::of(const AppState& document, bool mean_style) {
  if (!on_) return std::nullopt;
  const bool untouched = document.latent == document_.latent && document.view == document_.view &&
                         document.bookmarks == document_.bookmarks && document.timeline == document_.timeline;
  if (!untouched) return std::nullopt;
  document_ = shown(document, mean_style);
  return document_ == document ? std::nullopt : std::optional(document_);
}

}  // namespace ganvas::app
