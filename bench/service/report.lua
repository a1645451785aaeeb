-- What every load tells at its end, on one line: requests, microseconds, failures, p50 and p99 in
-- microseconds. Without a function `request` wrk sends the same request from its own memory.
function done(summary, latency, requests)
  local failed = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration,
    failed.status, failed.connect + failed.read + failed.write + failed.timeout,
    latency:percentile(50), latency:percentile(99)))
end
