#include "models/kept_choices.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/files.h"
#include "support/temporary_folder.h"

namespace ganvas::models {
namespace {

using Values = std::vector<std::string>;

TEST(KeptChoices, LieBesideTheFileAndAreReadAgain) {
  const test::TemporaryFolder folder;
  const std::filesystem::path model = folder.path() / "g.pth";
  KeptChoices choices(model);
  EXPECT_EQ(choices.of("G"), Values{});
  choices.set("G", {"net.2.kind=leaky_relu", "net.2.slope=0.3", "net.3.stride=[2,2]"});
  choices.set("D", {"a.kind=elu"});
  choices.write();
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "g.pth.ganvas.json"));
  EXPECT_EQ(KeptChoices(model).of("G"), (Values{"net.2.kind=leaky_relu", "net.2.slope=0.3", "net.3.stride=[2,2]"}));
  EXPECT_EQ(KeptChoices(model).of("D"), Values{"a.kind=elu"});
  choices.set("G", {"net.2.kind=relu", "net.3.stride="});  // another kind has no slope of the one before
  choices.write();
  EXPECT_EQ(KeptChoices(model).of("G"), Values{"net.2.kind=relu"});
  choices.set("G", {"net.2.kind="});
  choices.set("D", {"a.kind="});
  choices.write();
  EXPECT_FALSE(std::filesystem::exists(KeptChoices::file_of(model))) << "nothing is kept in no file";
}

TEST(KeptChoices, OfAnotherFormAreRefusedByTheirFile) {
  const test::TemporaryFolder folder;
  const std::filesystem::path model = folder.path() / "g.pth";
  for (const char* text : {"[]", "{", R"({"networks": 3})", R"({"networks": {"G": []}})",
                           R"({"networks": {"G": {"a": 1}}})", R"({"network": {}})"}) {
    write_file(KeptChoices::file_of(model), text);
    try {
      const KeptChoices choices(model);
      FAIL() << text;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("g.pth.ganvas.json"), std::string::npos) << error.what();
    }
  }
  NetworkInFile network{.name = "G"};
  EXPECT_NE(set_kept_choices(network, model).find("is not used"), std::string::npos);
}

}  // namespace
}  // namespace ganvas::models
