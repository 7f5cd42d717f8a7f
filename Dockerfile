# mock-broker and iotconform in a container. docs/pointing-a-device-here.md says how devices find it.
#
#   docker build -t iotconform .
#   docker run --rm -p 1883:1883 -p 443:8443 -p 8883:8883 -v iotconform:/var/lib/iotconform iotconform
#
# The control API answers inside the container only (docker exec); to publish it, give it a token:
#   docker run … -e IOTCONFORM_CONTROL_TOKEN=… -p 127.0.0.1:9880:9880 iotconform --control-bind 0.0.0.0
FROM debian:12-slim AS build
COPY tools/install-deps /tmp/install-deps
RUN /tmp/install-deps build
WORKDIR /src
COPY . .
RUN make -j"$(nproc)" install DESTDIR=/out PREFIX=/usr

FROM debian:12-slim
COPY tools/install-deps /tmp/install-deps
RUN /tmp/install-deps runtime && rm -rf /var/lib/apt/lists /var/cache/apt /tmp/install-deps
RUN useradd --system --uid 10001 --no-create-home --home-dir /var/lib/iotconform iotconform && install -d -o iotconform -g iotconform /var/lib/iotconform
COPY --from=build /out/ /
ENV XDG_STATE_HOME=/var/lib
USER iotconform
# The certificates: kept here, so that the root certificate on your devices stays valid.
VOLUME /var/lib/iotconform
EXPOSE 1883 8443 8883 9880
HEALTHCHECK --interval=10s --timeout=6s --start-period=10s CMD ["/usr/share/iotconform/health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/mock-broker", "--bind", "0.0.0.0"]
