# syntax=docker/dockerfile:1
# One binary and the four libraries that it needs: no shell, no packages, no root. Its data is in /data.
#   docker build -t streamgauge --build-arg COMMIT=$(packaging/commit.sh) .
#   docker run -e ADMIN_PASSWORD=… -p 3000:3000 -v streamgauge:/data streamgauge
# For both architectures; the one that is not the builder's is compiled by a cross compiler, not emulated:
#   docker buildx build --platform linux/amd64,linux/arm64 -t REGISTRY/streamgauge --push .
FROM --platform=$BUILDPLATFORM rust:1-bookworm AS build
ARG TARGETARCH
RUN apt-get update && apt-get install -y --no-install-recommends npm \
    && case "$TARGETARCH-$(dpkg --print-architecture)" in \
      arm64-amd64) apt-get install -y --no-install-recommends gcc-aarch64-linux-gnu libc6-dev-arm64-cross \
        && rustup target add aarch64-unknown-linux-gnu ;; \
      amd64-arm64) apt-get install -y --no-install-recommends gcc-x86-64-linux-gnu libc6-dev-amd64-cross \
        && rustup target add x86_64-unknown-linux-gnu ;; \
    esac && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
ARG COMMIT
RUN case "$TARGETARCH-$(dpkg --print-architecture)" in \
      arm64-amd64) export CC=aarch64-linux-gnu-gcc ;; amd64-arm64) export CC=x86_64-linux-gnu-gcc ;; \
    esac \
    && binary=$(env -u CC STREAMGAUGE_COMMIT="$COMMIT" packaging/build.sh ${TARGETARCH:-$(dpkg --print-architecture)}) \
    && packaging/image/root.sh "$binary" /image

FROM scratch AS image
ARG COMMIT
ARG SOURCE
LABEL org.opencontainers.image.title="Streamgauge" \
      org.opencontainers.image.description="Live metrics, percentiles and alerts from log drains" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="${COMMIT}" \
      org.opencontainers.image.source="${SOURCE}"
COPY --from=build /image/root/ /
COPY --from=build --chown=10001:10001 /image/data/ /data/
USER 10001:10001
WORKDIR /data
ENV PATH=/usr/local/bin HOST=0.0.0.0 PORT=3000 DATABASE_URL=sqlite:///data/streamgauge.db
VOLUME /data
EXPOSE 3000
# Whether it answers; a full disk is nothing that a restart mends.
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s --retries=3 CMD ["streamgauge", "healthcheck"]
CMD ["streamgauge", "serve"]
