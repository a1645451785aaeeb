#include "app/commands/console.h"

#include <cstdio>
#include <string>

namespace sw::app {
namespace {

/// One call a line, so that lines of several threads do not mix.
void write(std::FILE* stream, std::string_view prefix, std::string_view line) {
  std::string text(prefix);
  text.append(line);
  if (!text.ends_with('\n')) text.push_back('\n');
  std::fwrite(text.data(), 1, text.size(), stream);
  std::fflush(stream);
}

}  // namespace

void printLine(std::string_view line) { write(stdout, "", line); }
void noteLine(std::string_view line) { write(stderr, "", line); }
void complain(std::string_view problem) { write(stderr, "scheduling-worker: ", problem); }

ExitCode complainOf(const base::Error& error) {
  if (error.details().empty()) {
    complain(error.describe());
  } else {
    for (const base::FieldProblem& problem : error.details()) {
      complain(problem.field.empty() ? problem.issue : problem.field + ": " + problem.issue);
    }
  }
  return error.code() == base::Code::kConfiguration ? kExitConfiguration : kExitFailure;
}

}  // namespace sw::app
