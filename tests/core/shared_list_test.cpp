#include "core/shared_list.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace ganvas {
namespace {

TEST(SharedList, CopiesShareUntilOneChanges) {
  SharedList<int> a{1, 2};
  const SharedList<int> b = a;
  EXPECT_TRUE(a.shares(b));
  EXPECT_EQ(a.items().data(), b.items().data()) << "the same memory";
  a.change([](std::vector<int>& items) { items.push_back(3); });
  EXPECT_FALSE(a.shares(b));
  EXPECT_EQ(b, (SharedList<int>{1, 2})) << "equal, though not the same";
  EXPECT_EQ(a, (SharedList<int>{1, 2, 3}));
  EXPECT_NE(a, b);
  EXPECT_THROW(a.change([](std::vector<int>& items) {
    items.clear();
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  EXPECT_EQ(a.size(), 3U);
  a = {};
  EXPECT_TRUE(a.empty());
  EXPECT_EQ(a.begin(), a.end());
  EXPECT_TRUE(a.shares({})) << "empty ones are all alike";
}

TEST(SharedList, IsAListInJson) {
  const SharedList<double> list{0.5, -2};
  EXPECT_EQ(fields::to_json(list), (Json{0.5, -2}));
  SharedList<double> read;
  fields::from_json(fields::to_json(list), "a list", read);
  EXPECT_EQ(read, list);
  EXPECT_THROW(fields::from_json(Json("x"), "a list", read), Error);
}

}  // namespace
}  // namespace ganvas
