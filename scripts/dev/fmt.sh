# ./dev fmt                               format all sources in place

dev_fmt() {
  need lint
  # shellcheck source=scripts/dev/lint.sh
  source scripts/dev/lint.sh
  cpp_files | xargs -0 -r -n 32 -P "$(jobs)" "$(tool clang-format)" -i
  if [[ -f web/package.json ]]; then
    need build
    install_node_modules web
    npm --prefix web run --silent format
  fi
  say "formatted"
}
