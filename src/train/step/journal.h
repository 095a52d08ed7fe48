#pragma once
// What people changed in a run while it trained. With the recipe, the seed and the data it says how the weights came
// about: the same changes at the same steps give the same weights again.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "train/recipe/recipe.h"
#include "train/report/edit.h"

namespace ganvas::train {

/// The recipe after an edit of one of live_keys(). Throws Error for another key and a value that does not fit.
Recipe edited(const Recipe& recipe, const Edit& edit);
/// Key and value of each of live_keys(), in their order.
std::vector<std::pair<std::string, Json>> live_values(const Recipe& recipe);
/// `recipe` with the values that `other` has for all live keys.
Recipe with_live_values_of(const Recipe& recipe, const Recipe& other);

/// The edits in a file of JSON lines, in their order; none when there is no such file. A torn last line is left out.
/// Throws Error naming a line that is no edit.
std::vector<Edit> read_edits(const std::filesystem::path& file);

/// A run's own journal.jsonl. For one thread.
class Journal {
 public:
  Journal() = default;
  /// `done`: what the weights went through already. `planned`: all edits of the run to repeat, `done` at its beginning;
  /// those that follow are due at their steps. Where `planned` begins otherwise, it belongs to another run and counts
  /// for nothing. Nothing is written before flush().
  Journal(std::filesystem::path file, std::vector<Edit> done, const std::vector<Edit>& planned);

  /// The next planned edit when its time has come after `step` steps. Tell add() once it is made.
  [[nodiscard]] std::optional<Edit> due(std::int64_t step) const;
  /// The edit that is due cannot be made: it is planned no more.
  void leave_out();
  /// An edit was made. A new one comes before the planned ones.
  void add(const Edit& edit);
  /// Writes the file, atomically, when something was added. Throws Error; the edits then wait for the next call.
  void flush();
  /// What the weights went through.
  [[nodiscard]] const std::vector<Edit>& done() const { return done_; }

 private:
  std::filesystem::path file_;
  std::vector<Edit> done_;
  std::vector<Edit> planned_;  // those after done_, next first
  bool dirty_ = false;
};

}  // namespace ganvas::train
