#include "inputs/osc.h"

#include <gtest/gtest.h>
#include <lo/lo.h>

#include <chrono>
#include <thread>

#include "core/error.h"

namespace ganvas::inputs {
namespace {

/// A real sender.
class Sender {
 public:
  explicit Sender(int port) : address_(lo_address_new("127.0.0.1", std::to_string(port).c_str())) {}
  ~Sender() { lo_address_free(address_); }
  template <typename... Values>
  void send(const char* path, const char* types, Values... values) {
    ASSERT_GT(lo_send(address_, path, types, values...), 0);
  }
  [[nodiscard]] lo_address address() const { return address_; }

 private:
  lo_address address_;
};

std::vector<InputEvent> wait_for(OscInput& input, std::size_t count) {
  std::vector<InputEvent> events;
  for (int i = 0; i < 2000 && events.size() < count; ++i) {
    for (InputEvent& event : input.drain()) events.push_back(std::move(event));
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return events;
}

TEST(Osc, ArrivesFromARealSender) {
  OscInput input(0, false);
  Sender sender(input.port());
  sender.send("/ganvas/psi", "f", 0.25F);
  sender.send("/xy", "ff", 0.5F, 1.5F);
  sender.send("/knob", "i", 127);
  sender.send("/switch", "i", 1);
  sender.send("/words", "s", "none");
  const std::vector<InputEvent> events = wait_for(input, 5);
  EXPECT_EQ(events,
            (std::vector<InputEvent>{
                {"osc /ganvas/psi", 0.25}, {"osc /xy", 0.5}, {"osc /xy 2", 1}, {"osc /knob", 1}, {"osc /switch", 1}}));
}

TEST(Osc, ReadsBundles) {
  OscInput input(0, false);
  Sender sender(input.port());
  lo_bundle bundle = lo_bundle_new(LO_TT_IMMEDIATE);
  lo_message one = lo_message_new(), two = lo_message_new();
  lo_message_add_float(one, 0.1F);
  lo_message_add_float(two, 0.9F);
  lo_bundle_add_message(bundle, "/a", one);
  lo_bundle_add_message(bundle, "/b", two);
  ASSERT_GT(lo_send_bundle(sender.address(), bundle), 0);
  lo_bundle_free_recursive(bundle);
  const std::vector<InputEvent> events = wait_for(input, 2);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].source, "osc /a");
  EXPECT_NEAR(events[1].value, 0.9, 1e-6);
}

TEST(Osc, WhatIsNoneGivesNothing) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view packet : {""sv, "/"sv, "hello"sv, "/a\0\0,f\0\0"sv, "#bundle\0"sv,
                                        "#bundle\0\0\0\0\0\0\0\0\1\377\377\377\377abc"sv, "\0\0\0\0"sv})
    EXPECT_TRUE(osc_events(packet).empty());
  // Bundles within bundles end somewhere.
  std::string nested = "/a";
  for (int i = 0; i < 2000; ++i) {
    std::string outer("#bundle\0\0\0\0\0\0\0\0\1", 16);
    const auto size = static_cast<std::uint32_t>(nested.size());
    for (int shift = 24; shift >= 0; shift -= 8) outer += static_cast<char>(size >> shift);
    nested = outer + nested;
  }
  EXPECT_TRUE(osc_events(nested).empty());
}

TEST(Osc, ATakenPortIsSaid) {
  OscInput first(0, false);
  try {
    OscInput second(first.port(), false);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("choose another port"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace ganvas::inputs
