# ./dev test [FILTER] [--preset P]        build and run all tests (FILTER: a suite, or a part of names)
# ./dev test --full [--again]             the counts of acceptance, all presets; goes on where it stopped

dev_test() {
  local preset=dev full='' again='' part=''
  while (($#)); do
    case "$1" in
      --preset) preset=${2:?--preset needs a name} && shift 2 ;;
      --preset=*) preset=${1#*=} && shift ;;
      --full) full=1 && shift ;;
      --again) again=1 && shift ;;
      -*) fail "test knows no option '$1'" ;;
      *) part=$1 && shift ;;
    esac
  done
  need build test
  build_web
  install_python_modules
  if [[ -f tests/e2e/package.json ]]; then install_node_modules tests/e2e; fi
  local folder
  for folder in tests/service/node tests/google_calendar/node; do
    (install_node_modules "$folder") || warn "npm could not install $folder; what needs it is skipped"
  done
  if [[ $full ]]; then
    test_fully "$again"
  else
    local targets=()
    # A suite that is a program needs nothing else built.
    if [[ $part =~ ^(unit|contract)_[a-z_]+$ ]]; then targets=("$part"); fi
    compile "$preset" "${targets[@]}"
    say "running the tests"
    sanitizer_options
    local arguments=(--build "build/$preset" --jobs "$(jobs)")
    if [[ $part ]]; then arguments+=("$part"); fi
    "$PYTHON" scripts/testing "${arguments[@]}"
  fi
}

# What the sanitizers are told at run time (the other presets ignore it). Checking for the use of a
# stack after its return is off: g++ 12 then aligns objects to 32 bytes that ask for 64 (GCC 110027).
sanitizer_options() {
  export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=0}
  export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
  export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}
  if [[ -f tests/tsan.supp ]]; then TSAN_OPTIONS+=":suppressions=$PWD/tests/tsan.supp"; fi
}

# Everything, stage by stage. A stage that has passed on these very sources is not run again, so a
# run that was broken off goes on where it stopped.
test_fully() {
  local again=$1 sources stage preset kinds status=0 folder=$CACHE/full
  sources=$(hash_of src tests web/src cmake CMakeLists.txt CMakePresets.json scripts)
  mkdir -p "$folder"
  if [[ $again ]]; then rm -f "$folder"/*; fi
  sanitizer_options
  for stage in dev:gtest,scripts,node,web dev:service dev:e2e release:gtest release:service \
    asan:gtest asan:service tsan:gtest tsan:service; do
    preset=${stage%%:*} kinds=${stage#*:}
    local log="$folder/$preset-${kinds//,/+}.txt"
    if [[ -f $log ]] && unchanged "full/${log##*/}.passed" "$sources"; then
      say "$preset, $kinds: passed before on these sources"
      continue
    fi
    rm -f "$CACHE/full/${log##*/}.passed"
    compile "$preset"
    say "$preset, $kinds: running in full"
    if "$PYTHON" scripts/testing --build "build/$preset" --full --only "$kinds" --jobs "$(jobs)" |
      tee "$log"; then
      stamp "full/${log##*/}.passed" "$sources"
    elif grep -q '^no test ran' "$log"; then
      warn "$preset has no tests of the kind $kinds"
    else
      status=1
    fi
  done
  write_full_report "$folder"
  sum_up "$folder"
  return "$status"
}

# The results of a full run as a page, with the date, the machine and the commit.
write_full_report() {
  local file name
  {
    echo "# Results of the full test run"
    echo
    echo "Written by \`./dev test --full\` on $(date -u +%Y-%m-%d) at commit $(revision)," \
      "$(nproc) cores, $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)."
    echo
    echo "| preset and suites | result | seed |"
    echo "| --- | --- | --- |"
    for file in "$1"/*.txt; do
      name=$(basename "$file" .txt)
      echo "| ${name} | $(tail -n 1 "$file") | $(sed -n 's/^seed \([0-9]*\).*/\1/p' "$file") |"
    done
  } >docs/test-results.md
  say "wrote docs/test-results.md"
}

# The closing lines of all stages, added up.
sum_up() {
  tail -q -n 1 "$1"/*.txt | awk '
    / passed, / { passed += $1; failed += $3; skipped += $5 }
    END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped }'
}
