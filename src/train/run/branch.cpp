#include "train/run/branch.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <optional>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "core/json_lists.h"
#include "core/json_text.h"
#include "io/safetensors.h"
#include "train/run/run_folder.h"
#include "train/step/checkpoint.h"
#include "train/watch/weight_history.h"

namespace ganvas::train {

namespace {

namespace fs = std::filesystem;

/// Whole checkpoints of a run by their steps.
std::map<std::int64_t, fs::path> checkpoints_of(const fs::path& run) {
  std::map<std::int64_t, fs::path> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(run / "checkpoints", error)) {
    const std::string name = entry.path().stem().string();
    std::int64_t step = -1;
    if (entry.path().extension() != ".safetensors" || !name.starts_with("step-")) continue;
    std::from_chars(name.data() + 5, name.data() + name.size(), step);
    if (step >= 0 && checkpoint_damage(entry.path()).empty()) found[step] = entry.path();
  }
  return found;
}

Json state_of(const io::WeightSet& checkpoint) {
  return parse_json(checkpoint.metadata.at("ganvas.state").get<std::string>(), "the state of a checkpoint");
}

/// The moment nearest to `kimg`, of the kept weights and of the checkpoints; `kept`: its place in the history.
struct Start {
  std::int64_t step = 0;
  double kimg = 0;
  std::optional<std::size_t> kept;
};

Start start_near(double kimg, const WeightHistory& history, const std::map<std::int64_t, fs::path>& checkpoints) {
  std::optional<Start> best;
  const auto offer = [&](const Start& start) {
    if (!best || std::abs(start.kimg - kimg) < std::abs(best->kimg - kimg)) best = start;
  };
  for (const auto& [step, file] : checkpoints)
    offer({step, state_of(io::read_safetensors(file)).at("images").get<double>() / 1000, std::nullopt});
  for (std::size_t i = 0; i < history.moments().size(); ++i)
    offer({history.moments()[i].step, history.moments()[i].kimg, i});
  return *best;
}

/// The checkpoint as it stands at `start`, with the moving average of then as the generator.
void move_to(io::WeightSet& checkpoint, const Start& start, const io::WeightSet& generator) {
  for (const auto& [name, tensor] : generator.items()) {
    for (const char* network : {"g.", "ema."}) {
      const at::Tensor& there = checkpoint.at(network + name);
      require(there.sizes() == tensor.sizes(), "The kept weights of step {} do not fit the run's network.", start.step);
      checkpoint.set(network + name, tensor.to(there.scalar_type()).contiguous());
    }
  }
  Json state = state_of(checkpoint);
  const auto images = static_cast<std::int64_t>(std::llround(start.kimg * 1000));
  const auto moved = images - state.at("images").get<std::int64_t>();
  state["sampler_position"] = std::max<std::int64_t>(0, state.at("sampler_position").get<std::int64_t>() + moved);
  state["images"] = state["phase_images"] = images;
  state["steps"] = start.step;
  checkpoint.metadata["ganvas.state"] = json_text(state);
}

/// Edits that were made up to the step; the health of another moment says nothing about this one.
void move_notes(io::WeightSet& checkpoint, std::int64_t step) {
  Json notes = parse_json(checkpoint.metadata.value("ganvas.notes", std::string("{}")), "the notes of a checkpoint");
  notes.erase("health");
  if (notes.contains("edits")) {
    Json edits = Json::array();
    for (const Json& edit : notes["edits"])
      if (edit.value("step", std::int64_t{0}) <= step) edits.push_back(edit);
    notes["edits"] = edits;
  }
  checkpoint.metadata["ganvas.notes"] = json_text(notes);
}

void copy_log(const fs::path& from, const fs::path& to, std::int64_t step) {
  std::string lines;
  for_each_json_line(from / "log.jsonl", [&](const Json& json, const std::string& line) {
    const bool of_a_step = json.contains("step") && json.contains("d_loss");
    if (of_a_step && json["step"].is_number_integer() && json["step"].get<std::int64_t>() <= step) lines += line + "\n";
  });
  if (!lines.empty()) write_file(to / "log.jsonl", lines);
}

}  // namespace

Branch branch_run(const fs::path& from, double kimg, const fs::path& to) {
  require(!holds_run(to), "{} already holds a training run; choose another folder for the branch.", to.string());
  const auto checkpoints = checkpoints_of(from);
  require(!checkpoints.empty(), "{} holds no whole checkpoint, so no branch can begin there.", from.string());
  const WeightHistory history(history_folder(from));
  const Start start = start_near(kimg, history, checkpoints);
  const auto nearest = std::min_element(checkpoints.begin(), checkpoints.end(), [&](const auto& a, const auto& b) {
    return std::abs(a.first - start.step) < std::abs(b.first - start.step);
  });
  const Branch branch{start.step, start.kimg, nearest->first};
  fs::create_directories(to / "checkpoints");
  fs::copy_file(from / "recipe.json", to / "recipe.json", fs::copy_options::overwrite_existing);
  copy_log(from, to, start.step);
  write_json(to / "branch.json", {{"from", fs::absolute(from).lexically_normal().string()},
                                  {"step", branch.step},
                                  {"kimg", branch.kimg},
                                  {"checkpoint_step", branch.checkpoint_step}});
  if (!history.moments().empty()) history.copy_until(start.step, history_folder(to));
  // Last: a folder with a checkpoint is a whole run.
  const fs::path file = checkpoint_path(to, start.step);
  if (branch.exact()) {
    fs::copy_file(nearest->second, file);
  } else {
    io::WeightSet checkpoint = io::read_safetensors(nearest->second);
    move_to(checkpoint, start, history.read(*start.kept));
    move_notes(checkpoint, start.step);
    write_checkpoint(file, std::move(checkpoint));
  }
  return branch;
}

std::string to_text(const Branch& branch) {
  if (branch.exact())
    return fmt::format("The branch begins at step {}, {:.1f} kimg, and goes on exactly as the run did.", branch.step,
                       branch.kimg);
  return fmt::format(
      "The branch begins with the generator of step {}, {:.1f} kimg, and the discriminator of step {}, the nearest "
      "checkpoint.",
      branch.step, branch.kimg, branch.checkpoint_step);
}

}  // namespace ganvas::train
