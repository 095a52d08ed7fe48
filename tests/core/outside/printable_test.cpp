#include "core/outside/printable.h"

#include <gtest/gtest.h>

namespace ganvas {
namespace {

const std::string mark = "\xEF\xBF\xBD";

TEST(Printable, LeavesTextAsItIs) {
  for (const char* text : {"", "G_ema", "caf\xC3\xA9 \xF0\x9F\x8E\xA8.png", "\xE4\xB8\xAD\xE6\x96\x87"}) {
    EXPECT_EQ(printable(text), text);
    EXPECT_TRUE(is_utf8(text));
  }
}

TEST(Printable, ReplacesWhatIsNoText) {
  EXPECT_EQ(printable("a\xFFz"), "a" + mark + "z");
  EXPECT_EQ(printable("\xC0\xAF"), mark + mark);             // longer than needed
  EXPECT_EQ(printable("\xED\xA0\x80"), mark + mark + mark);  // a surrogate
  EXPECT_EQ(printable("\xF4\x90\x80\x80").size(), 12U);      // above U+10FFFF
  EXPECT_EQ(printable("\xE5\x9B"), mark + mark);             // cut short
  EXPECT_FALSE(is_utf8("a\xFFz"));
  EXPECT_FALSE(is_utf8("\xE5\x9B"));
}

TEST(Printable, NobodysTextMovesTheCursorOrTurnsTheLine) {
  EXPECT_EQ(printable("a\n\x1b[31m"), "a" + mark + mark + "[31m");
  EXPECT_EQ(printable("\x1b]0;own\x07"), mark + "]0;own" + mark);
  EXPECT_EQ(printable("\x7f"), mark);
  EXPECT_EQ(printable("\xC2\x9B"
                      "2J"),
            mark + "2J");  // CSI in one character
  EXPECT_EQ(printable("\xE2\x80\xAE"
                      "gpj.exe"),
            mark + "gpj.exe");  // right to left from here
  for (int c = 0; c < 32; ++c) EXPECT_EQ(printable(std::string(1, static_cast<char>(c))), mark) << c;
}

TEST(Printable, CutsWhatIsLong) {
  EXPECT_EQ(printable("abcdef", 3), "abc...");
  EXPECT_EQ(printable("abc", 3), "abc");
  EXPECT_EQ(printable(std::string(5'000'000, 'x'), 80).size(), 83U);
}

}  // namespace
}  // namespace ganvas
