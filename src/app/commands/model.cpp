#include "app/commands/model.h"

#include "app/commands/support.h"
#include "app/document/session_file.h"

namespace ganvas::app::command {

void SetModelMix::apply(CommandContext& context) const {
  context.state.mix = mix;
}

void OpenModel::apply(CommandContext& context) const {
  context.state.model = path;
  context.state.network = network;
  context.state.time = {};  // its run is another
}

void SaveSession::apply(CommandContext& context) const {
  context.services.write_file([file = path, state = context.state] { save_session(file, state); },
                              "Session saved to " + path);
}

void LoadSession::apply(CommandContext& context) const {
  const auto read = [file = path]() -> Change {
    return [session = load_session(file)](AppState& document) {
      // A file brings bindings, but opens no port and no device: that is for the person at this machine.
      InputControls inputs = document.inputs;
      inputs.bindings = session.inputs.bindings;
      document = session;
      document.inputs = inputs;
    };
  };
  context.services.read_file(context.state, {path, read, "Session loaded from " + path});
}

}  // namespace ganvas::app::command
