#include "core/json.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/json_text.h"

namespace ganvas {
namespace {

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

std::string error_of(const std::string& text) {
  try {
    parse_json(text, "It");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(JsonText, AMistakeIsNamedWithItsPlace) {
  EXPECT_EQ(error_of("{\"a\": 1,\n \"b\": }"), "It is not valid JSON: mistake at line 2, column 7.");
  EXPECT_EQ(parse_json("{\"a\": [1, 2.5]}", "It")["a"][1], 2.5);
}

TEST(JsonText, WhatIsNestedTooDeepIsRefusedHoweverDeep) {
  EXPECT_EQ(error_of(nested(150)), "");
  for (const std::size_t levels : {300, 1'000'000})
    EXPECT_EQ(error_of(nested(levels)), "It is nested more than 200 levels deep.") << levels;
}

TEST(JsonText, BytesThatAreNoUtf8ComeBackAsTheyWere) {
  const std::string names[] = {"caf\xe9.pt",
                               "\xff\xfe\x80",
                               "plain.pt",
                               "caf\xc3\xa9.pt",
                               "\xf0\x9f\x8e\xa8",
                               "\xee\xbe\x80",
                               "\xee\xbf\xa9!",
                               "\xc3",
                               "\xed\xa0\x80",
                               "a\xc0\xaf",
                               "\xf5\x80\x80\x80",
                               "\xf0\x80\x80\x80",
                               "a\x01\n\"",
                               "",
                               std::string("a\0b", 3)};
  for (const std::string& name : names) {
    const Json value{{"path", name}, {"more", {name, {{name, 1}}}}};
    for (const int indent : {-1, 2}) {
      const std::string text = json_text(value, indent);
      EXPECT_TRUE(Json::accept(text)) << "others can read it";
      EXPECT_EQ(parse_json(text, "It"), value) << text;
    }
    const Json twice{{"text", json_text(value)}};
    EXPECT_EQ(parse_json(parse_json(json_text(twice), "It")["text"].get<std::string>(), "It"), value);
  }
  EXPECT_EQ(json_text(Json("caf\xc3\xa9")), "\"caf\xc3\xa9\"") << "text stays as it is";
  EXPECT_EQ(json_text(Json("caf\xe9")), "\"caf\xee\xbf\xa9\"") << "U+EFE9";
  EXPECT_EQ(parse_json(R"("caf\uefe9")", "It"), "caf\xe9");
}

}  // namespace
}  // namespace ganvas
