#pragma once
// Commands to try things with.

#include <vector>

#include "app/dispatch/command.h"
#include "core/random.h"

namespace ganvas::test {

/// One of each command in the order of the variant, with values that differ from the defaults. CommandTest keeps it
/// complete.
std::vector<app::Command> one_of_each();

/// A command that changes the document, or is about its history. `dimensions` of the latent.
app::Command random_command(RandomStream& random, int dimensions);

}  // namespace ganvas::test
