# ./dev setup [GROUP...]                  install packages (groups: build test lint bench fuzz; default all)
#
# Tested on Debian 12; the names for Debian 13 and Ubuntu 24.04 are those of their package lists.
# Elsewhere it names what is missing and leaves the installing to you.

dev_setup() {
  if (($# == 0)); then set -- build test lint bench fuzz; fi
  setup_groups "$@"
  say "everything for $* is installed"
}

# The distribution as one word: debian12, debian13, ubuntu24.04, or other.
distribution() {
  local ID='' VERSION_ID=''
  # shellcheck disable=SC1091
  [[ -r /etc/os-release ]] && source /etc/os-release
  case "$ID$VERSION_ID" in
    debian12 | debian13 | ubuntu24.04) echo "$ID$VERSION_ID" ;;
    *) echo other ;;
  esac
}

# packages_of GROUP DISTRIBUTION: one a line; `package:command` counts as installed when there is
# the command, wherever it comes from.
packages_of() {
  local boost=1.83 postgresql=17 legacy=tzdata-legacy browser='chromium:chromium'
  case "$2" in
    debian12) boost=1.81 postgresql=15 legacy='' ;;
    # Ubuntu's chromium is a snap, which no script can count on: the browser tests skip there.
    ubuntu24.04) postgresql=16 browser='' ;;
  esac
  case "$1" in
    build)
      printf '%s\n' g++ cmake ninja-build ccache mold pkg-config git ca-certificates binutils \
        "libboost$boost-dev" "libboost-json$boost-dev" libcctz-dev libcli11-dev libyaml-cpp-dev \
        libcjose-dev libjansson-dev libsodium-dev libutf8proc-dev libssl-dev libcurl4-openssl-dev \
        libgoogle-perftools-dev zlib1g-dev libbrotli-dev libsqlite3-dev libpq-dev tzdata $legacy \
        libgtest-dev libgmock-dev python3 python3-yaml nodejs:node npm:npm
      ;;
    test)
      printf '%s\n' "postgresql-$postgresql" $browser fonts-dejavu-core python3 python3-pytest \
        python3-httpx python3-jsonschema python3-yaml python3-jwt python3-cryptography python3-aiosmtpd \
        python3-psycopg2 python3-thrift python3-pip prometheus google-perftools curl
      ;;
    lint) printf '%s\n' clang-tidy-19 clang-format-19 shellcheck python3 python3-yaml ;;
    bench) printf '%s\n' libbenchmark-dev libical-dev wrk nginx-light:nginx python3 ;;
    fuzz) printf '%s\n' clang-19 libclang-rt-19-dev ;;
    *) fail "there is no group '$1' (build, test, lint, bench, fuzz)" ;;
  esac
}

