#include "base/config_file.h"

#include <yaml-cpp/yaml.h>

#include <exception>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

namespace sw::base::config {
namespace {

constexpr int kMaxDepth = 8;

/// Walks a document and collects its scalars under their dotted keys.
class Flattener {
 public:
  Flattener(std::string path, std::vector<FieldProblem>& problems)
      : path_(std::move(path)), problems_(problems) {}

  void visit(const YAML::Node& node, const std::string& key, int depth) {
    if (depth > kMaxDepth) return problem(node, key + " nests too deeply");
    switch (node.Type()) {
      case YAML::NodeType::Map: return visitMap(node, key, depth);
      case YAML::NodeType::Sequence: return visitSequence(node, key);
      case YAML::NodeType::Scalar:
        if (!node.Scalar().empty()) entries_.push_back({key, node.Scalar(), lineOf(node)});
        return;
      case YAML::NodeType::Null:
      case YAML::NodeType::Undefined: return;
    }
  }
  void problem(const YAML::Node& node, std::string issue) {
    problems_.push_back({path_ + ":" + std::to_string(lineOf(node)), std::move(issue)});
  }
  std::vector<FileEntry> take() { return std::move(entries_); }

 private:
  static int lineOf(const YAML::Node& node) { return node.Mark().line + 1; }

  void visitMap(const YAML::Node& node, const std::string& key, int depth) {
    std::set<std::string> seen;
    for (const auto& member : node) {
      if (!member.first.IsScalar()) {
        problem(member.first, "expected a name as the key");
        continue;
      }
      const std::string& name = member.first.Scalar();
      if (!seen.insert(name).second) problem(member.first, "the key " + name + " stands twice");
      visit(member.second, key.empty() ? name : key + "." + name, depth + 1);
    }
  }
  void visitSequence(const YAML::Node& node, const std::string& key) {
    std::string joined;
    for (const auto& element : node) {
      if (!element.IsScalar()) return problem(element, key + " holds more than plain values");
      if (!joined.empty()) joined += ',';
      joined += element.Scalar();
    }
    if (!joined.empty()) entries_.push_back({key, joined, lineOf(node)});
  }

  std::string path_;
  std::vector<FieldProblem>& problems_;
  std::vector<FileEntry> entries_;
};

}  // namespace

std::vector<FileEntry> readConfigFile(const std::string& path,
                                      std::vector<FieldProblem>& problems) {
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.is_open() || in.bad()) {
    problems.push_back({path, "the configuration file cannot be read"});
    return {};
  }
  Flattener flattener(path, problems);
  try {
    const YAML::Node root = YAML::Load(text);
    if (root.IsMap() || root.IsNull()) {
      flattener.visit(root, "", 0);
    } else {
      flattener.problem(root, "expected keys with their values");
    }
  } catch (const YAML::Exception& thrown) {
    problems.push_back({path + ":" + std::to_string(thrown.mark.line + 1),
                        "the file is not valid YAML: " + thrown.msg});
    return {};
  } catch (const std::exception& thrown) {
    problems.push_back({path, std::string("the file is not valid YAML: ") + thrown.what()});
    return {};
  }
  return flattener.take();
}

}  // namespace sw::base::config
