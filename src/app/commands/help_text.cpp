#include "app/commands/help_text.h"

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

#include "base/text.h"

namespace sw::app {
namespace {

constexpr std::size_t kWidth = 80;

std::string firstSentence(const std::string& text) {
  return text.substr(0, text.find(". ")) + (text.find(". ") != std::string::npos ? "." : "");
}

/// "  NAME" with its explanation in a column beside it, or below it where the name is too long.
std::string entry(const std::string& name, const std::string& explanation, std::size_t column) {
  const std::string begin = "  " + name;
  std::string text = base::wrapText(explanation, kWidth, std::string(column, ' '));
  if (begin.size() + 1 > column) return begin + "\n" + text;
  return text.replace(0, begin.size(), begin);
}

class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_description(const CLI::App* app) const override {
    return base::wrapText(app->get_description(), kWidth, "") + "\n";
  }
  std::string make_subcommand(const CLI::App* app) const override {
    return entry(app->get_name(), firstSentence(app->get_description()), kCommandColumn);
  }
  std::string make_option(const CLI::Option* option, bool positional) const override {
    std::string name = option->get_name(positional, !positional);
    std::replace(name.begin(), name.end(), ',', ' ');
    name += positional ? "" : valueOf(option);
    std::string explanation = option->get_description();
    if (positional) return entry(name, explanation, kOptionColumn);
    if (option->get_required()) explanation += " Required.";
    if (const std::string value = option->get_default_str(); !value.empty()) {
      explanation += " Default: " + value + ".";
    }
    return entry(name, explanation, kOptionColumn);
  }

 private:
  static constexpr std::size_t kCommandColumn = 16;
  static constexpr std::size_t kOptionColumn = 20;

  static std::string valueOf(const CLI::Option* option) {
    return option->get_type_size() == 0 ? "" : " " + option->get_type_name();
  }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> makeHelpFormatter() {
  return std::make_shared<HelpFormatter>();
}

}  // namespace sw::app
