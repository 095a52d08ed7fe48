#include "io/pickle/pickle.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace ganvas::io {
namespace {

using namespace std::string_literals;

PickleTree parse(const std::string& bytes) {
  std::size_t consumed = 0;
  Reading reading;
  reading.expect(bytes.size());
  PickleTree tree = parse_pickle(
      bytes, [](const std::string& name) { return name == "collections.OrderedDict"; }, consumed, reading);
  EXPECT_LE(consumed, bytes.size());
  return tree;
}

std::string refusal(const std::string& bytes) {
  try {
    parse(bytes);
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(Pickle, ReadsNumbersOfEveryForm) {
  const std::vector<std::pair<std::string, std::int64_t>> numbers{{"I-12\n."s, -12},
                                                                  {"L7L\n."s, 7},
                                                                  {"K\xff."s, 255},
                                                                  {"M\x01\x02."s, 513},
                                                                  {"J\xfe\xff\xff\xff."s, -2},
                                                                  {"\x8a\x01\x80."s, -128},
                                                                  {"\x8a\x02\xff\x00."s, 255},
                                                                  {"\x8a\x00."s, 0},
                                                                  {"\x8b\x01\x00\x00\x00\x05."s, 5}};
  for (const auto& [bytes, value] : numbers) {
    const PickleTree tree = parse(bytes);
    EXPECT_EQ(tree.root().kind, PickleKind::integer);
    EXPECT_EQ(tree.root().integer, value) << bytes;
  }
  EXPECT_DOUBLE_EQ(parse("G\x3f\xf8\x00\x00\x00\x00\x00\x00."s).root().real, 1.5);
  EXPECT_DOUBLE_EQ(parse("F-0.25\n."s).root().real, -0.25);
}

TEST(Pickle, ReadsContainersAndSharesThroughTheMemo) {
  // {"a": [1, 2], "b": the same list}
  const PickleTree tree = parse(
      "\x80\x02}(X\x01\x00\x00\x00"
      "a]q\x01(K\x01K\x02"
      "eX\x01\x00\x00\x00"
      "bh\x01u."s);
  ASSERT_EQ(tree.root().kind, PickleKind::dict);
  const PickleValue* a = tree.find(tree.root(), "a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a, tree.find(tree.root(), "b"));
  ASSERT_EQ(a->items.size(), 2u);
  EXPECT_EQ(tree.at(a->items[1]).integer, 2);
  EXPECT_EQ(tree.find(tree.root(), "c"), nullptr);
}

TEST(Pickle, KeepsAllowedGlobalsAsNames) {
  const PickleTree tree = parse(
      "ccollections\nOrderedDict\n)RX\x01\x00\x00\x00"
      "kK\x05s."s);
  EXPECT_EQ(tree.type_of(tree.root()), "collections.OrderedDict");
  ASSERT_NE(tree.find(tree.root(), "k"), nullptr);
  EXPECT_EQ(tree.find(tree.root(), "k")->integer, 5);
}

TEST(Pickle, LeavesBytesWhereTheyLie) {
  const std::string bytes = "B\x00\x10\x00\x00"s + std::string(4096, 'x') + ".";
  std::size_t consumed = 0;
  Reading reading;
  const PickleTree tree = parse_pickle(
      bytes, [](const std::string&) { return false; }, consumed, reading);
  EXPECT_EQ(tree.root().view.data(), bytes.data() + 5);
  EXPECT_EQ(tree.root().view.size(), 4096u);
  EXPECT_EQ(consumed, bytes.size());
}

TEST(Pickle, ReadsTheBytesThatOldProtocolsWriteAsText) {
  // What Python's pickle.dumps(b"a\x00\xff\n", protocol) writes for 0 and 2, and pickle.dumps(b"", 2).
  const std::string protocol_0 = "c_codecs\nencode\np0\n(Va\x00\xff\\u000a\np1\nVlatin1\np2\ntp3\nRp4\n."s;
  const std::string protocol_2 =
      "\x80\x02"
      "c_codecs\nencode\nq\x00X\x05\x00\x00\x00"
      "a\x00\xc3\xbf\nq\x01X\x06\x00\x00\x00latin1q\x02\x86q\x03Rq\x04."s;
  for (const std::string& bytes : {protocol_0, protocol_2}) {
    const PickleTree tree = parse(bytes);
    EXPECT_EQ(tree.root().kind, PickleKind::bytes);
    EXPECT_EQ(tree.root().view, "a\x00\xff\n"s);
  }
  EXPECT_EQ(parse("\x80\x02"
                  "c__builtin__\nbytes\nq\x00)Rq\x01."s)
                .root()
                .kind,
            PickleKind::bytes);
  EXPECT_EQ(parse("S'a\\x00\\'\\\\'\n."s).root().view, "a\x00'\\"s);
  EXPECT_EQ(parse("V\xe9\\u20ac\n."s).root().text, "\xc3\xa9\xe2\x82\xac");
  EXPECT_NE(refusal("c_codecs\nencode\n(V\\u20ac\nVlatin1\ntR."s).find("over 255"), std::string::npos);
  EXPECT_FALSE(refusal("c_codecs\nencode\n(Va\nVutf-16\ntR."s).empty());
}

TEST(Pickle, BytesThatAreDecodedAgainAndAgainAreRefusedBeforeTheyFillTheMemory) {
  std::string bytes =
      "c_codecs\nencode\nq\x00(X\x40\x42\x0f\x00"s + std::string(1'000'000, 'x') + "Vlatin1\ntq\x01" + "0";
  for (int i = 0; i < 1000; ++i) bytes += "h\x00h\x01R0"s;
  EXPECT_NE(refusal(bytes + "N.").find("unpack to more than"), std::string::npos);
}

TEST(Pickle, RefusesWhatIsBrokenOrHostile) {
  EXPECT_NE(refusal("cos\nsystem\n(S'true'\ntR."s).find("os.system"), std::string::npos);
  EXPECT_NE(refusal("\x8c\x02os\x8c\x06system\x93."s).find("os.system"), std::string::npos);
  for (const std::string& bytes :
       {""s, "R."s, "K"s, "h\x05."s, "t."s, "\x80\x09N."s, "\xff."s, "X\x02\x00\x00\x00\xff\xfe."s, "}(K\x01u."s,
        "B\xff\xff\xff\x7f."s, "\x8e\xff\xff\xff\xff\xff\xff\xff\xff."s, "K\x01K\x02R."s, "Pid\n."s, "\x82\x01."s,
        "]]s."s, "K\x01]b."s, std::string(200'000, '('), std::string(600'000, 'N') + "."}) {
    EXPECT_FALSE(refusal(bytes).empty()) << bytes.substr(0, 20);
  }
}

}  // namespace
}  // namespace ganvas::io
