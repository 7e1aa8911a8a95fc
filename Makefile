# Everything that a person does with this checkout. `make run` and `make test` need nothing installed before but Rust's cargo.
SHELL := /bin/bash
TARGET := $(or $(CARGO_TARGET_DIR),target)
BINARY := $(TARGET)/release/streamgauge
export PATH := $(CURDIR)/.tools/bin:$(PATH)
export STREAMGAUGE_SITE := $(abspath $(TARGET)/site)
# What `streamgauge --version` names. Another commit compiles one file of three lines.
export STREAMGAUGE_COMMIT := $(shell packaging/commit.sh)

.PHONY: help run build site tools test lint unit browser dev demo torture bench mixes at-rest history draw frames tail cpu lighthouse first overview walk memory shots states figures clean deb deb-check image image-check manifests release

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 13

run: build ## Build all and start the server (PORT, DATABASE_URL and the others are passed on)
	@PATH="$(abspath $(TARGET)/release):$$PATH" $(BINARY) serve

build: site ## Build the one binary, the site inside
	cargo build --release --package server --features embed

site: tools
	.ci/site.sh

tools:
	@.ci/tools.sh

test: ## Formatting, lints, unit, property, integration and browser tests, and how long each stage took
	@MAKE="$(MAKE)" .ci/stages.sh lint site unit browser
	@echo "make test: everything passed"

lint: tools
	cargo fmt --all --check
	cargo clippy --release --all-targets --workspace --exclude front --exclude hydrate --exclude draw -- -D warnings
	cargo clippy --package hydrate --package front --package draw --target wasm32-unknown-unknown --profile wasm-release --target-dir $(TARGET)/front -- -D warnings

# One command, in the profile that ships: Cargo unifies features over the packages it is asked for, and another choice of them would build Tokio,
# Leptos and the server again. So the binary must be there already.
unit: site
	@.ci/tools.sh senders
	cargo test --release --features dashboard/ssr,server/embed
	@! cargo build --release --package server --features embed 2>&1 | grep Compiling || \
	{ echo "make: tests and binary have different features of these; server/Cargo.toml makes them the same"; exit 1; }

browser: build
	@.ci/tools.sh browser
	cd end2end && npx tsc && STREAMGAUGE=$(abspath $(BINARY)) npx playwright test

dev: tools ## The development loop: rebuilds and reloads on every change
	@command -v cargo-leptos >/dev/null || { echo "installing cargo-leptos (15 to 20 minutes, once)"; cargo install cargo-leptos --version 0.3.10 --locked --root .tools; }
	PATH="$(CURDIR)/end2end/node_modules/.bin:$$PATH" cargo leptos watch

demo: export DATABASE_URL ?= sqlite://$(abspath $(TARGET))/demo.db
demo: build ## Start the server with made-up traffic, in a database of its own
	@PATH="$(abspath $(TARGET)/release):$$PATH"; trap 'kill $$(jobs -p) 2>/dev/null' EXIT INT TERM; \
	$(BINARY) serve & until $(BINARY) drain list >/dev/null 2>&1; do kill -0 $$! || exit 1; done; \
	$(BINARY) simulate --backfill 1h & wait -n

api-check: build ## Ask every operation of the API's description with schemathesis: no 5xx, no answer that differs from it
	@STREAMGAUGE=$(abspath $(BINARY)) .ci/api.sh

torture: site ## What takes minutes to an hour: a hundred kills, a full disk, every attack beside an honest drain (HOSTILE_MINUTES=60)
	cargo test --release --package server --features embed --test it -- --ignored --nocapture --test-threads 1

bench: ## Measure; each benchmark asserts its result; what it prints is kept as a dated file
	@.ci/bench.sh

draw: tools ## Measure redraws of a chart beside uPlot, in the browser
	@.ci/tools.sh browser
	@.ci/draw.sh

frames: build ## Watch the live App page for a minute under traffic: no task may take longer than 50 ms
	@.ci/tools.sh browser
	cd end2end && STREAMGAUGE=$(abspath $(BINARY)) npx playwright test --config bench.config.ts frames

tail: build ## Watch the tail of 5,000 lines a second for half a minute: nothing is missed, no task takes longer than 50 ms
	@.ci/tools.sh browser
	cd end2end && STREAMGAUGE=$(abspath $(BINARY)) npx playwright test --config bench.config.ts tail

cpu: build ## Measure the browser's CPU while a live page is looked at
	@.ci/tools.sh browser
	cd end2end && STREAMGAUGE=$(abspath $(BINARY)) npx playwright test --config bench.config.ts cpu

lighthouse: build ## Let Lighthouse judge the pages
	@.ci/tools.sh browser
	cd end2end && STREAMGAUGE=$(abspath $(BINARY)) npx playwright test --config bench.config.ts lighthouse

first: build ## Measure the time from a cold load to the first number that changes, on each page
	@.ci/tools.sh browser
	cd end2end && STREAMGAUGE=$(abspath $(BINARY)) npx playwright test --config bench.config.ts first

overview: build ## Watch the Overview of 300 apps for a minute, and its wall
	@.ci/tools.sh browser
	cd end2end && STREAMGAUGE=$(abspath $(BINARY)) npx playwright test --config bench.config.ts overview

walk: build ## Walk from the Overview to the lines of a failing request: by pointer, by keyboard, on a phone
	@.ci/tools.sh browser
	cd end2end && STREAMGAUGE=$(abspath $(BINARY)) npx playwright test --config bench.config.ts walk

memory: build ## Watch the memory of three live tabs for half an hour (MINUTES=31)
	@.ci/tools.sh browser
	cd end2end && STREAMGAUGE=$(abspath $(BINARY)) npx playwright test --config bench.config.ts memory

mixes: ## Measure ten kinds of traffic that nothing was tuned to, and 1,000 apps, beside awk (SEED=, MIX=)
	@.ci/bench.sh mixes

at-rest: ## Search ten gigabytes of lines at rest beside rg (SEED=, MIX=, GB=)
	@.ci/bench.sh at-rest

history: ## Make a year of history, and measure questions about it
	@.ci/bench.sh history

shots: build ## Take screenshots of the pages into end2end/shots
	@.ci/tools.sh browser
	cd end2end && STREAMGAUGE=$(abspath $(BINARY)) npx playwright test --config shots.config.ts

states: build ## Take screenshots of every state of the pages into target/states
	@.ci/tools.sh browser
	cd end2end && STREAMGAUGE=$(abspath $(BINARY)) STATES_DIR=$(abspath $(TARGET))/states npx playwright test --config states.config.ts

deb: build ## Make the Debian package in target/packages
	@packaging/deb/build.sh $(BINARY) $(TARGET)/packages

deb-check: build ## Install, upgrade, remove and purge that package in a Debian of its own (as root, with debootstrap)
	@packaging/deb/check.sh $(BINARY) $(TARGET)/deb-check

image: build ## Make the container image `streamgauge` of the built binary, with docker, buildah or podman
	@packaging/image/build.sh $(BINARY) streamgauge

image-check: build ## Make that image and start what is in it, without an engine (as root, with buildah)
	@packaging/image/check.sh $(BINARY) $(TARGET)/image-check

manifests: ## Check the manifests in packaging: Kubernetes' schema, syntax, version, user
	@packaging/validate.sh

release: ## Make what a release consists of in target/release-files: archive, Debian package, source, SBOM, checksums
	@packaging/release.sh $(TARGET)/release-files

figures: ## Print figures about the Rust code: lengths, closures, tuple fields, what is public
	@.ci/figures.sh

clean: ## Remove what was built
	rm -rf target .tools end2end/node_modules
