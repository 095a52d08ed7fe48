#include "core/threads/owner_thread.h"

#include <gtest/gtest.h>

namespace ganvas {
namespace {

TEST(OwnerThread, NamesWhatIsUsedOnAnotherThread) {
  const OwnerThread here;
  here.check("The window");
  std::string sentence;
  std::thread([&] {
    const OwnerThread there;  // another object's owner may be another thread
    there.check("The worker");
    try {
      here.check("The window");
    } catch (const Error& error) {
      sentence = error.what();
    }
  }).join();
  EXPECT_TRUE(sentence.starts_with("The window was used on another thread")) << sentence;
}

}  // namespace
}  // namespace ganvas
