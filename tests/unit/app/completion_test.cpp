#include "app/commands/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sw::app {
namespace {

using testing::HasSubstr;

TEST(BashCompletion, KnowsCommandsTheirOptionsAndSettings) {
  const std::string script =
      bashCompletion({{.name = "import", .options = {"--user"}, .takesFile = true},
                      {.name = "token", .options = {}},
                      {.name = "token create", .options = {"--scope"}}},
                     {"--port"});
  EXPECT_THAT(script, HasSubstr("'') words=\"import token\""));
  EXPECT_THAT(script, HasSubstr("'import') words=\"\" options=\"--user\" files=1"));
  EXPECT_THAT(script, HasSubstr("'token') words=\"create\""));
  EXPECT_THAT(script, HasSubstr("'token create') words=\"\" options=\"--scope\" ;;"));
  EXPECT_THAT(script, HasSubstr("local settings=\"--port\""));
}

}  // namespace
}  // namespace sw::app
