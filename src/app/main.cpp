#include <string>
#include <vector>

#include "app/commands/command_line.h"

int main(int count, char** words) {
  const std::vector<std::string> arguments(words + 1, words + count);
  return sw::app::runCommandLine(arguments);
}
