#include "core/json.h"

#include <gtest/gtest.h>

#include "core/error.h"

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

}  // namespace
}  // namespace ganvas
