#pragma once
// Which model is on screen: opens what the document names and what a person asks for, one after the other, while the
// model before stays. No torch in this header.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "app/dispatch/command.h"
#include "app/document/notices.h"
#include "app/open/model_loader.h"
#include "app/open/model_view.h"
#include "app/open/recent_files.h"
#include "app/view/synthesizer.h"

namespace ganvas::app {

struct ModelChoiceOptions {
  std::string device = "auto";
  bool allow_torchscript = false;
};

/// Methods are for the UI thread and never wait, but for the destructor.
class ModelChoice {
 public:
  /// Puts a model that is open now into the document, where a command asked for it.
  using Opened = std::function<void(const command::OpenModel& model)>;

  /// All references outlive this.
  ModelChoice(const ModelChoiceOptions& options, Synthesizer& synthesizer, RecentFiles& recent, Notices& notices,
              Opened opened);

  /// A person asks for a model; the document changes when it turns out to be one.
  void ask(const command::OpenModel& wish) { commands_.insert(open(wish)); }
  /// Opens the file on screen once more with other values of what it does not say, which are kept beside it. Throws
  /// Error where there is none.
  void read_as(const command::SetReading& reading);
  /// Gives up what is being opened.
  void cancel();
  /// Once a tick, with what the document names.
  void tick(const command::OpenModel& wanted);
  /// Where the document names a model that will not come, that of before. Once.
  std::optional<command::OpenModel> take_correction();

  void on(const ModelReady& ready, const std::string& training_name);
  void on(const LayersKnown& known);
  void forget_training() { training_.reset(); }

  /// The one in training while it is followed, else the file; null: none yet.
  [[nodiscard]] const ModelReady* shown(bool follow) const;
  [[nodiscard]] bool has_training() const { return training_.has_value(); }
  /// Fills what is known of the model on screen (null: keeps that of before), and of the one that is being opened.
  void publish(const ModelReady* shown, ModelView& view) const;

 private:
  std::uint64_t open(const command::OpenModel& wish, std::vector<std::string> set = {});
  bool forget(std::uint64_t model);
  void failed(const LoadFailed& event);
  [[nodiscard]] double since_asked() const;

  RecentFiles& recent_;
  Notices& notices_;
  Opened opened_;
  std::optional<ModelReady> file_;                      ///< the model file that can be shown
  std::optional<ModelReady> training_;                  ///< the model in training that can be shown
  command::OpenModel wanted_;                           ///< what the document names
  std::optional<command::OpenModel> asked_;             ///< what the loader was asked for last
  std::optional<command::OpenModel> shown_;             ///< what `file_` was asked for as
  std::map<std::uint64_t, command::OpenModel> wishes_;  ///< by number, all that may still arrive
  std::set<std::uint64_t> commands_;                    ///< the wishes that change the document when they arrive
  std::chrono::steady_clock::time_point asked_at_;
  bool document_lags_ = false;  ///< the document names a model that will not come
  std::uint64_t opened_models_ = 0;
  bool loading_ = true;
  double progress_ = 0;
  double seconds_ = 0;
  std::string name_;
  ModelLoader loader_;
};

}  // namespace ganvas::app
