#include "base/config_values.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "base/text.h"

namespace sw::base::config {
namespace {

constexpr std::string_view kMasked = "[masked]";

template <class Number>
bool readAll(Number& out, std::string_view text) {
  const char* end = text.data() + text.size();
  const auto [read, failure] = std::from_chars(text.data(), end, out);
  return failure == std::errc() && read == end && !text.empty();
}

std::string listed(std::initializer_list<std::string_view> allowed) {
  std::string out;
  for (const std::string_view one : allowed) {
    if (!out.empty()) out += ", ";
    out += one;
  }
  return out;
}

std::string decimalText(double value) {
  std::array<char, 32> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

/// Splits "15m" into its number and unit.
bool splitUnit(std::string_view text, std::uint64_t& number, std::string_view& unit) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  unit = trim(text.substr(digits));
  return readAll(number, text.substr(0, digits));
}

struct Unit {
  std::string_view name;
  std::uint64_t size;
};

/// The number times its unit; nothing for an unknown unit or a result beyond 2^53.
std::optional<std::uint64_t> scaled(std::uint64_t number, std::string_view unit,
                                    std::span<const Unit> units) {
  constexpr std::uint64_t kMax = 1ULL << 53U;
  for (const Unit& known : units) {
    if (!equalsIgnoringCase(known.name, unit)) continue;
    if (number > kMax / known.size) return std::nullopt;
    return number * known.size;
  }
  return std::nullopt;
}

int hexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = toLowerAscii(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string percentDecoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hexValue(text[i + 1]) : -1;
    const int low = high >= 0 ? hexValue(text[i + 2]) : -1;
    if (low < 0) {
      out += text[i];
    } else {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

/// An address, with or without "/" and the bits of a prefix.
bool isNetwork(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  std::array<unsigned char, 16> bytes;
  const bool four = ::inet_pton(AF_INET, address.c_str(), bytes.data()) == 1;
  if (!four && ::inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return false;
  unsigned bits = 0;
  return slash == text.npos ||
         (readAll(bits, text.substr(slash + 1)) && bits <= (four ? 32U : 128U));
}

}  // namespace

Expectation readPort(std::uint16_t& out, std::string_view text) {
  if (readAll(out, text)) return {};
  return "expected a port, 0 to 65535 (0: any free one)";
}

Expectation readInteger(std::int64_t& out, std::string_view text, std::int64_t min,
                        std::int64_t max) {
  if (readAll(out, text) && out >= min && out <= max) return {};
  return "expected a whole number from " + std::to_string(min) + " to " + std::to_string(max);
}

Expectation readDecimal(double& out, std::string_view text, double min, double max) {
  if (readAll(out, text) && out >= min && out <= max) return {};
  return "expected a number from " + decimalText(min) + " to " + decimalText(max);
}

Expectation readBoolean(bool& out, std::string_view text) {
  for (const auto& [word, value] :
       {std::pair("true", true), std::pair("yes", true), std::pair("on", true),
        std::pair("1", true), std::pair("false", false), std::pair("no", false),
        std::pair("off", false), std::pair("0", false)}) {
    if (equalsIgnoringCase(word, text)) {
      out = value;
      return {};
    }
  }
  return "expected true or false";
}

Expectation readDuration(std::chrono::milliseconds& out, std::string_view text,
                         std::chrono::milliseconds bare) {
  static constexpr std::array<Unit, 5> kUnits = {
      {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
  std::uint64_t number = 0;
  std::string_view unit;
  if (splitUnit(text, number, unit)) {
    const std::array<Unit, 1> plain = {{{"", static_cast<std::uint64_t>(bare.count())}}};
    const auto value = unit.empty() ? scaled(number, unit, plain) : scaled(number, unit, kUnits);
    // Ten years: longer is a slip, and far from any overflow.
    if (value && *value <= 315'360'000'000ULL) {
      out = std::chrono::milliseconds(*value);
      return {};
    }
  }
  return "expected a duration such as 250ms, 30s, 15m, 12h or 7d, at most 3650d";
}

Expectation readBytes(std::uint64_t& out, std::string_view text) {
  static constexpr std::array<Unit, 8> kUnits = {{{"", 1},
                                                  {"B", 1},
                                                  {"KB", 1000},
                                                  {"MB", 1'000'000},
                                                  {"GB", 1'000'000'000},
                                                  {"KiB", 1ULL << 10U},
                                                  {"MiB", 1ULL << 20U},
                                                  {"GiB", 1ULL << 30U}}};
  std::uint64_t number = 0;
  std::string_view unit;
  if (splitUnit(text, number, unit)) {
    if (const auto value = scaled(number, unit, kUnits)) {
      out = *value;
      return {};
    }
  }
  return "expected a size such as 65536, 16KiB, 32MiB or 1GiB";
}

Expectation readChoice(std::string& out, std::string_view text,
                       std::initializer_list<std::string_view> allowed) {
  for (const std::string_view one : allowed) {
    if (equalsIgnoringCase(one, text)) {
      out = one;
      return {};
    }
  }
  return "expected one of " + listed(allowed);
}

Expectation readUrl(std::string& out, std::string_view text,
                    std::initializer_list<std::string_view> schemes) {
  const std::size_t colon = text.find(':');
  const bool hasBlank = text.find_first_of(" \t\r\n\"<>") != text.npos;
  if (colon != text.npos && !hasBlank) {
    const std::string_view scheme = text.substr(0, colon);
    const std::string_view rest = text.substr(colon + 1);
    const bool known = std::any_of(schemes.begin(), schemes.end(), [scheme](auto allowed) {
      return equalsIgnoringCase(allowed, scheme);
    });
    // A file's address has no host.
    const bool isFile = scheme == "sqlite" || scheme == "file";
    const bool hasHost = rest.starts_with("//") && rest.size() > 2 && rest[2] != '/';
    if (known && (hasHost || (isFile && !rest.empty()))) {
      out = text;
      return {};
    }
  }
  return "expected an address that begins with " + listed(schemes) +
         (schemes.size() == 1 ? "://" : " and ://");
}

Expectation readList(std::vector<std::string>& out, std::string_view text) {
  out.clear();
  for (const std::string_view part : splitTrimmed(text, ',')) out.emplace_back(part);
  if (!out.empty()) return {};
  return "expected values with commas between them";
}

Expectation readChoices(std::vector<std::string>& out, std::string_view text,
                        std::initializer_list<std::string_view> allowed) {
  out.clear();
  for (const std::string_view part : splitTrimmed(text, ',')) {
    std::string one;
    if (readChoice(one, part, allowed)) {
      return "expected values with commas between them, each one of " + listed(allowed);
    }
    out.push_back(std::move(one));
  }
  return {};
}

Expectation readNetworksOrAll(bool& all, std::vector<std::string>& networks,
                              std::string_view text) {
  networks.clear();
  if (!readBoolean(all, text)) return {};
  all = false;
  for (const std::string_view entry : splitTrimmed(text, ',')) {
    if (!isNetwork(entry)) {
      return "expected true, false, or networks such as 10.0.0.0/8 between commas";
    }
    networks.emplace_back(entry);
  }
  return {};
}

Expectation readAddresses(std::vector<std::string>& out, std::string_view text) {
  out.clear();
  for (const std::string_view part : splitTrimmed(text, ',')) {
    const std::size_t at = part.find('@');
    if (at == part.npos || at == 0 || at + 1 == part.size() ||
        part.find('@', at + 1) != part.npos || part.find_first_of(" \t\r\n<>") != part.npos) {
      return "expected e-mail addresses with commas between them";
    }
    out.emplace_back(part);
  }
  return {};
}

Expectation readPairs(std::map<std::string, std::string>& out, std::string_view text) {
  out.clear();
  for (const std::string_view part : splitTrimmed(text, ',')) {
    const std::size_t equals = part.find('=');
    const std::string_view name = trim(part.substr(0, std::min(equals, part.size())));
    if (equals == part.npos || name.empty()) {
      return "expected name=value pairs with commas between them";
    }
    out[percentDecoded(name)] = percentDecoded(trim(part.substr(equals + 1)));
  }
  return {};
}

std::string maskPassword(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t at = url.rfind('@');
  if (scheme == url.npos || at == url.npos || at < scheme) return std::string(url);
  const std::size_t begin = scheme + 3;
  const std::size_t colon = url.find(':', begin);
  std::string out(url.substr(0, colon < at ? colon + 1 : begin));
  return out.append(kMasked).append(url.substr(at));
}

}  // namespace sw::base::config
