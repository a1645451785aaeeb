# ./dev fuzz [SECONDS] [TARGET]           run every fuzz target on its corpus (default 60 seconds each)

dev_fuzz() {
  local seconds=${1:-60} only=${2:-} target name status=0 ran=0
  [[ $seconds =~ ^[0-9]+$ ]] || fail "'$seconds' is no number of seconds"
  need build fuzz
  compile fuzz fuzz_targets
  local options=(-max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1)
  for target in build/fuzz/tests/fuzz/fuzz_*; do
    [[ -x $target && -f $target ]] || continue
    name=${target##*/fuzz_}
    if [[ $only && $only != "$name" ]]; then continue; fi
    # New inputs go to the build folder; the corpus in the repository grows only on purpose.
    local found="build/fuzz-found/$name" corpus="tests/fuzz/corpus/$name" dictionary=()
    mkdir -p "$found" "$corpus"
    if [[ -f tests/fuzz/$name.dict ]]; then dictionary=(-dict="tests/fuzz/$name.dict"); fi
    say "fuzzing $name for $seconds s"
    if "$target" "${options[@]}" "${dictionary[@]}" -artifact_prefix="build/fuzz-found/$name-" \
      "$found" "$corpus" >"build/fuzz-$name.log" 2>&1; then
      sed -n 's/^stat::number_of_executed_units: */  runs: /p' "build/fuzz-$name.log"
    else
      tail -n 30 "build/fuzz-$name.log" >&2
      warn "$name found something; the input is build/fuzz-found/$name-*"
      status=1
    fi
    ran=$((ran + 1))
  done
  ((ran)) || fail "there is no fuzz target${only:+ named $only}"
  say "ran $ran targets"
  return "$status"
}
