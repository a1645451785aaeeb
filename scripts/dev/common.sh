# What the verbs of ./dev share: how they speak, where things are, how they build.

# Debian's own Python: a machine may have another first on its PATH, without our packages.
PYTHON=/usr/bin/python3
CACHE=.cache
MARKER='==>'
[[ -t 1 ]] && MARKER=$'\e[1;34m==>\e[0m'

say() { printf '%s %s\n' "$MARKER" "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# has COMMAND: whether it can be run.
has() { command -v "$1" >/dev/null 2>&1; }

# How many compilers run at once: all cores, but 1.5 GiB of memory each.
jobs() {
  local cores memory
  cores=${SW_JOBS:-$(nproc)}
  memory=$(awk '/^MemAvailable/ {print int($2 / 1572864)}' /proc/meminfo)
  ((memory < 1)) && memory=1
  echo $((cores < memory ? cores : memory))
}

# quietly LOG COMMAND...: runs it with its output in LOG, shows the end of that when it fails.
quietly() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    fail "'$*' failed; everything it said is in $log"
  fi
}

# One hash over the names and contents of all files below the given paths; one that is not there
# counts as empty.
hash_of() {
  { find "$@" -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -print0 2>/dev/null || true; } |
    sort -z | xargs -0 -r sha256sum | sha256sum | cut -c1-32
}

# unchanged STAMP HASH: whether the stamp holds that hash; `stamp STAMP HASH` writes it.
unchanged() { [[ -f "$CACHE/$1" && "$(<"$CACHE/$1")" == "$2" ]]; }
stamp() {
  mkdir -p "$(dirname "$CACHE/$1")"
  echo "$2" >"$CACHE/$1"
}

# need GROUP...: installs what the groups of packages lack (see setup.sh).
need() {
  # shellcheck source=scripts/dev/setup.sh
  source scripts/dev/setup.sh
  setup_groups "$@"
}

# The web page, web/dist, from web/; made again only when its sources changed.
build_web() {
  [[ -f web/package.json ]] || return 0
  install_node_modules web
  local sources
  sources=$(hash_of web src/api/openapi.yaml)
  if [[ -f web/dist/index.html ]] && unchanged web-dist "$sources"; then return 0; fi
  say "building the web page"
  quietly build/web.log env -C web npm run build
  stamp web-dist "$sources"
}

# install_node_modules FOLDER: exactly what its lock file names, when that changed.
install_node_modules() {
  local folder=$1 lock
  lock=$(sha256sum <"$folder/package-lock.json" | cut -c1-32)
  if [[ -d "$folder/node_modules" ]] && unchanged "npm-${folder//\//-}" "$lock"; then return 0; fi
  say "installing the packages of $folder/"
  local log=build/npm-${folder//\//-}.log options=(--no-audit --no-fund)
  mkdir -p build
  # npm 11 refuses a lock file that leaves out packages of other platforms, as one made where only
  # Linux's are to be had; `install` takes from it what it names and changes nothing.
  if ! env -C "$folder" npm ci "${options[@]}" >"$log" 2>&1; then
    grep -q 'EUSAGE' "$log" || { tail -n 40 "$log" >&2 && fail "npm ci failed; see $log"; }
    quietly "$log" env -C "$folder" npm install --no-save "${options[@]}"
  fi
  stamp "npm-${folder//\//-}" "$lock"
}

# What the service tests need and no distribution has: into .cache/python, for them alone. Where it
# cannot be had, the tests that need it skip.
install_python_modules() {
  local list=tests/service/requirements.txt wanted
  wanted="$("$PYTHON" --version) $(sha256sum <"$list")"
  if [[ -d $CACHE/python ]] && unchanged python-modules "$wanted"; then return 0; fi
  say "installing the Python modules of the service tests"
  if "$PYTHON" -m pip install --quiet --upgrade --target "$CACHE/python" -r "$list" \
    >"$CACHE/pip.log" 2>&1; then
    stamp python-modules "$wanted"
  else
    warn "pip could not install $list; what it said is in $CACHE/pip.log"
  fi
}

# configure PRESET: runs CMake when the folder is new or its preset changed (Ninja does the rest).
configure() {
  local preset=$1 presets
  presets=$(sha256sum <CMakePresets.json | cut -c1-32)
  if [[ -f "build/$preset/build.ninja" ]] && unchanged "preset-$preset" "$presets"; then return 0; fi
  say "configuring build/$preset"
  quietly "build/$preset-configure.log" cmake --preset "$preset"
  stamp "preset-$preset" "$presets"
}

# compile PRESET [TARGET...]: with progress on one line for a person, every tenth step in a log.
compile() {
  local preset=$1 start=$SECONDS
  shift
  configure "$preset"
  say "building $preset"
  local command=(ninja -C "build/$preset" -j "$(jobs)" "$@")
  if [[ -t 1 ]]; then
    "${command[@]}" || fail "the build failed"
  else
    "${command[@]}" | awk '
      /^\[[0-9]+\/[0-9]+\]/ { if (++n % 10 == 1) print; fflush(); next }
      /^(ninja: (no work|Entering)|-- )/ { next }
      { print; fflush() }' || fail "the build failed"
  fi
  say "built $preset in $((SECONDS - start)) s"
}

# The commit that is built, for names and reports.
revision() { git rev-parse --short HEAD 2>/dev/null || echo unknown; }
version() { sed -n 's/^project(.* VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt; }
