#pragma once

#include <memory>

namespace CLI {  // NOLINT(readability-identifier-naming): the name is that of CLI11
class App;
class FormatterBase;
}  // namespace CLI

namespace sw::app {

/// Writes help for a terminal of 80 columns: paragraphs are wrapped, a list of commands has the
/// first sentence of each.
std::shared_ptr<CLI::FormatterBase> makeHelpFormatter();

}  // namespace sw::app
