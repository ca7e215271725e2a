# make <verb> PROFILE=gke  =  npx tsx scripts/<verb>.ts --profile gke
PROFILE ?= local
ARGS    ?=
export NODE_OPTIONS ?=

run = node --import tsx scripts/$(1).ts --profile $(PROFILE) $(2) $(ARGS)

.DEFAULT_GOAL := help
.PHONY: help demo test unit cluster e2e check bench schema

help: ## This list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo; node --import tsx scripts/firesteel.ts --help 2>/dev/null | sed -n '/^Commands:/,$$p' || true

node_modules: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch node_modules

demo: node_modules ## From nothing to "Pi is roughly 3.14": cluster, image, SparkPi
	$(call run,demo,--yes)

test: node_modules ## Every test this machine can run, and a line for each it cannot
	node --import tsx test/run.ts $(ARGS)

unit: node_modules ## Tests that need no cluster
	npx vitest run --project unit

cluster: node_modules ## Tests against a real API server
	npx vitest run --project cluster

e2e: node_modules ## Tests with real clusters and real Spark
	npx vitest run --project e2e

bench: node_modules ## Times and ratios, printed
	node --import tsx test/bench/run.ts

check: node_modules ## Formatting, lint, types, dead code
	npm run --silent check

# Any other verb: make deploy, make submit ARGS='pi', ...
%: scripts/%.ts node_modules
	$(call run,$*,)
