#pragma once
// What the command line says about the explorer, on its way to the shell that has a window. No torch.

#include <string>

namespace ganvas::app {

/// `ganvas explore`. Filled by the command line, read by run_explorer().
struct ExploreOptions {
  std::string model;      ///< model file; empty: the built-in starter model
  std::string network;    ///< name of the network in it; empty: the moving average where there is one
  std::string session;    ///< session file to start with; empty: a new document
  std::string run;        ///< folder of a training run to go on with; empty: no training at the start
  bool headless = false;  ///< no window: a surfaceless context of the same size
  int output = -1;        ///< monitor for the picture alone, counted from 1; 0: a window of its own; -1: none
  std::string stream;     ///< address that the picture is sent to; empty: none
  bool plain = false;     ///< a new document has the plain defaults, whatever the model asks for, and there is no tour
  std::string script;     ///< JSON file of commands, waits and screenshots to run; the program ends after its last step
  std::string out = "out";      ///< folder of the script's screenshots
  std::string record;           ///< JSON file to write the commands of this session to; empty: none
  std::string inspect;          ///< JSON file that says what is on screen, for tests; empty: none
  std::string device = "auto";  ///< auto, cpu or cuda
  std::string tier = "auto";    ///< auto, interop, pinned or plain
  int threads = 0;              ///< threads of training; 0: all cores
  int width = 0;                ///< of the window, screen coordinates; 0: as it was when it was closed last
  int height = 0;
  double ui_scale = 0.0;           ///< 0: from the monitor
  bool allow_torchscript = false;  ///< execute the program in a TorchScript file
};

/// Runs the explorer to its end and returns the exit code. Throws Error. src/desktop implements it; the command line
/// calls it through this type, because it may not know of windows.
using ExploreRunner = int (*)(const ExploreOptions& options);

}  // namespace ganvas::app
