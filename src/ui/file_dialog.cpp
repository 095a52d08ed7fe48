#include "ui/file_dialog.h"

#include <algorithm>
#include <cstdlib>

#include "core/files.h"
#include "ui/widgets.h"

namespace ganvas {
namespace fs = std::filesystem;

namespace {
constexpr const char* kPopup = "##file-dialog";
constexpr std::size_t kMostEntries = 2000;
}  // namespace

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

void FileDialog::enter(const fs::path& folder) {
  std::error_code error;
  fs::path whole = fs::canonical(folder, error);
  std::vector<Entry> entries;
  auto it = error ? fs::directory_iterator() : fs::directory_iterator(whole, error);
  if (error) {
    problem_ = folder.string() + " cannot be opened: " + error.message() + ".";
    return;
  }
  for (; it != fs::directory_iterator() && entries.size() < kMostEntries; it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::error_code ignored;
    const bool is_folder = it->is_directory(ignored);
    if (name.starts_with(".") || (!is_folder && (request_.folder || !fits(it->path())))) continue;
    entries.push_back({name, is_folder, is_folder ? 0 : it->file_size(ignored)});
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.folder != b.folder ? a.folder : a.name < b.name; });
  folder_ = std::move(whole);
  entries_ = std::move(entries);
  problem_.clear();
}

void FileDialog::finish(const fs::path& path) {
  ImGui::CloseCurrentPopup();
  if (request_.done) request_.done(path.string());
}

void FileDialog::draw_entries(const UiContext& ui) {
  fs::path go_to;
  ImGui::BeginChild("entries", {0, ui.px(300)}, false);
  if (folder_.has_parent_path() && folder_ != folder_.root_path() && ImGui::Selectable("..")) {
    go_to = folder_.parent_path();
  }
  for (const Entry& entry : entries_) {
    const std::string text = entry.folder ? entry.name + "/" : entry.name;
    if (ImGui::Selectable(text.c_str(), !entry.folder && entry.name == name_,
                          ImGuiSelectableFlags_DontClosePopups | ImGuiSelectableFlags_AllowDoubleClick)) {
      if (entry.folder) {
        go_to = folder_ / entry.name;
      } else {
        name_ = entry.name;
        if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left) && !request_.save) finish(folder_ / name_);
      }
    }
    finish_item(ui, "file." + entry.name, "");
    if (!entry.folder) {
      const std::string size = human_bytes(entry.bytes);
      ImGui::SameLine(ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(size.c_str()).x);
      ImGui::TextDisabled("%s", size.c_str());
    }
  }
  if (entries_.empty()) dim_text(ui, "Nothing here that fits.");
  ImGui::EndChild();
  if (!go_to.empty()) enter(go_to);
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
  bool accept = false;
  if (!request_.folder) {
    ImGui::SetNextItemWidth(-1);
    ImGui::PushID("name");
    if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
    accept = text_field(ui, "file.name", name_, "File name, or a whole path", "Name of the file in the folder above") &&
             ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Enter));
    ImGui::PopID();
  }
  const float half = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
  const bool cancel = button(ui, "file.cancel", "Cancel", {.width = half});
  ImGui::SameLine();
  const std::string action = request_.folder ? "Choose this folder" : request_.action;
  const ButtonOptions options{.kind = ButtonKind::primary, .enabled = request_.folder || !name_.empty(), .width = half};
  accept = button(ui, "file.accept", action.c_str(), options) || accept;
  if (cancel) {
    ImGui::CloseCurrentPopup();
  } else if (accept && (request_.folder || !name_.empty())) {
    finish(request_.folder ? folder_ : folder_ / name_);
  }
  ImGui::EndPopup();
}

}  // namespace ganvas
