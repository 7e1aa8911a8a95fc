# One binary on a small Debian. Keeps its data in /data and refuses to start without ADMIN_PASSWORD:
#   docker build -t streamgauge . && docker run -e ADMIN_PASSWORD=… -p 3000:3000 -v streamgauge:/data streamgauge
FROM rust:1-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends npm && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN make build

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 streamgauge && install -d -o streamgauge /data
COPY --from=build /source/target/release/streamgauge /usr/local/bin/
USER streamgauge
ENV HOST=0.0.0.0 PORT=3000 DATABASE_URL=sqlite:///data/streamgauge.db
VOLUME /data
EXPOSE 3000
CMD ["streamgauge", "serve"]
