#include "core/sentence.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <new>

#include "core/error.h"
#include "core/json.h"

namespace ganvas {
namespace {

TEST(Sentence, OfOurOwnIsItself) {
  EXPECT_EQ(sentence_of(Error("a.pt cannot be opened: No such file.")), "a.pt cannot be opened: No such file.");
  EXPECT_EQ(sentence_of(Error("one\ntwo")), "one");
}

TEST(Sentence, OfLibrariesIsPlain) {
  EXPECT_EQ(sentence_of(std::bad_alloc()), "It did not work: there is not enough memory.");
  EXPECT_EQ(sentence_of(std::runtime_error("Sizes do not match.\nException raised from forward at x.cpp:3")),
            "It did not work: Sizes do not match.");
  try {
    static_cast<void>(std::filesystem::file_size("/nowhere/at/all"));
    ADD_FAILURE();
  } catch (const std::exception& error) {
    EXPECT_EQ(sentence_of(error), "It did not work: No such file or directory.");
  }
  try {
    static_cast<void>(Json("text").get<int>());
    ADD_FAILURE();
  } catch (const std::exception& error) {
    EXPECT_EQ(sentence_of(error), "It did not work: type must be number, but is string.");
  }
}

}  // namespace
}  // namespace ganvas
