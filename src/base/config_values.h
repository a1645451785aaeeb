#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// How the text of a variable becomes its value. Each answers what was expected where the text
/// is not that, nothing when it went well; none repeats the text, which may be a secret.
namespace sw::base::config {

using Expectation = std::optional<std::string>;

Expectation readPort(std::uint16_t& out, std::string_view text);
Expectation readInteger(std::int64_t& out, std::string_view text, std::int64_t min,
                        std::int64_t max);
Expectation readDecimal(double& out, std::string_view text, double min, double max);
/// true, false, yes, no, on, off, 1, 0; in any case.
Expectation readBoolean(bool& out, std::string_view text);
/// "250ms", "30s", "15m", "12h", "7d"; a bare number is in `bare`.
Expectation readDuration(std::chrono::milliseconds& out, std::string_view text,
                         std::chrono::milliseconds bare);
/// "512", "16KiB", "32MiB", "1GiB"; KB, MB, GB are powers of 1000.
Expectation readBytes(std::uint64_t& out, std::string_view text);
Expectation readChoice(std::string& out, std::string_view text,
                       std::initializer_list<std::string_view> allowed);
/// An absolute address with one of the schemes and a host (RFC 3986).
Expectation readUrl(std::string& out, std::string_view text,
                    std::initializer_list<std::string_view> schemes);
/// Parts between commas.
Expectation readList(std::vector<std::string>& out, std::string_view text);
Expectation readChoices(std::vector<std::string>& out, std::string_view text,
                        std::initializer_list<std::string_view> allowed);
/// A yes (`all`) or no, or addresses and networks ("10.0.0.0/8, ::1") between commas.
Expectation readNetworksOrAll(bool& all, std::vector<std::string>& networks, std::string_view text);
/// E-mail addresses between commas.
Expectation readAddresses(std::vector<std::string>& out, std::string_view text);
/// "name=value" between commas, as OpenTelemetry writes headers and attributes; percent-escapes
/// are decoded.
Expectation readPairs(std::map<std::string, std::string>& out, std::string_view text);

/// "postgres://user:[masked]@host/db": the address without its password.
std::string maskPassword(std::string_view url);

}  // namespace sw::base::config
