#include "app/dispatch/command.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "app/some_commands.h"
#include "core/error.h"

namespace ganvas::app {
namespace {

using namespace command;
using test::one_of_each;

TEST(Commands, EveryOneMakesTheRoundTrip) {
  std::vector<Command> commands = one_of_each();
  ASSERT_EQ(commands.size(), std::variant_size_v<Command>);
  std::sort(commands.begin(), commands.end(), [](const auto& a, const auto& b) { return a.index() < b.index(); });
  for (std::size_t i = 0; i < commands.size(); ++i) {
    ASSERT_EQ(commands[i].index(), i) << "one is missing, and another there twice";
    const Json json = to_json(commands[i]);
    EXPECT_EQ(json["command"], command_names()[i]);
    const Command back = command_from_json(Json::parse(json.dump()));
    EXPECT_EQ(back.index(), i);
    EXPECT_EQ(to_json(back), json);
  }
}

TEST(Commands, EveryFileThatIsWrittenIsKnownToScripts) {
  const std::set<std::string> read{"open_model", "load_session", "load_timeline", "load_moves", "project_picture"};
  std::set<std::string> seen;
  for (Command command : one_of_each()) {
    const Json json = to_json(command);
    if (!json.contains("path")) continue;
    const auto name = json["command"].get<std::string>();
    const std::string* output = output_of(command);
    EXPECT_EQ(output == nullptr, read.contains(name)) << name << " writes a file, which belongs into a script's folder";
    if (output == nullptr) {
      seen.insert(name);
    } else {
      EXPECT_EQ(*output, json["path"].get<std::string>()) << name;
    }
  }
  EXPECT_EQ(seen, read);
}

TEST(Commands, NamesAreUnique) {
  const auto names = command_names();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), std::variant_size_v<Command>);
}

TEST(Commands, ValuesArriveInTheirFields) {
  const Command command = command_from_json(Json::parse(R"({"command": "set_dimension", "index": 3, "value": 0.5})"));
  EXPECT_EQ(std::get<SetDimension>(command).index, 3);
  EXPECT_EQ(std::get<SetDimension>(command).value, 0.5);
  const Command train = command_from_json(
      Json::parse(R"({"command": "set_training", "controls": {"recipe": "r", "overrides": {"batch": "8"}}})"));
  EXPECT_EQ(std::get<SetTraining>(train).controls.overrides.at("batch"), "8");
  EXPECT_EQ(std::get<SetTraining>(train).controls.data, TrainControls{}.data) << "absent keys keep their default";
}

TEST(Commands, ScriptsWithoutANetworkStayValid) {
  const Command open = command_from_json(Json::parse(R"({"command": "open_model", "path": "m.pt"})"));
  EXPECT_EQ(std::get<OpenModel>(open).path, "m.pt");
  EXPECT_EQ(std::get<OpenModel>(open).network, "");
}

std::string refusal(const std::string& text) {
  try {
    command_from_json(Json::parse(text));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Commands, AreReadStrictly) {
  EXPECT_NE(refusal(R"({"command": "paint"})").find("paint"), std::string::npos);
  EXPECT_NE(refusal(R"({"command": "set_sed"})").find("set_seed"), std::string::npos) << "names the nearest ones";
  EXPECT_NE(refusal(R"({"command": "set_psi", "psi": 1, "phi": 2})").find("phi"), std::string::npos);
  EXPECT_NE(refusal(R"({"command": "set_psi"})").find("psi"), std::string::npos);
  EXPECT_NE(refusal(R"({"command": "set_psi", "psi": "much"})").find("much"), std::string::npos);
  EXPECT_NE(refusal(R"({"command": "set_dimension", "index": 1.5, "value": 0})").find("1.5"), std::string::npos);
  EXPECT_NE(refusal(R"({"command": "set_dimension", "index": 99999999999, "value": 0})"), "");
  EXPECT_NE(refusal(R"({"command": "set_blend", "t": 0, "mode": "cubic"})").find("spherical"), std::string::npos);
  EXPECT_NE(refusal(R"({"command": "randomize_dimensions", "seed": -1})"), "");
  EXPECT_NE(refusal(R"(["undo"])"), "");
  EXPECT_NE(refusal(R"({"index": 3})"), "");
}

}  // namespace
}  // namespace ganvas::app
