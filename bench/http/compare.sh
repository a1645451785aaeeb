#!/bin/bash
# Measures the HTTP server beside a bare epoll server and nginx, in rounds that alternate, so that
# a machine that is slow for a moment is slow for all. Everything on loopback, on free ports.
#   bench/http/compare.sh BUILD_FOLDER [SECONDS_A_ROUND [ROUNDS]]
set -euo pipefail

build=${1:?build folder with bench_http_server and bench_http_epoll}
seconds=${2:-3}
rounds=${3:-3}
connections=64

folder=$(mktemp -d)
pids=()
cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap cleanup EXIT

find_program() { find "$build" -type f -executable -name "$1" -print -quit; }

# start NAME COMMAND...: sets port[NAME] to the number that the program prints.
declare -A port
start() {
  local name=$1
  shift
  "$@" >"$folder/$name.port" &
  pids+=($!)
  for _ in $(seq 100); do
    [ -s "$folder/$name.port" ] && break
    read -rt 0.05 <> <(:) || true
  done
  port[$name]=$(cat "$folder/$name.port")
}

start epoll "$(find_program bench_http_epoll)"
start server "$(find_program bench_http_server)" 1
names=(epoll server)

if command -v nginx >/dev/null; then
  body=$(printf 'x%.0s' $(seq 300))
  for _ in $(seq 20); do
    candidate=$((20000 + RANDOM % 20000))
    cat >"$folder/nginx.conf" <<CONF
daemon off;
worker_processes 1;
pid $folder/nginx.pid;
error_log $folder/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path $folder/body; proxy_temp_path $folder/proxy;
  fastcgi_temp_path $folder/fastcgi; uwsgi_temp_path $folder/uwsgi; scgi_temp_path $folder/scgi;
  server { listen 127.0.0.1:$candidate; location / { default_type application/json; return 200 "$body"; } }
}
CONF
    nginx -t -c "$folder/nginx.conf" -p "$folder" -e "$folder/error.log" 2>/dev/null || continue
    nginx -c "$folder/nginx.conf" -p "$folder" -e "$folder/error.log" &
    pids+=($!)
    for _ in $(seq 100); do
      [ -s "$folder/nginx.pid" ] && break
      read -rt 0.05 <> <(:) || true
    done
    port[nginx]=$candidate
    names+=(nginx)
    break
  done
fi

measure() {
  wrk -t1 -c"$connections" -d"${seconds}s" --latency "http://127.0.0.1:${port[$1]}/health" |
    awk -v name="$1" '/^ *99%/ {p99=$2} /^ *50%/ {p50=$2} /^Requests\/sec/ {rate=$2}
                      /Non-2xx|Socket errors/ {bad=1}
                      END {print name, rate, p50, p99, bad ? "errors" : "ok"}'
}

for _ in $(seq "$rounds"); do
  for name in "${names[@]}"; do measure "$name"; done
done | tee "$folder/results" >/dev/null

# The best round of each, since noise only ever takes away.
awk -v rounds="$rounds" -v seconds="$seconds" -v connections="$connections" '
  { if ($2 > best[$1]) { best[$1] = $2; p50[$1] = $3; p99[$1] = $4; state[$1] = $5 } }
  END {
    printf "300-byte answers, %d connections, best of %d rounds of %d s, one server thread\n",
           connections, rounds, seconds
    printf "%-8s %12s %10s %10s %10s  %s\n", "what", "requests/s", "p50", "p99", "of epoll", ""
    split("epoll server nginx", order)
    for (i = 1; i <= 3; ++i) {
      n = order[i]
      if (n in best) printf "%-8s %12.0f %10s %10s %9.0f%%  %s\n", n, best[n], p50[n], p99[n],
                            100 * best[n] / best["epoll"], state[n]
    }
  }' "$folder/results"
