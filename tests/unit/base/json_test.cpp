#include "base/json.h"

#include <gtest/gtest.h>

#include "base/json_reader.h"

namespace sw::base::json {
namespace {

TEST(JsonDocument, GivesTheValuesOfAnObject) {
  const auto document =
      Document::parse(R"({"name":"Ada","age":36,"half":0.5,"on":true,"none":null,"list":[1,2]})");
  ASSERT_TRUE(document.ok());
  const Value root = document->root();
  EXPECT_EQ(root.find("name").asString(), "Ada");
  EXPECT_EQ(root.find("age").asInteger(), 36);
  EXPECT_EQ(root.find("half").asNumber(), 0.5);
  EXPECT_EQ(root.find("half").asInteger(), std::nullopt);
  EXPECT_EQ(root.find("on").asBool(), true);
  EXPECT_TRUE(root.find("none").isNull());
  EXPECT_EQ(root.find("list").at(1).asInteger(), 2);
  EXPECT_TRUE(root.find("other").isMissing());
}

TEST(JsonDocument, RefusesWhatIsNotExactlyOneValueInUtf8) {
  for (const std::string_view text :
       {"", "{", "{} {}", "{\"a\":}", "'a'", "{\"a\":1,}", "\"\xff\"", "nul", "[1"}) {
    const auto document = Document::parse(text);
    ASSERT_FALSE(document.ok()) << text;
    EXPECT_EQ(document.error().code(), Code::kMalformed) << text;
  }
}

TEST(JsonDocument, RefusesNumbersThatNoDoubleHolds) {
  for (const char* text : {"1e400", "[1, -1e999]", R"({"a": [{"b": 1e400}]})"}) {
    const auto document = Document::parse(text);
    ASSERT_FALSE(document.ok()) << text;
    EXPECT_EQ(document.error().code(), Code::kMalformed) << text;
  }
  EXPECT_TRUE(Document::parse("[1e308, 1e-400]").ok());
}

TEST(JsonDocument, RefusesNestingBeyondTheLimit) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(Document::parse(nested(32)).ok());
  EXPECT_FALSE(Document::parse(nested(33)).ok());
  EXPECT_FALSE(Document::parse(nested(100000)).ok());
}

TEST(JsonWriter, WritesWhatTheParserReads) {
  std::string out;
  Writer writer(out);
  writer.beginObject()
      .field("text", "line\nwith \"quotes\" and \x01")
      .field("count", std::int64_t{-7})
      .field("on", true)
      .key("list")
      .beginArray()
      .number(0.1)
      .null()
      .beginObject()
      .endObject()
      .endArray()
      .endObject();
  EXPECT_EQ(
      out,
      R"({"text":"line\nwith \"quotes\" and \u0001","count":-7,"on":true,"list":[0.1,null,{}]})");
  EXPECT_TRUE(Document::parse(out).ok());
}

TEST(JsonWriter, EscapesWhatMustBeWhereverItStands) {
  for (const char special : {'"', '\\', '\n', '\0', '\x1f'}) {
    for (std::size_t place = 0; place < 20; ++place) {
      std::string text(20, ' ');
      text[place] = special;
      text += "\xC3\xA9\x7F";
      std::string out;
      appendQuoted(out, text);
      const auto document = Document::parse(out);
      ASSERT_TRUE(document.ok()) << out;
      EXPECT_EQ(document->root().asString(), text) << out;
    }
  }
}

TEST(JsonObjectReader, ReportsEveryProblemAtOnce) {
  const auto document = Document::parse(R"({"name":5,"age":-1,"color":"red","extra":1,"id":"x"})");
  ASSERT_TRUE(document.ok());
  Problems problems;
  ObjectReader reader(document->root(), "", problems);
  EXPECT_EQ(reader.text("name", 10, ObjectReader::kRequired), std::nullopt);
  EXPECT_EQ(reader.integer("age", 0, 150), std::nullopt);
  EXPECT_EQ(reader.choice("color", {"green", "blue"}), std::nullopt);
  EXPECT_EQ(reader.boolean("needed", ObjectReader::kRequired), std::nullopt);
  reader.ignore({"id"});
  reader.finish();
  const Error error = problems.toError();
  EXPECT_EQ(error.code(), Code::kInvalid);
  EXPECT_EQ(error.message(), "the body has 5 problems");
  const std::vector<FieldProblem> expected = {
      {"name", "must be a string, not a number"}, {"age", "must be a whole number from 0 to 150"},
      {"color", "must be one of green, blue"},    {"needed", "is required"},
      {"extra", "is not a known field"},
  };
  EXPECT_EQ(error.details(), expected);
}

TEST(JsonObjectReader, NamesThePathOfANestedField) {
  const auto document = Document::parse(R"({"email":3})");
  ASSERT_TRUE(document.ok());
  Problems problems;
  ObjectReader reader(document->root(), "attendees[2]", problems);
  EXPECT_FALSE(reader.text("email", 10));
  EXPECT_EQ(problems.toError().details().at(0).field, "attendees[2].email");
}

TEST(JsonObjectReader, LimitsHowManyProblemsItLists) {
  Problems problems;
  for (int i = 0; i < 1000; ++i) problems.add("f", "is wrong");
  const Error error = problems.toError();
  EXPECT_EQ(error.details().size(), Problems::kMaxListed + 1);
  EXPECT_EQ(error.details().back().issue, "950 more problems");
}

}  // namespace
}  // namespace sw::base::json
