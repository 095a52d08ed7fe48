#include "ui/widgets/file_dialog.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "core/files.h"
#include "ui/widgets/widgets.h"

namespace ganvas::ui {
namespace fs = std::filesystem;

namespace {
constexpr const char* kPopup = "##file-dialog";
constexpr std::size_t kMostEntries = 2000;

/// "Checkpoint, step 1,200" of step-00001200.safetensors.
std::string checkpoint_text(const fs::path& file) {
  const std::string stem = file.stem().string();
  const std::size_t digits = stem.find_first_of("0123456789");
  std::int64_t step = -1;
  if (digits != std::string::npos) std::from_chars(stem.data() + digits, stem.data() + stem.size(), step);
  return step < 0 ? "Checkpoint " + stem : "Checkpoint, step " + grouped(step);
}
}  // namespace

bool is_run_folder(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "recipe.json", error);
}

void FileDialog::open(FileRequest request) {
  request_ = std::move(request);
  name_ = request_.file_name;
  problem_.clear();
  std::error_code error;
  enter(folder_.empty() ? fs::current_path(error) : folder_);
  opening_ = true;
}

bool FileDialog::fits(const fs::path& file) const {
  if (request_.extensions.empty()) return true;
  return std::find(request_.extensions.begin(), request_.extensions.end(), file.extension().string()) !=
         request_.extensions.end();
}

void FileDialog::add(const fs::directory_entry& found, std::vector<Entry>& entries) const {
  std::error_code error;
  Entry entry{.name = found.path().filename().string(), .folder = found.is_directory(error)};
  if (entry.name.starts_with(".") || (!entry.folder && (request_.folder || !fits(found.path())))) return;
  entry.text = entry.folder ? entry.name + "/" : entry.name;
  if (entry.folder) {
    entry.run = request_.runs && is_run_folder(found.path());
    if (entry.run) entry.note = "run";
  } else {
    entry.note = human_bytes(found.file_size(error));
  }
  entries.push_back(std::move(entry));
}

void FileDialog::enter(const fs::path& folder) {
  std::error_code error;
  fs::path whole = fs::canonical(folder, error);
  std::vector<Entry> entries;
  auto it = error ? fs::directory_iterator() : fs::directory_iterator(whole, error);
  if (error) {
    problem_ = folder.string() + " cannot be opened: " + error.message() + ".";
    return;
  }
  const bool run = request_.runs && is_run_folder(whole);
  for (; it != fs::directory_iterator() && entries.size() < kMostEntries; it.increment(error)) {
    // Of a run's own folders only the checkpoints hold models; they are listed beside its model.
    if (!run || !it->is_directory(error)) add(*it, entries);
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.folder != b.folder ? a.folder : a.name < b.name; });
  if (run) {
    const auto first = entries.size();
    for (const auto& found : fs::directory_iterator(whole / "checkpoints", error)) add(found, entries);
    for (auto i = first; i < entries.size(); ++i) {
      entries[i].text = checkpoint_text(entries[i].name);
      entries[i].name = "checkpoints/" + entries[i].name;
    }
    std::sort(entries.begin() + static_cast<std::ptrdiff_t>(first), entries.end(),
              [](const Entry& a, const Entry& b) { return a.name > b.name; });  // newest first
  }
  folder_ = std::move(whole);
  entries_ = std::move(entries);
  problem_.clear();
}

void FileDialog::finish(const fs::path& path) {
  ImGui::CloseCurrentPopup();
  if (request_.done) request_.done(path.string());
}

void FileDialog::accept() {
  const fs::path path = request_.folder ? folder_ : folder_ / name_;
  std::error_code error;
  if (!request_.folder && fs::is_directory(path, error) && !(request_.runs && is_run_folder(path))) {
    go_to_ = path;
    name_.clear();
  } else {
    finish(path);
  }
}

/// True when the person wants the entry at once.
bool FileDialog::draw_entry(const UiContext& ui, const Entry& entry) {
  const bool pressed = ImGui::Selectable(entry.text.c_str(), entry.name == name_ && (!entry.folder || entry.run),
                                         ImGuiSelectableFlags_DontClosePopups | ImGuiSelectableFlags_AllowDoubleClick);
  const bool twice = pressed && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left);
  finish_item(ui, "file." + entry.name,
              entry.run ? "A run. Open shows its newest model; a double click lists its checkpoints" : "");
  if (!entry.note.empty()) {
    ImGui::SameLine(ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(entry.note.c_str()).x);
    if (entry.run) {
      const ImVec2 at = ImGui::GetCursorScreenPos();
      draw_icon(ImGui::GetWindowDrawList(), Icon::run, {at.x - ui.px(14), at.y + ImGui::GetTextLineHeight() / 2},
                ui.px(15), ui.palette().accent);
    }
    ImGui::TextDisabled("%s", entry.note.c_str());
  }
  if (!pressed) return false;
  if (entry.folder && (!entry.run || twice)) {
    go_to_ = folder_ / entry.name;
    if (entry.run) name_.clear();
    return false;
  }
  name_ = entry.name;
  return twice && !request_.save;
}

void FileDialog::draw_entries(const UiContext& ui) {
  ImGui::BeginChild("entries", {0, ui.px(300)}, false);
  if (folder_.has_parent_path() && folder_ != folder_.root_path() && ImGui::Selectable("..")) {
    go_to_ = folder_.parent_path();
  }
  bool wanted = false;
  for (const Entry& entry : entries_) wanted = draw_entry(ui, entry) || wanted;
  if (entries_.empty()) dim_text(ui, "Nothing here that fits.");
  ImGui::EndChild();
  if (wanted) finish(folder_ / name_);
}

void FileDialog::draw(const UiContext& ui) {
  if (std::exchange(opening_, false)) ImGui::OpenPopup(kPopup);
  ImGui::SetNextWindowPos(ImGui::GetMainViewport()->GetCenter(), ImGuiCond_Always, {0.5F, 0.5F});
  ImGui::SetNextWindowSize({ui.px(560), 0});
  if (!ImGui::BeginPopupModal(kPopup, nullptr,
                              ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove)) {
    return;
  }
  ImGui::PushFont(ui.style.large);
  ImGui::TextUnformatted(request_.title.c_str());
  ImGui::PopFont();
  dim_text(ui, folder_.string());
  draw_entries(ui);
  if (!problem_.empty()) ImGui::TextColored(ImGui::ColorConvertU32ToFloat4(ui.palette().bad), "%s", problem_.c_str());
  bool wanted = false;
  if (!request_.folder) {
    ImGui::SetNextItemWidth(-1);
    ImGui::PushID("name");
    if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
    wanted = text_field(ui, "file.name", name_, "File name, or a whole path", "Name of the file in the folder above") &&
             ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Enter));
    ImGui::PopID();
  }
  const float half = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
  const bool cancel = button(ui, "file.cancel", "Cancel", {.width = half});
  ImGui::SameLine();
  const std::string action = request_.folder ? "Choose this folder" : request_.action;
  const ButtonOptions options{.kind = ButtonKind::primary, .enabled = request_.folder || !name_.empty(), .width = half};
  wanted = button(ui, "file.accept", action.c_str(), options) || wanted;
  if (cancel) {
    ImGui::CloseCurrentPopup();
  } else if (wanted && (request_.folder || !name_.empty())) {
    accept();
  }
  ImGui::EndPopup();
  if (!go_to_.empty()) enter(std::exchange(go_to_, {}));
}

}  // namespace ganvas::ui
