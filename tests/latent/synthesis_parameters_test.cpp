// Every row of the tables in latent/controls.h does what it says, and no field is forgotten.
#include "latent/synthesis_parameters.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <set>

#include "core/error.h"
#include "latent/controls.h"
#include "latent/timeline.h"

namespace ganvas::latent {
namespace {

template <typename T>
inline constexpr bool is_number = std::is_arithmetic_v<std::remove_cvref_t<T>>;

/// One state with every parameter at the low end of its slider, or at the high end.
LatentControls all_at(double ValueRange::*end) {
  LatentControls controls;
  each_parameter(
      [&](const SynthesisParameter& row, auto& value) {
        using Value = std::remove_reference_t<decltype(value)>;
        if constexpr (is_number<Value>) {
          value = static_cast<Value>(row.slider.*end);
        } else {
          value = {static_cast<typename Value::value_type>(row.slider.*end)};
        }
      },
      controls);
  return controls;
}

TEST(SynthesisParameters, RowsAreWhole) {
  std::set<std::string_view> names;
  for (const SynthesisParameter& row : synthesis_parameters()) {
    EXPECT_TRUE(names.insert(row.name).second) << "two are called " << row.name;
    EXPECT_EQ(find_parameter(row.name), &row);
    for (const char* text : {row.label, row.tip, row.subject}) EXPECT_STRNE(text, "") << row.name;
    EXPECT_LT(row.slider.low, row.slider.high) << row.name;
    for (const double value : {row.slider.low, row.slider.high, row.neutral, row.typed.value_or(row.limits).low,
                               row.typed.value_or(row.limits).high}) {
      EXPECT_GE(value, row.limits.low) << row.name;
      EXPECT_LE(value, row.limits.high) << row.name;
    }
  }
  EXPECT_GE(names.size(), 10U);
  EXPECT_EQ(find_parameter("charm"), nullptr);
}

TEST(SynthesisParameters, NumbersAreReadAndSetByName) {
  LatentControls controls;
  for (const SynthesisParameter& row : synthesis_parameters()) {
    if (row.list) {
      EXPECT_THROW(set_parameter(controls, row.name, 1), Error) << row.name;
      continue;
    }
    LatentControls before = controls;
    set_parameter(controls, row.name, row.slider.high);
    EXPECT_EQ(parameter_value(controls, row.name), row.slider.high) << row.name;
    EXPECT_NE(controls, before) << row.name;
    set_parameter(before, row.name, row.slider.high);
    EXPECT_EQ(controls, before) << row.name;
  }
  set_parameter(controls, "cutoff", 2.75);
  EXPECT_EQ(controls.style.cutoff, 3) << "a whole number";
  EXPECT_THROW(set_parameter(controls, "cutoff", std::numeric_limits<double>::quiet_NaN()), Error);
  try {
    set_parameter(controls, "charm", 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("noise_phase"), std::string::npos) << "names the known ones";
  }
}

TEST(SynthesisParameters, MoveBetweenKeyframesAsTheirRowsSay) {
  const LatentControls plain, low = all_at(&ValueRange::low), high = all_at(&ValueRange::high);
  const LatentControls way = blended(low, high, 0.25), from_plain = blended(plain, high, 0.25);
  const auto check = [](const SynthesisParameter& row, const auto& a, const auto& b, const auto& now, const auto& none,
                        const auto& since) {
    const auto between = [&](double x, double y) { return row.motion == Motion::linear ? 0.75 * x + 0.25 * y : x; };
    if constexpr (is_number<decltype(a)>) {
      EXPECT_DOUBLE_EQ(now, between(a, b)) << row.name;
      EXPECT_DOUBLE_EQ(since, between(none, b)) << row.name;
    } else {
      EXPECT_DOUBLE_EQ(now.at(0), between(a[0], b[0])) << row.name;
      EXPECT_EQ(since.empty(), row.motion != Motion::linear) << row.name;
      for (const auto value : since) {
        EXPECT_DOUBLE_EQ(value, between(row.neutral, b[0])) << row.name;
      }
    }
  };
  each_parameter(check, low, high, way, plain, from_plain);
}

TEST(SynthesisParameters, FilesKeepThem) {
  const LatentControls controls = all_at(&ValueRange::high);
  LatentControls read;
  fields::from_json(fields::to_json(controls), "a state", read);
  EXPECT_EQ(read, controls);
  fields::from_json(Json::object(), "an empty state", read = {});
  EXPECT_EQ(read, LatentControls{});
}

/// Anything, for counting the members of an aggregate.
struct Anything {
  template <typename T>
  operator T() const;  // NOLINT: implicit is what it is for
};

template <typename T, std::size_t... I>
consteval std::size_t member_count(std::index_sequence<I...>) {
  if constexpr (requires { T{((void)I, Anything())..., Anything()}; }) {
    return member_count<T>(std::make_index_sequence<sizeof...(I) + 1>());
  } else {
    return sizeof...(I);
  }
}

template <typename T>
struct ItemOf {
  using type = T;
};
template <typename T>
struct ItemOf<std::vector<T>> {
  using type = T;
};

/// Keys of all fields that are neither a parameter nor a struct with a table of its own.
template <typename Struct>
void collect(const std::string& prefix, std::set<std::string>& others) {
  static_assert(std::tuple_size_v<std::remove_cv_t<decltype(fields::table<Struct>)>> ==
                    member_count<Struct>(std::index_sequence<>()),
                "latent/controls.h: a field of the struct has no row in its table");
  const auto look = [&](const auto& field) {
    using Field = std::remove_cvref_t<decltype(field)>;
    using Item = typename ItemOf<std::remove_cvref_t<decltype(Struct().*(field.member))>>::type;
    const std::string key = prefix + field.key;
    if constexpr (requires(Field f) { f.parameter; }) {
      return;
    } else if constexpr (fields::has_table<Item> && !std::is_same_v<Item, LatentControls>) {
      collect<Item>(key + ".", others);
    } else {
      others.insert(key);
    }
  };
  std::apply([&](const auto&... field) { (look(field), ...); }, fields::table<Struct>);
}

/// Fields that are no parameters, and why. A new field is either a row of its table (parameter()) or stands here.
const std::map<std::string, const char*>& not_parameters() {
  static const std::map<std::string, const char*> all{
      {"edits", "values of the latent; they go with it"},
      {"locked", "what randomise leaves alone; no picture depends on it"},
      {"blend.on", "a switch"},
      {"blend.a", "a latent; it goes with the others"},
      {"blend.b", "a latent; it goes with the others"},
      {"blend.mode", "a choice"},
      {"blend.backwards", "where the animation stands; no picture depends on it"},
      {"animate", "a switch; keyframes do not play"},
      {"style.base", "styles; they go with those of the pictures"},
      {"style.mixing_grid", "a switch"},
      {"style.noise.mode", "a choice"},
      {"style.noise.seed", "names a noise; there is none between two of them"},
      {"style.sources.seed", "names a picture, whose styles go with the others"},
      {"style.sources.weights", "of styles, which go with the others"},
      {"style.sources.kept", "a whole state, whose styles go with the others"},
      {"style.sources.name", "a name"},
      {"style.moves.name", "a name"},
      {"style.moves.direction", "a direction; what it adds goes with the styles"},
      {"style.moves.unit", "belongs to the direction"},
      {"style.moves.strength", "slider and target \"move N\"; what it adds goes with the styles"},
      {"style.moves.first", "a place"},
      {"style.moves.last", "a place"},
      {"style.offsets.row", "a place"},
      {"style.offsets.index", "a place"},
      {"style.offsets.value", "a slider for each place; what it adds goes with the styles"},
      {"style.bends.layer", "a place"},
      {"style.bends.channel", "a place"},
      {"style.bends.kind", "a choice"},
      {"style.bends.amount", "slider and target \"bend N\"; blended() pairs bends of one place"},
      {"style.bends.second", "as the amount"},
  };
  return all;
}

TEST(SynthesisParameters, NoFieldIsForgotten) {
  std::set<std::string> others;
  collect<LatentControls>("", others);
  for (const std::string& key : others)
    EXPECT_TRUE(not_parameters().contains(key))
        << key << " is no synthesis parameter; make it one in latent/controls.h, or say here why not";
  for (const auto& [key, reason] : not_parameters()) {
    EXPECT_TRUE(others.contains(key)) << key << " is gone, or has become a parameter";
    EXPECT_STRNE(reason, "") << key;
  }
}

}  // namespace
}  // namespace ganvas::latent
