// Parses, wires, runs: the only file that may include everything.

#include "cli/command_line.h"
#include "core/log.h"
#include "core/process/memory.h"
#include "core/process/restart.h"
#include "desktop/explorer.h"
#include "gpucheck/result.h"

int main(int argc, char** argv) {
  ganvas::restart_with_sleeping_threads(argv);
  ganvas::keep_freed_memory();
  ganvas::start_log();
  return ganvas::cli::run_command_line(
      argc, argv, {.explore = ganvas::desktop::run_explorer, .gpu_check = ganvas::gpucheck::run_gpu_check});
}
