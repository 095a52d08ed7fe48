#pragma once
// Ctrl-C, a terminal that closes and the system's wish to end, as questions instead of ends.

namespace ganvas {

/// From now on SIGINT, SIGTERM and SIGHUP are counted, so that work can be saved first; the second one ends the process
/// as the first would have. One that is ignored, under nohup for example, stays so.
void count_stop_signals();
/// Those that came. Any thread.
int stop_signals();

}  // namespace ganvas