# setup_groups GROUP...: makes sure of the groups; quick when nothing was (un)installed since.
setup_groups() {
  local group system lacking=() state
  system=$(distribution)
  state="$(stat -c %Y /var/lib/dpkg/status 2>/dev/null || echo none) $(sha256sum <scripts/dev/setup.sh)"
  local open=()
  for group in "$@"; do unchanged "setup-$group" "$state" || open+=("$group"); done
  ((${#open[@]})) || return 0

  if [[ $system == other ]]; then
    probe "${open[@]}"
  else
    mapfile -t lacking < <(missing_packages "$system" "${open[@]}")
    if ((${#lacking[@]})); then install_packages "${lacking[@]}"; fi
  fi
  state="$(stat -c %Y /var/lib/dpkg/status 2>/dev/null || echo none) $(sha256sum <scripts/dev/setup.sh)"
  for group in "${open[@]}"; do stamp "setup-$group" "$state"; done
}

# missing_packages DISTRIBUTION GROUP...: the names of packages that are not installed.
missing_packages() {
  local system=$1 group entry installed
  shift
  # shellcheck disable=SC2016
  installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' | sed -n 's/^ii  *//p')
  for group in "$@"; do
    while read -r entry; do
      if [[ $entry == *:* ]]; then
        has "${entry#*:}" || echo "${entry%:*}"
      else
        grep -qxF -- "$entry" <<<"$installed" || echo "$entry"
      fi
    done < <(packages_of "$group" "$system")
  done | sort -u
}

# as_root COMMAND...: as it is for root, by sudo for others.
as_root() {
  if ((EUID == 0)); then
    "$@"
  elif has sudo; then
    sudo "$@"
  else
    fail "this needs root, and there is no sudo; as root run: $*"
  fi
}

install_packages() {
  say "installing ${#} packages: $*"
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o Dpkg::Use-Pty=0)
  # Lists that are missing or older than a day are fetched first.
  if [[ -z $(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mtime -1 -print -quit 2>/dev/null) ]]; then
    quietly "$CACHE/apt-update.log" as_root "${apt[@]}" update
  fi
  hold_services
  # Never at the price of a package that is there (Boost 1.74's headers exclude 1.81's, say).
  local log=$CACHE/apt.log
  mkdir -p "$CACHE"
  if ! as_root "${apt[@]}" --no-install-recommends --no-remove install "$@" 2>&1 | tee "$log" |
    apt_progress; then
    release_services
    tail -n 20 "$log" >&2
    fail "apt-get could not install the packages above; all that it said is in $log"
  fi
  release_services
}

# Of what apt-get says: how many it installs, and every fiftieth of its steps.
apt_progress() {
  awk '
    / newly installed/ { print "  " $0; fflush() }
    /^(Get:|Unpacking|Setting up)/ { if (++n % 50 == 0) { print "  step " n ": " substr($0, 1, 60); fflush() } }'
}

# A server that comes with a package must not be started, nor a PostgreSQL cluster be made: the
# tests start their own. What is changed for that is put back by release_services.
hold_services() {
  HELD_POLICY='' HELD_CLUSTER=''
  if [[ ! -e /usr/sbin/policy-rc.d ]]; then
    HELD_POLICY=1
    printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
    as_root chmod 755 /usr/sbin/policy-rc.d
  fi
  if [[ ! -e /etc/postgresql-common/createcluster.d/scheduling-worker.conf ]]; then
    HELD_CLUSTER=1
    as_root mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' |
      as_root tee /etc/postgresql-common/createcluster.d/scheduling-worker.conf >/dev/null
  fi
}

release_services() {
  if [[ -n $HELD_POLICY ]]; then as_root rm -f /usr/sbin/policy-rc.d; fi
  if [[ -n $HELD_CLUSTER ]]; then
    as_root rm -f /etc/postgresql-common/createcluster.d/scheduling-worker.conf
  fi
}

# probe GROUP...: on a system whose package names are not known, looks for the things themselves.
probe() {
  local missing=() group item
  for group in "$@"; do
    case "$group" in
      build)
        for item in g++ cmake ninja pkg-config git node npm objcopy; do
          has "$item" || missing+=("the command $item")
        done
        for item in openssl libcurl libtcmalloc zlib libbrotlienc sqlite3 libpq yaml-cpp libsodium cjose libutf8proc gtest; do
          { has pkg-config && pkg-config --exists "$item"; } || missing+=("the library $item")
        done
        for item in boost/beast.hpp boost/json.hpp cctz/time_zone.h CLI/CLI.hpp; do
          { has g++ && g++ -E -x c++ -include "$item" /dev/null >/dev/null 2>&1; } ||
            missing+=("the header $item")
        done
        [[ -e /usr/share/zoneinfo/US/Eastern ]] || missing+=("the tz database with its old names")
        ;;
      test)
        "$PYTHON" -c 'import pytest, httpx, jsonschema, yaml, jwt, cryptography, psycopg2, aiosmtpd' \
          2>/dev/null || missing+=("for $PYTHON: pytest httpx jsonschema yaml jwt cryptography psycopg2 aiosmtpd")
        ;;
      lint) for item in clang-tidy-19 clang-format-19 shellcheck; do
        has "$item" || missing+=("the command $item")
      done ;;
      bench) for item in wrk nginx; do has "$item" || missing+=("the command $item"); done ;;
      fuzz) has clang++-19 || missing+=("the command clang++-19") ;;
      *) fail "there is no group '$group' (build, test, lint, bench, fuzz)" ;;
    esac
  done
  ((${#missing[@]})) || return 0
  {
    echo "Packages are installed for you on Debian 12, Debian 13 and Ubuntu 24.04."
    echo "This system is another; for '$*' it lacks:"
    printf '  %s\n' "${missing[@]}"
    echo "docs/dependencies.md says what each is for. Install them and try again."
  } >&2
  exit 1
}
