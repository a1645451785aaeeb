# ./dev clean [--all]                     remove build folders (--all: packages of web/ and caches too)

dev_clean() {
  rm -rf build dist web/dist
  # Not what marks packages as installed: those are still there.
  rm -f "$CACHE"/preset-* "$CACHE"/web-dist
  if [[ "${1:-}" == --all ]]; then rm -rf "$CACHE" web/node_modules tests/e2e/node_modules; fi
  say "clean"
}
