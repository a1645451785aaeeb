#include "base/json_patch.h"

namespace sw::base::json {
namespace {

void merge(Writer& out, Value target, Value patch);

/// Writes the object that `patch` makes of `target`, in the order of the target's members.
void mergeObject(Writer& out, Value target, Value patch) {
  out.beginObject();
  for (std::size_t i = 0; i < target.size() && target.isObject(); ++i) {
    const auto [name, member] = target.memberAt(i);
    const Value change = patch.find(name);
    if (change.isNull()) continue;
    out.key(name);
    if (change.isMissing()) {
      out.raw(member.serialize());
    } else {
      merge(out, member, change);
    }
  }
  for (std::size_t i = 0; i < patch.size(); ++i) {
    const auto [name, change] = patch.memberAt(i);
    if (change.isNull()) continue;
    if (target.isObject() && !target.find(name).isMissing()) continue;
    out.key(name);
    merge(out, Value(), change);
  }
  out.endObject();
}

void merge(Writer& out, Value target, Value patch) {
  if (patch.isObject()) {
    mergeObject(out, target, patch);
  } else {
    out.raw(patch.serialize());
  }
}

}  // namespace

Result<std::string> mergePatch(std::string_view target, Value patch) {
  SW_TRY(const Document parsed, Document::parse(target));
  std::string out;
  Writer writer(out);
  merge(writer, parsed.root(), patch);
  return out;
}

}  // namespace sw::base::json
