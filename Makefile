# make <verb> PROFILE=name  =  npx tsx scripts/<verb>.ts --profile name
# make build NOTEBOOK_PATH=a.ipynb  =  npx tsx scripts/build.ts a.ipynb, and so for submit
PROFILE       ?= $(or $(FIRESTEEL_PROFILE),local)
NOTEBOOK_PATH ?=
ARGS          ?=

# The bundle starts three times as fast as the sources; make rebuilds it after a change.
run = node dist/firesteel.js $(1) --profile $(PROFILE) $(2) $(NOTEBOOK_PATH) $(ARGS)
sources := $(shell find scripts tasks -name '*.ts')

.DEFAULT_GOAL := help
.PHONY: help setup demo dev test test-all unit cluster e2e check bench architecture

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo; node dist/firesteel.js --help 2>/dev/null | sed -n '/^Commands:/,$$p' || true

node_modules: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch node_modules

dist/firesteel.js: scripts/bundle.js $(sources) node_modules
	@node scripts/bundle.js && touch $@

setup: dist/firesteel.js ## Ask what you have, and write a profile for it; ARGS='--kind local --yes' asks nothing
	@node dist/firesteel.js setup $(ARGS)

demo: dist/firesteel.js ## From nothing to "Pi is roughly 3.14": cluster, image, SparkPi
	@$(call run,demo,--yes)

dev: dist/firesteel.js ## Run JupyterLab and Spark on this machine; ARGS=down stops them
	@$(call run,dev,)

test: dist/firesteel.js ## Test the promises of the README on this machine: units, API server, one journey each
	node --import tsx test/run.ts test $(ARGS)

test-all: dist/firesteel.js ## Run every test that this machine can run, and list the others
	node --import tsx test/run.ts test-all $(ARGS)

unit: node_modules ## Run tests that need no cluster
	npx vitest run --project unit

cluster: node_modules ## Run tests against a real API server
	npx vitest run --project cluster

e2e: node_modules ## Run tests with real clusters and real Spark; PROFILE=name for one profile
	npx vitest run --project e2e --project host $(if $(filter file,$(origin PROFILE)),,$(PROFILE))

bench: dist/firesteel.js ## Measure times and ratios; ARGS=submission for submissions only
	node --import tsx test/bench/run.ts $(ARGS)

architecture: dist/firesteel.js ## Draw the pictures of ARCHITECTURE.md from the sources
	npx vitest run --project unit test/unit/house/architecture.test.ts --update

check: node_modules ## Check formatting, lint, types, dead code
	npm run --silent check

# Any other verb: make deploy, make submit ARGS='pi', ...
%: scripts/%.ts dist/firesteel.js
	@$(call run,$*,)
