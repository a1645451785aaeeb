#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "api/docs_routes.h"
#include "base/json.h"
#include "jobs/event_types.h"

namespace sw::api {
namespace {

using base::json::Document;
using base::json::Value;

namespace event_type = jobs::event_type;

constexpr std::string_view kLocal = "#/components/schemas/";
constexpr std::string_view kShared = "openapi.json#/components/schemas/";

/// Every reference within a value.
void collectReferences(Value value, std::set<std::string>& into) {
  if (value.isArray()) {
    for (std::size_t i = 0; i < value.size(); ++i) collectReferences(value.at(i), into);
  } else if (value.isObject()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      const auto [name, inner] = value.memberAt(i);
      if (name == "$ref") into.emplace(inner.asString().value_or(""));
      collectReferences(inner, into);
    }
  }
}

class AsyncApiTest : public ::testing::Test {
 protected:
  Value components() const { return document_.root().find("components"); }
  Value schema(std::string_view name) const { return components().find("schemas").find(name); }
  Value message(std::string_view type) const { return components().find("messages").find(type); }
  Value hooked() const {
    return document_.root().find("channels").find("webhook").find("messages");
  }

  const Document document_{*Document::parse(asyncApiJson(), 64)};
  const Document openApi_{*Document::parse(openApiJson(), 64)};
};

TEST_F(AsyncApiTest, NamesTheTypesOfAllChangesAndNoOther) {
  std::set<std::string_view> described;
  const Value types = schema("Type").find("enum");
  for (std::size_t i = 0; i < types.size(); ++i) described.insert(*types.at(i).asString());
  std::set<std::string_view> known;
  for (const auto& one : event_type::kAll) known.insert(one.name);
  EXPECT_EQ(described, known);
}

TEST_F(AsyncApiTest, DescribesWhatWebhooksAreToldWithASchemaOfItsData) {
  std::set<std::string> expected = {"webhook.ping"};
  for (const auto& one : event_type::kAll) {
    if (event_type::isPublished(one.name)) expected.emplace(one.name);
  }
  std::set<std::string> offered;
  for (std::size_t i = 0; i < hooked().size(); ++i) offered.emplace(hooked().memberAt(i).first);
  EXPECT_EQ(offered, expected);

  for (const std::string& type : expected) {
    const Value parts = message(type).find("payload").find("allOf");
    ASSERT_EQ(parts.size(), 2U) << type;
    EXPECT_EQ(parts.at(1).find("properties").find("type").find("const").asString(), type);
    const std::string envelope(parts.at(0).find("$ref").asString().value_or(""));
    ASSERT_TRUE(envelope.starts_with(kLocal)) << type;
    const Value layers = schema(envelope.substr(kLocal.size())).find("allOf");
    ASSERT_EQ(layers.size(), 2U) << envelope << " of " << type;
    EXPECT_EQ(layers.at(0).find("$ref").asString(), "#/components/schemas/Envelope");
    EXPECT_FALSE(layers.at(1).find("properties").find("data").isMissing()) << envelope;
  }
}

TEST_F(AsyncApiTest, RefersToNothingThatIsNotThere) {
  std::set<std::string> references;
  collectReferences(document_.root(), references);
  EXPECT_GT(references.size(), event_type::kAll.size());
  for (const std::string& reference : references) {
    if (reference.starts_with(kShared)) {
      const std::string name = reference.substr(kShared.size());
      EXPECT_FALSE(openApi_.root().find("components").find("schemas").find(name).isMissing())
          << reference;
      continue;
    }
    ASSERT_TRUE(reference.starts_with("#/")) << reference;
    Value found = document_.root();
    std::string_view rest = std::string_view(reference).substr(2);
    while (!rest.empty()) {
      const std::string_view step = rest.substr(0, rest.find('/'));
      found = found.find(step);
      rest.remove_prefix(std::min(rest.size(), step.size() + 1));
    }
    EXPECT_FALSE(found.isMissing()) << reference;
  }
}

TEST(EventTypesInTheSource, AreSpelledOutInOnePlace) {
  namespace fs = std::filesystem;
  const fs::path root = fs::path(SW_SOURCE_DIR) / "src";
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const fs::path& path = entry.path();
    if (path.extension() != ".cpp" && path.extension() != ".h") continue;
    if (path.filename() == "event_types.h") continue;
    ++files;
    std::ifstream in(path);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    for (const auto& one : event_type::kAll) {
      const std::string literal = '"' + std::string(one.name) + '"';
      std::size_t at = text.find(literal);
      // A comment may give one as an example.
      while (at != std::string::npos && text.rfind("//", at) > text.rfind('\n', at) &&
             text.rfind("//", at) != std::string::npos) {
        at = text.find(literal, at + 1);
      }
      EXPECT_EQ(at, std::string::npos) << path << " spells out " << literal;
    }
  }
  EXPECT_GT(files, 300);
}

}  // namespace
}  // namespace sw::api
