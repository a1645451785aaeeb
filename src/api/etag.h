#pragma once

#include <string>
#include <string_view>

/// Entity tags (RFC 9110, section 8.8.3) in conditional requests.
namespace sw::api {

/// Whether an If-Match list names `etag` (quotes included) by strong comparison. The suffix that
/// compression adds inside the quotes ("-gzip", "-br") is left aside. "*" names any.
bool ifMatchNames(std::string_view list, std::string_view etag);
/// The same for If-None-Match, by weak comparison.
bool ifNoneMatchNames(std::string_view list, std::string_view etag);

/// A list of tags without what some say after a dot of things that change by themselves: "12.20581"
/// becomes "12". Those are no reason to refuse a write.
std::string withoutStates(std::string_view tags);

}  // namespace sw::api
