#include "base/json_patch.h"

#include <gtest/gtest.h>

namespace sw::base::json {
namespace {

struct Case {
  const char* target;
  const char* patch;
  const char* outcome;
};

// The examples of RFC 7396, appendix A.
constexpr Case kCases[] = {
    {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
    {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
    {R"({"a":"b"})", R"({"a":null})", R"({})"},
    {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
    {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
    {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
    {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
    {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
    {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
    {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
    {R"({"a":"foo"})", R"(null)", R"(null)"},
    {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
    {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
    {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
};

TEST(JsonMergePatch, DoesWhatTheRfcShows) {
  for (const Case& example : kCases) {
    const auto patch = Document::parse(example.patch);
    ASSERT_TRUE(patch.ok());
    const auto outcome = mergePatch(example.target, patch->root());
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(*outcome, example.outcome) << example.target << " with " << example.patch;
  }
}

}  // namespace
}  // namespace sw::base::json
