#pragma once
// The program behind the window: owns the document, the synthesizer, the training session and all files that are being
// written. Lives on the UI thread; never waits for a worker and never calls torch. No torch in this header.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/control/input_service.h"
#include "app/dispatch/command.h"
#include "app/explore_options.h"
#include "app/settings/settings_store.h"
#include "app/view_model.h"

namespace ganvas::app {

struct AppOptions {
  AppState state;  ///< the document at the start
  StartSettings settings;
  std::string device = "auto";          ///< auto, cpu or cuda
  int threads = 0;                      ///< threads of training; 0: all cores
  int loader_threads = 0;               ///< threads that make training pictures; 0: automatic
  std::filesystem::path runs = "runs";  ///< where fresh run folders go
  std::string resume_run;               ///< run folder whose training goes on at once; empty: none
  std::filesystem::path record;         ///< JSON file of every command sent; empty: none
  std::filesystem::path recent;         ///< JSON file of the models opened lately; empty: they are not kept
  std::filesystem::path unsaved;        ///< folder of documents for a restart (Rescue); empty: none is kept
  bool allow_torchscript = false;       ///< execute the program in a TorchScript file
  bool welcome = false;                 ///< a document that nobody has touched looks as its model asks for (FirstLook)
  MidiSource midi;                      ///< in place of the system's MIDI ports; null: those
};

/// AppOptions and the document (a session file, a model, a display tier) as the command line asks. Throws Error.
AppOptions app_options(const ExploreOptions& options);

/// What the shell with the window knows better than the app.
struct ShellFigures {
  std::string tier;         ///< "CUDA-OpenGL interop", "pinned pixel buffer", "plain upload"
  std::string tier_reason;  ///< why a better tier is not used; empty: it is the best
  double ui_frame_ms = 0;
  std::vector<std::string> monitors;  ///< of the desktop, in the order in which ShowOutput counts them
};

/// All calls come from the UI thread.
class App final : public CommandSink {
 public:
  explicit App(AppOptions options);
  ~App() override;  ///< ends a video, saves and stops training, joins every thread

  /// Runs the command now. What goes wrong becomes a notice, never an exception.
  void send(Command command) override;

  /// Once a frame: takes what the workers have made, moves the animation on, hands new requests to the workers.
  /// `seconds` since the last tick.
  void tick(double seconds);

  /// What to draw; valid until the next call of a member that is not const.
  [[nodiscard]] const ViewModel& view() const;

  /// Who carries out which commands.
  [[nodiscard]] const Services& services() const;

  /// Ends films, saves and stops training, waits for all files. errors() then has what went wrong with them; the
  /// destructor does the same, but nobody hears of it.
  void close();

  void set_shell_figures(const ShellFigures& figures);
  /// Shows a sentence, for example of a shell that could not do something.
  void tell(bool error, const std::string& text);

  /// Paths of window pictures that were asked for since the last call. The shell writes each after its next frame.
  std::vector<std::string> take_window_pictures();
  [[nodiscard]] bool window_pictures_wait() const;

  /// Writes a PNG in the background and says so; the other half of take_window_pictures().
  void save_image(const std::string& path, std::shared_ptr<const Image> image);

  /// Number of the newest request; the frame with the same number answers it.
  [[nodiscard]] std::uint64_t request() const;
  /// Files that are still being written.
  [[nodiscard]] int files_in_flight() const;
  /// Every error sentence so far, oldest first. Scripts end with the first one.
  [[nodiscard]] const std::vector<std::string>& errors() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
