#include "adapters/sql/event_terms.h"

#include "calendar/search_tokens.h"

namespace sw::sql {
namespace {

// The last bytes of an id, which are random: few enough to be cheap, enough to keep calendars
// apart. Where two share them, the reader leaves out what is not asked for.
constexpr std::size_t kPrefixBytes = 6;

// Hexadecimal digits: one word for every tokenizer.
std::string prefixOf(const base::Uuid& calendarId) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * kPrefixBytes);
  for (const std::uint8_t byte : std::span(calendarId.bytes).last(kPrefixBytes)) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

// Tokens are letters, digits and marks; whatever else a caller brings must not end the quotes or
// split the token.
void appendQuoted(std::string& out, std::string_view token, char quote) {
  for (const char c : token) {
    const bool ascii = static_cast<unsigned char>(c) < 0x80;
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!ascii || letter || (c >= '0' && c <= '9')) out += c;
  }
  out += quote;
}

}  // namespace

std::string eventTerms(const base::Uuid& calendarId, std::string_view searchText) {
  const std::string prefix = prefixOf(calendarId);
  std::string out;
  for (const std::string& token : calendar::searchTokens(searchText)) {
    if (!out.empty()) out += ' ';
    out += prefix;
    out += token;
  }
  return out;
}

std::string eventTermQuery(std::span<const base::Uuid> calendarIds,
                           std::span<const std::string> tokens, Dialect dialect) {
  const bool sqlite = dialect == Dialect::kSqlite;
  const char quote = sqlite ? '"' : '\'';
  std::string out;
  for (const base::Uuid& id : calendarIds) {
    const std::string prefix = prefixOf(id);
    out += out.empty() ? "(" : (sqlite ? " OR (" : " | (");
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (i > 0) out += sqlite ? " AND " : " & ";
      out += quote;
      out += prefix;
      appendQuoted(out, tokens[i], quote);
      if (i + 1 == tokens.size()) out += sqlite ? "*" : ":*";
    }
    out += ')';
  }
  return out;
}

}  // namespace sw::sql
