#pragma once

#include <memory>
#include <string>

#include "obs/log.h"
#include "obs/log_record.h"

namespace sw::obs {

/// Turns records into lines; all text passes the redactor here and comes out as UTF-8. Used by
/// one thread.
class LogEncoder {
 public:
  LogEncoder() = default;
  LogEncoder(const LogEncoder&) = delete;
  LogEncoder& operator=(const LogEncoder&) = delete;
  virtual ~LogEncoder() = default;

  /// Appends one line with its line feed.
  virtual void encode(const RecordView& record, std::string& out) = 0;
};

/// The encoder of `options.format`; keeps `redactor`, which must outlive it.
std::unique_ptr<LogEncoder> makeLogEncoder(const LogOptions& options, const Redactor& redactor);

}  // namespace sw::obs
