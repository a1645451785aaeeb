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
    say "importing the example calendar (remove $DATA_DIR to begin again)"
    "$program" import docs/examples/calendar.ics || fail "the example calendar was not imported"
    : >"$DATA_DIR/.example-data"
  fi
  say "data is in $DATA_DIR; stop with Ctrl-C"
  # The program prints the address to open; it takes over this process and its signals.
  exec "$program" serve "$@"
}
