// Every key, what it does, and that the keyboard map tells of it.

#include "ui/shortcuts.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "ui/panels/panels.h"
#include "ui/stage.h"

namespace ganvas::ui {
namespace {

using test::Stage;

/// As the map writes it.
std::string text_of(Key key) {
  static const std::map<Key, std::string> names = {
      {Key::space, "Space"},     {Key::minus, "−"},          {Key::equal, "+"},
      {Key::escape, "Esc"},      {Key::right, "Arrow keys"}, {Key::left, "Arrow keys"},
      {Key::down, "Arrow keys"}, {Key::up, "Arrow keys"},    {Key::f1, "F1"},
      {Key::f11, "F11"},         {Key::f12, "F12"},          {Key::pad_minus, "−"},
      {Key::pad_plus, "+"}};
  const auto found = names.find(key);
  return found != names.end() ? found->second : std::string(1, static_cast<char>(key));
}

TEST(Shortcuts, TheKeyboardMapNamesEachKeyWithItsModifiers) {
  int shortcuts = 0;
  const PanelList panels = make_panels();
  for (const KeyRow& row : keyboard_map(panels)) {
    const std::string keys = row.keys, text = keys + " " + row.what;
    EXPECT_STRNE(row.what, "") << keys;
    for (const Shortcut& shortcut : row.shortcuts) {
      EXPECT_NE(keys.find(text_of(shortcut.key)), std::string::npos) << keys << " lacks " << text_of(shortcut.key);
      EXPECT_TRUE(shortcut.control != Modifier::down || text.find("Ctrl") != std::string::npos) << text;
      EXPECT_TRUE(shortcut.shift != Modifier::down || text.find("Shift") != std::string::npos) << text;
      EXPECT_TRUE(shortcut.action) << keys;
      ++shortcuts;
    }
  }
  EXPECT_GT(shortcuts, 30);
}

TEST(Shortcuts, NoKeyDoesTwoThings) {
  const PanelList panels = make_panels();
  const std::vector<KeyRow> rows = keyboard_map(panels);
  std::vector<const Shortcut*> all;
  for (const KeyRow& row : rows)
    for (const Shortcut& shortcut : row.shortcuts) all.push_back(&shortcut);
  const auto meet = [](Modifier a, Modifier b) { return a == b || a == Modifier::any || b == Modifier::any; };
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_FALSE(all[i]->key == all[j]->key && meet(all[i]->control, all[j]->control) &&
                   meet(all[i]->shift, all[j]->shift))
          << text_of(all[i]->key);
}

TEST(Shortcuts, PanelsOpenByTheirKeys) {
  Stage stage;
  stage.frame(2);
  stage.key('T');
  EXPECT_TRUE(stage.has("timeline.add"));
  stage.key('T');
  EXPECT_FALSE(stage.has("timeline.add"));
  stage.key('K');
  EXPECT_TRUE(stage.has("timeline.add")) << "a keyframe shows where it went";
  EXPECT_NE(stage.sink.last<app::command::AddKeyframe>(), nullptr);
  stage.key('H');
  EXPECT_TRUE(stage.has("time"));
  stage.key('C');
  ASSERT_NE(stage.sink.last<app::command::SetTime>(), nullptr);
  EXPECT_TRUE(stage.sink.last<app::command::SetTime>()->time.split);
  stage.key('P');
  EXPECT_TRUE(stage.state().drag.on);
  stage.key('B');
  EXPECT_NE(stage.sink.last<app::command::AddBookmark>(), nullptr);
}

TEST(Shortcuts, EachSendsItsCommand) {
  Stage stage;
  stage.frame(3);
  const auto name = [&](int key, bool control = false, bool shift = false) {
    stage.sink.sent.clear();
    stage.key(key, control, shift);
    return stage.sink.sent.size() == 1 ? static_cast<int>(stage.sink.sent.front().index()) : -1;
  };
  const auto index = [](const app::Command& command) { return static_cast<int>(command.index()); };
  EXPECT_EQ(name('Z', true), index(app::command::Undo{}));
  EXPECT_EQ(name('Z', true, true), index(app::command::Redo{}));
  EXPECT_EQ(name('Y', true), index(app::command::Redo{}));
  EXPECT_EQ(name(' '), index(app::command::SetAnimate{}));
  EXPECT_EQ(name('R'), index(app::command::RandomizeDimensions{}));
  EXPECT_EQ(name('G'), index(app::command::SetGrid{}));
  EXPECT_EQ(name('I'), index(app::command::SetView{}));
  EXPECT_EQ(name('0'), index(app::command::SetView{}));
  EXPECT_EQ(name('='), index(app::command::SetView{}));
  EXPECT_EQ(name('R', true), index(app::command::StartVideo{}));
  EXPECT_EQ(name('Q', true), index(app::command::Quit{}));
  EXPECT_EQ(name(static_cast<int>(Key::f12)), index(app::command::SaveWindow{}));
  EXPECT_EQ(name(static_cast<int>(Key::right)), index(app::command::PanSeed{}));
  EXPECT_DOUBLE_EQ(stage.sink.last<app::command::PanSeed>()->dx, 1.0);
  EXPECT_EQ(name(static_cast<int>(Key::down), false, true), index(app::command::PanSeed{}));
  EXPECT_DOUBLE_EQ(stage.sink.last<app::command::PanSeed>()->dy, 0.1);
  EXPECT_EQ(name('R', false, true), index(app::command::RandomizeDimensions{}));
  stage.key(Key::f1);
  EXPECT_TRUE(stage.state().open.contains("keyboard"));
  stage.key(Key::escape);
  EXPECT_TRUE(stage.state().open.empty()) << "Esc closes the map";
  stage.state().session_path = "kept.json";
  EXPECT_EQ(name('S', true), index(app::command::SaveSession{}));
  EXPECT_EQ(name('S', true, true), -1);
  stage.frame(2);
  EXPECT_TRUE(stage.has("file.accept")) << "Save as asks for a name";
  EXPECT_EQ(name('Z', true), -1) << "no shortcuts under a question";
}

TEST(Shortcuts, PicturesOfOneSecondHaveNamesOfTheirOwn) {
  Stage stage;
  stage.frame(2);
  for (int i = 0; i < 20; ++i) stage.key(Key::f12);
  std::set<std::string> names;
  for (const app::Command& command : stage.sink.sent)
    if (const auto* save = std::get_if<app::command::SaveWindow>(&command)) names.insert(save->path);
  EXPECT_EQ(names.size(), 20U);
}

TEST(Shortcuts, KeyboardMapAndNoticesDraw) {
  Stage stage;
  stage.fake.view.notices = {{false, "Picture saved to out/picture.png", 1},
                             {true, "The file model.pt is cut off after 12 kB; copy it again.", 1}};
  stage.state().open = {"keyboard"};
  stage.frame(5);
  stage.keep("keyboard");
  stage.click("keyboard.close");
  EXPECT_FALSE(stage.state().open.contains("keyboard"));
}

}  // namespace
}  // namespace ganvas::ui
