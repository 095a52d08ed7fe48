#pragma once
// Every action of a person, a script or a test, as plain data with a JSON form. No torch.
// JSON: {"command": "set_dimension", "index": 3, "value": 0.5}; names and keys are listed in docs/formats.md.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/state.h"
#include "core/json.h"

namespace ganvas::command {

// Explore
struct SetSeed { double x = 0, y = 0; };                       ///< position on the seed plane; clears unlocked edits
struct PanSeed { double dx = 0, dy = 0; };                     ///< moves on the seed plane
struct SetDimension { int index = 0; double value = 0; };      ///< a latent slider
struct LockDimension { int index = 0; bool locked = true; };
struct ResetDimension { int index = 0; };
struct ResetDimensions {};                                     ///< all unlocked sliders back to the seed's values
struct RandomizeDimensions { std::uint64_t seed = 0; };        ///< new values for all unlocked dimensions
struct SetLatent { std::vector<float> values; };               ///< paste: every unlocked dimension takes these values
struct SetPsi { double psi = 1; };
struct CaptureBlend { bool b = false; };                       ///< keep the present latent as A or B
struct SetBlend { bool on = true; double t = 0; Interpolation mode = Interpolation::spherical; };
struct SetAnimate { bool on = false; double speed = 0.3; };
struct Advance { double seconds = 0; };                        ///< moves the animation; not undoable
// View
struct SetGrid { int columns = 1, rows = 1; };
struct SetView { double zoom = 1, pan_x = 0, pan_y = 0; bool smooth = false; };
// Model and session file
struct OpenModel { std::string path; };
struct SaveSession { std::string path; };
struct LoadSession { std::string path; };
// Training
struct SetTraining { TrainControls controls; };
struct StartTraining { std::string run_folder; std::string resume_from; };  ///< empty run folder: a fresh one under runs/
struct PauseTraining {};
struct ResumeTraining {};
struct SaveTraining {};
struct StopTraining {};
struct ExportCharts { std::string path; };                     ///< .csv or .png
// Record
struct SavePicture { std::string path; };                      ///< PNG of the picture
struct SaveWindow { std::string path; };                       ///< PNG of the window; done by the shell that has one
struct StartVideo { std::string path; int fps = 30; };
struct StopVideo {};
// Everything else
struct SetSettings { Settings settings; };
struct Undo {};
struct Redo {};
struct Quit { bool confirmed = false; };

}  // namespace ganvas::command

namespace ganvas {

using Command = std::variant<
    command::SetSeed, command::PanSeed, command::SetDimension, command::LockDimension, command::ResetDimension,
    command::ResetDimensions, command::RandomizeDimensions, command::SetLatent, command::SetPsi, command::CaptureBlend,
    command::SetBlend, command::SetAnimate, command::Advance, command::SetGrid, command::SetView, command::OpenModel,
    command::SaveSession, command::LoadSession, command::SetTraining, command::StartTraining, command::PauseTraining,
    command::ResumeTraining, command::SaveTraining, command::StopTraining, command::ExportCharts, command::SavePicture,
    command::SaveWindow, command::StartVideo, command::StopVideo, command::SetSettings, command::Undo, command::Redo,
    command::Quit>;

Json to_json(const Command& command);
/// Throws Error for an unknown command (naming the known ones), an unknown key or a value that does not fit.
Command command_from_json(const Json& json);
/// The names of all commands, in the order of the variant.
std::vector<std::string> command_names();

/// Where the interface, a script or a test sends what it wants. Calls come from the UI thread only.
class CommandSink {
 public:
  virtual ~CommandSink() = default;
  virtual void send(Command command) = 0;
};

}  // namespace ganvas
