# ./dev release                           make dist/scheduling-worker-VERSION-linux-ARCH.tar.gz

dev_release() {
  need build
  build_web
  compile release scheduling-worker
  local name folder binary
  name="scheduling-worker-$(version)-linux-$(uname -m)"
  folder="dist/$name"
  binary=build/release/bin/scheduling-worker
  rm -rf "$folder"
  mkdir -p "$folder"
  # Debug information stays beside the archive, so that a stack trace of a user can be read.
  objcopy --only-keep-debug "$binary" "dist/$name.debug"
  objcopy --strip-debug --strip-unneeded "$binary" "$folder/scheduling-worker"
  cp LICENSE README.md CHANGELOG.md docs/dependencies.md "$folder/"
  if [[ -d deploy ]]; then cp -r deploy "$folder/"; fi
  # The same sources give the same archive: sorted names, the commit's time, no owner.
  tar --sort=name --owner=0 --group=0 --numeric-owner \
    --mtime="@$(git log -1 --format=%ct 2>/dev/null || echo 0)" -C dist -czf "dist/$name.tar.gz" "$name"
  (cd dist && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
  rm -rf "$folder"
  say "made dist/$name.tar.gz ($(du -h "dist/$name.tar.gz" | cut -f1)), its checksum and debug information"
}
