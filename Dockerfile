# Scheduling Worker as a container: docker build -t scheduling-worker .
#   docker run -p 127.0.0.1:3007:3007 -e SETUP_CODE=... -v scheduling-worker:/data scheduling-worker
# The file system may be read-only (--read-only --tmpfs /tmp): only /data is written.

FROM debian:12-slim AS build
WORKDIR /src
# First what changes seldom, so that a change of the sources installs nothing again.
COPY dev ./
COPY scripts/dev ./scripts/dev
RUN ./dev setup build
COPY . .
# The repository itself is not in the build; what it is at is told: --build-arg REVISION=...
ARG REVISION=unknown
ENV SW_REVISION=$REVISION
RUN ./dev build --preset release scheduling-worker \
 && strip --strip-debug build/release/bin/scheduling-worker

FROM debian:12-slim
# The libraries that the program is linked with, the tz database that it reads, certificates for
# the calls that it makes. No shell is needed at run time, but a person who looks inside wants one.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      ca-certificates tzdata \
      libboost-json1.81.0 libbrotli1 libcctz2 libcjose0 libcurl4 libgoogle-perftools4 libjansson4 libpq5 libsodium23 \
      libsqlite3-0 libssl3 libutf8proc2 libyaml-cpp0.7 zlib1g \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --user-group --home-dir /data --no-create-home worker \
 && install -d -o worker -g worker -m 0700 /data
COPY --from=build /src/build/release/bin/scheduling-worker /usr/local/bin/scheduling-worker
COPY --from=build /src/LICENSE /usr/share/doc/scheduling-worker/LICENSE

USER worker
WORKDIR /data
VOLUME /data
# Inside a container the loopback address reaches nobody; who may reach the ports is decided where
# they are published.
ENV DATA_DIR=/data HOST=0.0.0.0 OPS_HOST=0.0.0.0
EXPOSE 3007 9090
# The program's own client asks /health/ready: the image needs no curl.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["/usr/local/bin/scheduling-worker", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/scheduling-worker"]
CMD ["serve"]
