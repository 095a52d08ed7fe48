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
  context.services.files_written();
  const InputControls now = context.state.inputs;
  context.state = load_session(path);
  // A file brings bindings, but opens no port and no device: that is for the person at this machine.
  InputControls& inputs = context.state.inputs;
  inputs.osc = now.osc;
  inputs.osc_port = now.osc_port;
  inputs.osc_open = now.osc_open;
  inputs.midi = now.midi;
  inputs.audio = now.audio;
  context.services.say("Session loaded from " + path);
}

}  // namespace ganvas::app::command
