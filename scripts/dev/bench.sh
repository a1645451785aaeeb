# ./dev bench [NAME] [--large]            measure, and write docs/benchmarks.md (NAME: one bench only)

dev_bench() {
  need build test bench
  build_web
  install_node_modules bench/recurrence_js
  configure release
  # The preset leaves the benches out, so that who only runs the service needs no packages for them.
  quietly build/release-configure.log cmake -S . -B build/release -DSW_BENCH=ON
  compile release
  "$PYTHON" scripts/bench.py --build build/release "$@"
}
