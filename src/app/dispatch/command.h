#pragma once
// Every action of a person, a script or a test, as plain data with a JSON form. No torch.
// JSON: {"command": "set_dimension", "index": 3, "value": 0.5}; names and keys are listed in docs/formats.md.
// Each command says all about itself in a file of commands/ (command_kind.h); here they come together.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/commands/explore.h"
#include "app/commands/model.h"
#include "app/commands/output.h"
#include "app/commands/program.h"
#include "app/commands/record.h"
#include "app/commands/search.h"
#include "app/commands/style.h"
#include "app/commands/time.h"
#include "app/commands/timeline.h"
#include "app/commands/training.h"
#include "app/commands/view.h"
#include "core/json.h"

namespace ganvas::app {

/// One variant out of several.
template <typename... Variants>
struct Joined;
template <typename... A>
struct Joined<std::variant<A...>> {
  using type = std::variant<A...>;
};
template <typename... A, typename... B, typename... Rest>
struct Joined<std::variant<A...>, std::variant<B...>, Rest...> : Joined<std::variant<A..., B...>, Rest...> {};

using Command =
    Joined<command::ExploreCommands, command::StyleCommands, command::SearchCommands, command::TimelineCommands,
           command::ViewCommands, command::ModelCommands, command::TrainingCommands, command::TimeCommands,
           command::RecordCommands, command::OutputCommands, command::ProgramCommands>::type;

Json to_json(const Command& command);
/// Throws Error for an unknown command (naming the nearest ones), an unknown key or a value that does not fit.
Command command_from_json(const Json& json);
/// As in JSON: "set_dimension". It lasts as long as the program.
std::string_view name_of(const Command& command);
/// The names of all commands, in the order of the variant.
std::vector<std::string> command_names();

/// The file or folder that the command writes, where it names one; null: it writes none.
std::string* output_of(Command& command);

/// Where the interface, a script or a test sends what it wants. Calls come from the UI thread only.
class CommandSink {
 public:
  virtual ~CommandSink() = default;
  virtual void send(Command command) = 0;
};

}  // namespace ganvas::app
