# ./dev run [options of serve]            build, start the service with example data, print its address

dev_run() {
  need build
  build_web
  compile release scheduling-worker
  local program=build/release/bin/scheduling-worker
  # Beside build/, not in it: `./dev clean` must not take what somebody has imported.
  export DATA_DIR=${DATA_DIR:-$PWD/.run-data}
  mkdir -p "$DATA_DIR"
  if [[ ! -f "$DATA_DIR/.example-data" ]]; then
    say "writing half a year of a made-up person (remove $DATA_DIR to begin again)"
    "$program" example || fail "the example was not written"
    : >"$DATA_DIR/.example-data"
  fi
  # Somebody who watches reads lines better than JSON.
  if [[ -t 1 ]]; then export LOG_FORMAT=${LOG_FORMAT:-console}; fi
  say "data is in $DATA_DIR; stop with Ctrl-C"
  # The program prints the address to open; it takes over this process and its signals.
  exec "$program" serve "$@"
}
