#include "obs/trace_sampler.h"

#include <cmath>

namespace sw::obs {
namespace {

constexpr std::uint64_t kAll = std::uint64_t{1} << 63U;

std::uint64_t boundOf(Sampler::Rule rule, double ratio) {
  if (rule == Sampler::Rule::kAlwaysOff) return 0;
  if (rule == Sampler::Rule::kAlwaysOn || ratio >= 1) return kAll;
  if (!(ratio > 0)) return 0;
  return static_cast<std::uint64_t>(std::ldexp(ratio, 63));
}

}  // namespace

Sampler::Sampler(Rule rule, double ratio, bool parentBased)
    : bound_(boundOf(rule, ratio)), parentBased_(parentBased) {}

std::optional<Sampler> Sampler::named(std::string_view name, double ratio) {
  constexpr std::string_view kParentBased = "parentbased_";
  const bool parentBased = name.starts_with(kParentBased);
  if (parentBased) name.remove_prefix(kParentBased.size());
  if (name == "always_on") return Sampler(Rule::kAlwaysOn, ratio, parentBased);
  if (name == "always_off") return Sampler(Rule::kAlwaysOff, ratio, parentBased);
  if (name == "traceidratio") return Sampler(Rule::kRatio, ratio, parentBased);
  return std::nullopt;
}

}  // namespace sw::obs
