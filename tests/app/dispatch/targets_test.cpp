// What moves sliders from outside reaches every synthesis parameter.
#include "app/dispatch/targets.h"

#include <gtest/gtest.h>

#include "app/dispatch/history.h"
#include "app/document/session_file.h"
#include "core/error.h"

namespace ganvas::app {
namespace {

/// A state in which A and B are kept, so that the blend is there.
AppState kept_state() {
  AppState state;
  state.latent.blend.a = {1, 0};
  state.latent.blend.b = {0, 1};
  return state;
}

TEST(Targets, ReachEverySynthesisParameter) {
  for (const latent::SynthesisParameter& row : latent::synthesis_parameters()) {
    const std::string target(row.name);
    EXPECT_EQ(target_range(target), row.slider) << target;
    AppState state = kept_state();
    if (row.list) {
      EXPECT_FALSE(command_for(target, 1, state)) << target;
      continue;
    }
    for (const double value : {row.slider.low, row.slider.high}) {
      const auto command = command_for(target, value, state);
      ASSERT_TRUE(command) << target;
      dispatch(state, *command, Services{});
      EXPECT_EQ(latent::parameter_value(state.latent, target), value) << target;
    }
    EXPECT_THROW(dispatch(state, command::SetParameter{target, row.limits.high + 1}, Services{}), Error) << target;
  }
  EXPECT_FALSE(command_for("blend", 0.5, {})) << "nothing is kept yet";
  EXPECT_FALSE(command_for("charm", 0.5, kept_state()));
  EXPECT_THROW(
      {
        AppState state;
        dispatch(state, command::SetParameter{"charm", 1}, Services{});
      },
      Error);
}

TEST(Targets, SessionsKeepEveryParameter) {
  AppState state = kept_state();
  for (const latent::SynthesisParameter& row : latent::synthesis_parameters())
    if (!row.list) latent::set_parameter(state.latent, row.name, row.slider.high);
  EXPECT_EQ(session_from_json(session_to_json(state), "a session"), state);
}

}  // namespace
}  // namespace ganvas::app
