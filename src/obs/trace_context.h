#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "obs/metrics.h"

namespace sw::obs {

/// The id of a trace: 16 bytes, read as two numbers in network order. Zero is none.
struct TraceId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  explicit operator bool() const { return (high | low) != 0; }
  friend bool operator==(const TraceId&, const TraceId&) = default;
};
/// The id of a span: 8 bytes, read as a number in network order. Zero is none.
using SpanId = std::uint64_t;

/// New ids from a generator of the calling thread that the operating system has seeded
/// (xoshiro256++ by D. Blackman and S. Vigna, prng.di.unimi.it): unique, but no secrets.
TraceId newTraceId();
SpanId newSpanId();

/// Both as bytes, for exemplars.
TraceRef toRef(const TraceId& trace, SpanId span);
/// Lower-case hexadecimal digits, 32 and 16 of them, written to `out`.
void writeHex(const TraceId& id, char* out);
void writeHex(SpanId id, char* out);
std::string toHex(const TraceId& id);
std::string toHex(SpanId id);

/// A place in a trace as it crosses processes (W3C Trace Context, www.w3.org/TR/trace-context).
struct TraceContext {
  TraceId trace;
  SpanId span = 0;
  bool sampled = false;
  std::string state;  // of `tracestate`, sent on as it came

  /// `traceparent` of version 00 (section 3.2).
  [[nodiscard]] std::string traceParent() const;
};

/// Reads a `traceparent` of this and later versions (section 3.2.2 and 4.3). Nothing when it is
/// not valid: a new trace begins then.
std::optional<TraceContext> parseTraceParent(std::string_view text);
/// Whether `tracestate` may be sent on: at most 32 members of the form key=value and 512 bytes,
/// no key twice (section 3.3).
bool isTraceState(std::string_view text);
/// Both headers together; an invalid `tracestate` is left out.
std::optional<TraceContext> readTraceContext(std::string_view traceParent,
                                             std::string_view traceState);

/// Carries a context in whatever has names and values: headers of a message, a row, a job.
///   injectTrace(context, [&](auto name, auto value) { message.header(name, value); });
void injectTrace(const TraceContext& context,
                 const std::function<void(std::string_view name, std::string_view value)>& set);
/// `get` answers the value of a name, empty where there is none.
std::optional<TraceContext> extractTrace(
    const std::function<std::string_view(std::string_view name)>& get);

}  // namespace sw::obs
