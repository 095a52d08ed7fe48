// Whatever was done, a session that is saved and opened again shows the same picture.
#include <set>

#include "app/document/session_file.h"
#include "app/some_commands.h"
#include "app/style_app.h"

namespace ganvas::test {
namespace {

/// Commands that would leave the test's own model, its folder or its picture.
bool belongs(const app::Command& command) {
  return !std::holds_alternative<app::command::OpenModel>(command) &&
         !std::holds_alternative<app::command::SetTraining>(command) &&
         !std::holds_alternative<app::command::SaveSession>(command) &&
         !std::holds_alternative<app::command::LoadSession>(command) &&
         !std::holds_alternative<app::command::SaveTimeline>(command) &&
         !std::holds_alternative<app::command::LoadTimeline>(command) &&
         !std::holds_alternative<app::command::SaveMoves>(command) &&
         !std::holds_alternative<app::command::LoadMoves>(command);
}

class RandomSession : public StyleApp {
 protected:
  void still() {
    app->send(app::command::SetAnimate{false, 0.3});
    app->send(app::command::PlayTimeline{false});
    app->send(app::command::SetLayerView{});
  }
};

TEST_F(RandomSession, ShowsTheSamePictureWhenOpenedAgain) {
  picture();
  RandomStream random(5);
  const std::string session = folder / "session.json";
  std::set<std::string> seen;
  int sent = 0, pictures = 0;
  while (sent < 2000) {
    for (int i = 0; i < 100; ++i, ++sent) {
      app::Command command = random_command(random, w_dim);
      while (!belongs(command)) command = random_command(random, w_dim);
      if (auto* grid = std::get_if<app::command::SetGrid>(&command))
        *grid = {1 + grid->columns % 3, 1 + grid->rows % 3};
      app->send(command);
      if (random.below(4) == 0) app->tick(0.01);
    }
    still();
    const std::string before = hash();
    app->send(app::command::SaveSession{session});
    const app::AppState saved = *app->view().state;
    start();
    picture();
    load(app::command::LoadSession{session});
    EXPECT_EQ(*app->view().state, saved);
    ASSERT_EQ(hash(), before) << "after " << sent << " commands";
    seen.insert(before);
    ++pictures;
  }
  EXPECT_EQ(pictures, 20);
  EXPECT_GT(seen.size(), 10U) << "they are to be different pictures";
}

}  // namespace
}  // namespace ganvas::test
