#include "core/json_fields.h"

#include <gtest/gtest.h>

namespace ganvas {
namespace {

struct Glass {
  std::string kind = "crown";
  double index = 1.5;
};

struct Lens {
  std::string name;
  int elements = 3;
  std::optional<double> speed;
  std::map<int, double> zoom;
  std::vector<double> stops;
  Glass glass;
  Glass coating;
};

void check_lens(const Lens& lens, const std::string& what) {
  require(lens.elements > 0 || lens.zoom.empty(), "{} has no elements to zoom with.", what);
}

}  // namespace

template <>
inline constexpr auto fields::table<Glass> = std::tuple{optional("kind", &Glass::kind, one_of([] {
                                                                   return std::vector<std::string>{"crown", "flint"};
                                                                 })),
                                                        live("index", &Glass::index, between(1, 2.5))};
template <>
inline constexpr auto fields::table<Lens> = std::tuple{required("name", &Lens::name),
                                                       live("elements", &Lens::elements, between(0, 40)),
                                                       optional("speed", &Lens::speed, between(0.5, 64)),
                                                       optional("zoom", &Lens::zoom, between(1, 10)),
                                                       optional("stops", &Lens::stops, between(0, 1)),
                                                       optional("glass", &Lens::glass),
                                                       merged(&Lens::coating)};
template <>
inline constexpr auto fields::rule_of<Lens> = check_lens;

namespace {

std::string error_of(const char* text) {
  try {
    Lens lens;
    fields::from_json(parse_json(text, "It"), "lens x", lens);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(JsonFields, KeepTheOrderOfTheTableAndReadBackTheSame) {
  const Lens lens{.name = "x", .speed = 2, .zoom = {{35, 1}, {70, 2}}, .stops = {0.5}, .glass = {.kind = "flint"}};
  const Json json = fields::to_json(lens);
  EXPECT_EQ(json.dump(), R"({"name":"x","elements":3,"speed":2.0,"zoom":{"35":1.0,"70":2.0},"stops":[0.5],)"
                         R"("glass":{"kind":"flint","index":1.5},"kind":"crown","index":1.5})");
  Lens again{.speed = 3};
  fields::from_json(json, "lens x", again);
  EXPECT_EQ(fields::to_json(again), json);
  EXPECT_EQ(fields::to_json(Lens{})["speed"], Json());
}

TEST(JsonFields, SayWhatDoesNotFit) {
  EXPECT_EQ(error_of("{}"), "\"name\" is missing in lens x.");
  EXPECT_EQ(error_of(R"({"name": 3})"), "\"name\" of lens x must be text.");
  EXPECT_EQ(error_of(R"({"name": "x", "elements": 1.5})"), "\"elements\" of lens x is 1.5; it must be a whole number.");
  EXPECT_EQ(error_of(R"({"name": "x", "elements": 41})"), "\"elements\" of lens x is 41; it must be from 0 to 40.");
  EXPECT_EQ(error_of(R"({"name": "x", "speed": 0})"), "\"speed\" of lens x is 0; it must be from 0.5 to 64.");
  EXPECT_EQ(error_of(R"({"name": "x", "speed": null})"), "");
  EXPECT_EQ(error_of(R"({"name": "x", "zoom": {"35": 11}})"),
            "\"35\" of \"zoom\" of lens x is 11; it must be from 1 to 10.");
  EXPECT_EQ(error_of(R"({"name": "x", "glass": {"kind": "wood"}})"),
            "\"kind\" of \"glass\" of lens x is \"wood\"; choose one of crown, flint.");
  EXPECT_EQ(error_of(R"({"name": "x", "mount": 1})"),
            "lens x has an unknown key \"mount\"; known keys: name, elements, speed, zoom, stops, glass, kind, index.");
  EXPECT_EQ(error_of(R"({"name": "x", "elements": 0, "zoom": {"35": 2}})"), "lens x has no elements to zoom with.");
  EXPECT_THROW(fields::check(Lens{.elements = -1}, "lens x"), Error);
}

TEST(JsonFields, NameWhatMayChangeAtWork) {
  EXPECT_EQ(fields::live_keys<Lens>(), (std::vector<std::string>{"elements", "glass.index", "index"}));
}

}  // namespace
}  // namespace ganvas
