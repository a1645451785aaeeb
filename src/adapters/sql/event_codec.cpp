#include "adapters/sql/event_codec.h"

#include <bit>
#include <cstdint>
#include <cstring>

namespace sw::sql {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kKindMask = 3;
constexpr std::uint8_t kCancelled = 4;
constexpr std::uint8_t kBusy = 8;
constexpr std::uint8_t kOfSeries = 16;

void append(std::string& out, const void* bytes, std::size_t size) {
  out.append(static_cast<const char*>(bytes), size);
}
void appendInteger(std::string& out, std::int64_t number) { append(out, &number, sizeof number); }
void appendText(std::string& out, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  append(out, &size, sizeof size);
  out += text;
}

/// Takes values off the front; after damage everything it gives is empty.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  void take(void* out, std::size_t size) {
    if (bytes_.size() < size) {
      intact_ = false;
      std::memset(out, 0, size);
      return;
    }
    std::memcpy(out, bytes_.data(), size);
    bytes_.remove_prefix(size);
  }
  std::uint8_t byte() {
    std::uint8_t value = 0;
    take(&value, sizeof value);
    return value;
  }
  std::int64_t integer() {
    std::int64_t value = 0;
    take(&value, sizeof value);
    return value;
  }
  std::string_view text() {
    std::uint32_t size = 0;
    take(&size, sizeof size);
    if (bytes_.size() < size) {
      intact_ = false;
      return {};
    }
    const std::string_view value = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return value;
  }
  [[nodiscard]] bool intact() const { return intact_ && bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool intact_ = true;
};

}  // namespace

std::string packAttributes(const calendar::EventRecord& record) {
  std::string out;
  out.reserve(64 + record.residue.size() + record.recurrencePlan.size() + record.tzVersion.size());
  const bool ofSeries = !record.seriesId.isNil();
  auto flags = static_cast<std::uint8_t>(record.kind);
  if (record.cancelled) flags |= kCancelled;
  if (record.busy) flags |= kBusy;
  if (ofSeries) flags |= kOfSeries;
  append(out, &kVersion, sizeof kVersion);
  append(out, &flags, sizeof flags);
  appendInteger(out, record.revision);
  appendInteger(out, record.created.time_since_epoch().count());
  appendInteger(out, record.updated.time_since_epoch().count());
  if (ofSeries) {
    append(out, record.seriesId.bytes.data(), record.seriesId.bytes.size());
    appendInteger(out, record.originalKey.time_since_epoch().count());
  }
  appendText(out, record.residue);
  appendText(out, record.recurrencePlan);
  appendText(out, record.tzVersion);
  return out;
}

bool unpackAttributes(std::string_view packed, calendar::EventRow& row) {
  Reader reader(packed);
  if (reader.byte() != kVersion) return false;
  const std::uint8_t flags = reader.byte();
  row.kind = static_cast<calendar::EventRecord::Kind>(flags & kKindMask);
  row.cancelled = (flags & kCancelled) != 0;
  row.busy = (flags & kBusy) != 0;
  row.revision = reader.integer();
  row.created = base::Instant(std::chrono::microseconds(reader.integer()));
  row.updated = base::Instant(std::chrono::microseconds(reader.integer()));
  if ((flags & kOfSeries) != 0) {
    reader.take(row.seriesId.bytes.data(), row.seriesId.bytes.size());
    row.originalKey = base::UtcSeconds(std::chrono::seconds(reader.integer()));
  } else {
    row.seriesId = {};
    row.originalKey = {};
  }
  row.residue = reader.text();
  row.recurrencePlan = reader.text();
  row.tzVersion = reader.text();
  return reader.intact();
}

}  // namespace sw::sql
