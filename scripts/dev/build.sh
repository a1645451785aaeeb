# ./dev build [--preset P] [TARGET...]    compile (presets: dev, release, asan, tsan)

dev_build() {
  local preset=dev targets=()
  while (($#)); do
    case "$1" in
      --preset) preset=${2:?--preset needs a name} && shift 2 ;;
      --preset=*) preset=${1#*=} && shift ;;
      -*) fail "build knows no option '$1'" ;;
      *) targets+=("$1") && shift ;;
    esac
  done
  need build
  build_web
  compile "$preset" "${targets[@]}"
}
