# Everything a developer does here. `make` alone explains itself.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# A file whose hash is not in the lock is not installed.
PIP := $(PY) -m pip install -qq --disable-pip-version-check --no-input --require-hashes
CODE := app.py chalicelib infra tests
# What the browsers of buyers and sellers read, and those of the field, which are newer.
OLDEST = $(shell find chalicelib/pages/static chalicelib/pages/templates/office/keeping.js -name '*.js' -not -path '*/field/*')
FIELD = $(shell find chalicelib/pages/static/office/field -name '*.js')
LEVELS := tsconfig.json tsconfig.field.json tsconfig.worker.json
# Debian and Ubuntu packages that the page and label tests need.
SYSTEM := chromium fonts-wqy-microhei libzbar0
WORKERS ?= 2
ARGS ?=
# Fetched when asked for, since it is ten times the size of everything else from npm.
LIGHTHOUSE := 12.8.2
URL ?= http://127.0.0.1:8000/
# What the page is asked with, to be signed in: SESSION=TOKEN of POST /v1/sessions.
SESSION ?=

SECONDS ?= 600
CLIENTS ?= 32

ARCH ?= arm64
USERNAME ?= county
CLOUD := $(PY) -m infra.cloud.deploy

define need_stage
	@test -n "$(STAGE)" || { echo "Name the stage: make $@ STAGE=production" >&2; exit 1; }
endef

define need_node
	@command -v node > /dev/null && command -v npm > /dev/null || \
		{ echo "Shanhuo needs Node 20 or newer with npm, for its embedded engine: install them from nodejs.org." >&2; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || \
		{ echo "Shanhuo needs Node 20 or newer, this is $$(node --version): install a newer one." >&2; exit 1; }
endef

##@ Use it

.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: $(VENV)/.local node_modules/.engine ## Start Shanhuo on http://127.0.0.1:8000 (PORT=, HOST=, SHANHUO_DATA=, SHANHUO_DEMO=0)
	@$(PY) -m infra.run

.PHONY: backup
backup: $(VENV)/.local ## Save the data folder into one file while it runs (TO=, SHANHUO_DATA=, WITH_KEY=1)
	@$(PY) -m infra.backup $(TO) $(if $(filter 1,$(WITH_KEY)),--with-key)

.PHONY: restore
restore: $(VENV)/.local node_modules/.engine ## Put a backup into an empty data folder and start (FROM=, KEY=, SHANHUO_DATA=)
	@$(PY) -m infra.restore $(FROM) $(if $(KEY),--key $(KEY))

.PHONY: audit-export
audit-export: $(VENV)/.local ## Journal and inspections for auditors (FROM=a backup or a DynamoDB export, TO=, SINCE=an earlier one)
	@$(PY) -m infra.audit $(FROM) $(or $(TO),audit) $(if $(SINCE),--since $(SINCE))

.PHONY: books
books: $(VENV)/.dev ## Whether all of a backup adds up: stock, money, parcels, journal (FROM=a backup or a DynamoDB export)
	@$(PY) -m tests.books $(FROM)

##@ Run it on AWS (credentials and region as the AWS tools find them)

.PHONY: package
package: $(VENV)/.local ## Build the Lambda archive (ARCH=arm64 or x86_64)
	@$(PY) -m infra.cloud.package $(ARCH)

.PHONY: deploy
deploy: $(VENV)/.local ## Bring this commit to AWS (STAGE=, ARCH=, DOMAIN=, CERTIFICATE=, EMAIL=, CONCURRENCY=, PER_ADDRESS=; RELEASE= goes back)
	$(need_stage)
	@$(CLOUD) deploy $(STAGE) --arch $(ARCH) --release "$(RELEASE)" \
		--domain "$(DOMAIN)" --certificate "$(CERTIFICATE)" --email "$(EMAIL)" \
		--concurrency "$(CONCURRENCY)" --per-address "$(PER_ADDRESS)"

.PHONY: account
account: $(VENV)/.local ## Open the county's account, or give it a new password (STAGE=, USERNAME=county)
	$(need_stage)
	@$(CLOUD) account $(STAGE) --username $(USERNAME)

.PHONY: rotate
rotate: $(VENV)/.local ## Make a new master key now (STAGE=)
	$(need_stage)
	@$(CLOUD) rotate $(STAGE)

.PHONY: releases
releases: $(VENV)/.local ## What was deployed before (STAGE=)
	$(need_stage)
	@$(CLOUD) releases $(STAGE)

.PHONY: destroy
destroy: $(VENV)/.local ## Take the release away; table, buckets and keys stay (STAGE=)
	$(need_stage)
	@$(CLOUD) destroy $(STAGE)

.PHONY: rehearse
rehearse: $(VENV)/.dev node_modules/.engine .venv-cloud/.done lint-cloud ## Deploy the real package to an AWS played on this machine
	@$(PY) -m pytest -p no:cacheprovider tests/cloud/packing.py tests/cloud/witness.py tests/cloud/rehearsal.py $(ARGS)

.PHONY: lint-cloud
lint-cloud: $(VENV)/.local .venv-cloud/.done ## Check the CloudFormation templates
	@$(PY) -m infra.cloud.template $(ARCH)
	@.venv-cloud/bin/cfn-lint build/kept.json build/release.json
	@.venv-cloud/bin/checkov --config-file infra/cloud/checkov.yaml -f build/kept.json -f build/release.json

##@ Change it

# Compiled once, also where the environment says not to keep it: else each worker and each process
# that a test starts compiles everything, 3 s of a core.
.PHONY: test
test: $(VENV)/.dev node_modules/.dev system ## Run all tests (ARGS="-k recall" for some, WORKERS=2)
	@PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n $(WORKERS) --dist worksteal --durations 20 $(ARGS)

.PHONY: check
check: $(VENV)/.dev node_modules/.dev ## Lint, format and types
	@$(VENV)/bin/ruff check $(CODE)
	@$(VENV)/bin/ruff format --check $(CODE)
	@$(VENV)/bin/mypy $(CODE)
	@node_modules/.bin/biome check --error-on-warnings --log-level=warn
	@for level in $(LEVELS); do node_modules/.bin/tsc -p $$level || exit 1; done
	@node_modules/.bin/acorn --ecma5 --silent $(OLDEST)
	@node_modules/.bin/acorn --ecma2017 --silent $(FIELD)

.PHONY: format
format: $(VENV)/.dev node_modules/.dev ## Put the code into the format that `make check` asks for
	@$(VENV)/bin/ruff check --fix-only --quiet $(CODE)
	@$(VENV)/bin/ruff format $(CODE)
	@node_modules/.bin/biome format --write --log-level=warn

.PHONY: routes
routes: $(VENV)/.dev ## Write chalicelib/api/routes.txt anew after declaring a route
	@$(PY) -m infra.routes

.PHONY: house
house: $(VENV)/.dev ## Write docs/house.md anew after a room began to import another
	@$(PY) -m infra.house

.PHONY: lock
lock: $(VENV)/.dev ## Write requirements*.lock anew after changing a requirements file
	@for list in $(wildcard requirements*.txt); do \
		$(VENV)/bin/uv pip compile -q --system-certs --generate-hashes --no-annotate \
			--python-platform linux --python-version 3.11.7 --no-emit-package pip \
			--custom-compile-command "make lock" \
			$$list -o $${list%.txt}.lock || exit 1; \
	done

.PHONY: sbom
sbom: $(VENV)/.local node_modules/.engine ## List what runs, with licences and hashes (CycloneDX, into build/)
	@$(PY) -m infra.sbom

.PHONY: fixtures
fixtures: $(VENV)/.dev node_modules/.engine ## Write the items of the unreleased state anew, for later releases to read
	@$(PY) -m pytest -q -p no:cacheprovider tests/fixtures/write.py

.PHONY: bench
bench: $(VENV)/.dev node_modules/.engine ## Measure speed and cost on this machine
	@$(PY) -m tests.bench $(ARGS)

.PHONY: faults
faults: $(VENV)/.dev node_modules/.engine ## Break the wire to the engine while 16 clients work (OPS=10000, SEED=1, MIX=cuts)
	@OPS=$(OPS) SEED=$(SEED) MIX=$(MIX) $(PY) -m tests.faults

.PHONY: load
load: $(VENV)/.dev .venv-load/.done node_modules/.engine ## Play a live stream's crowd against a server of its own (SECONDS=600, CLIENTS=32)
	@SECONDS=$(SECONDS) CLIENTS=$(CLIENTS) $(PY) -m tests.load

.PHONY: capacity
capacity: $(VENV)/.dev ## Play the simulations and write docs/capacity.md
	@$(PY) -m infra.capacity

.PHONY: screenshots
screenshots: $(VENV)/.dev node_modules/.dev system ## Take a picture of every page
	@$(PY) -m tests.browser.screenshots $(ARGS)

.PHONY: lighthouse
lighthouse: system ## Google's page scores of a running server's page (URL=http://127.0.0.1:8000/t/CODE, SESSION=)
	$(need_node)
	@mkdir -p build
	@CHROME_PATH=$$(command -v chromium) npx --yes lighthouse@$(LIGHTHOUSE) $(URL) --quiet \
		--chrome-flags="--headless=new --no-sandbox" --output=json --output-path=build/lighthouse.json \
		--only-categories=performance,accessibility,best-practices \
		$(if $(SESSION),--extra-headers='{"Cookie": "session=$(SESSION)"}')
	@node -p 'Object.values(require("./build/lighthouse.json").categories).map(c => `$${Math.round(c.score * 100)} $${c.title}`).join("\n")'

.PHONY: clean
clean: ## Remove what was installed and built; the data folder stays
	rm -rf $(VENV) .venv-cloud .venv-load node_modules build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './.git/*' -type d -prune -exec rm -rf {} +

# What the targets above stand on. A stamp is written after a whole install and is older than the
# list it was made from as soon as that changes.

$(PY):
	@command -v $(PYTHON) > /dev/null || \
		{ echo "Shanhuo needs Python 3.11 or newer: install it, or name it with PYTHON=." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Shanhuo needs Python 3.11 or newer, this is $$($(PYTHON) --version): name another with PYTHON=." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2> /dev/null || \
		{ echo "This Python has no venv module: install it (Debian, Ubuntu: apt-get install python3-venv)." >&2; exit 1; }
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.local: requirements-local.lock | $(PY)
	@echo "Installing the Python packages into $(VENV) (once) ..."
	@$(PIP) -r requirements-local.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(PY)
	@echo "Installing the Python packages of the tests into $(VENV) (once) ..."
	@$(PIP) -r requirements-dev.lock
	@touch $@ $(VENV)/.local

.venv-cloud/.done: requirements-cloud.lock | $(PY)
	@echo "Installing what plays AWS into .venv-cloud (once) ..."
	@rm -rf .venv-cloud
	@$(PY) -m venv .venv-cloud
	@.venv-cloud/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r requirements-cloud.lock
	@touch $@

.venv-load/.done: requirements-load.lock | $(PY)
	@echo "Installing what plays a crowd into .venv-load (once) ..."
	@rm -rf .venv-load
	@$(PY) -m venv .venv-load
	@.venv-load/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r requirements-load.lock
	@touch $@

# With an engine of one's own (DYNAMODB_ENDPOINT) nothing comes from npm.
node_modules/.engine: package.json package-lock.json .npmrc
ifeq ($(DYNAMODB_ENDPOINT),)
	$(need_node)
	@npm ci --omit=dev --loglevel=error > /dev/null
	@mkdir -p node_modules
	@touch $@
endif

node_modules/.dev: package.json package-lock.json .npmrc
	$(need_node)
	@npm ci --loglevel=error > /dev/null
	@touch $@ node_modules/.engine

.PHONY: system
system:
	@missing=""; \
	command -v dpkg-query > /dev/null || { echo "Page and label tests need: $(SYSTEM)"; exit 0; }; \
	for package in $(SYSTEM); do \
		dpkg-query -W -f '$${Status}' $$package 2> /dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	[ -n "$$missing" ] || exit 0; \
	if [ "$$(id -u)" = 0 ]; then as_root=""; \
	elif sudo -n true 2> /dev/null; then as_root="sudo"; \
	else echo "Page and label tests need: apt-get install$$missing"; exit 0; fi; \
	echo "Installing$$missing (once) ..."; \
	{ $$as_root apt-get update -qq && \
	  $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing > /dev/null; } || \
		echo "That did not work; page and label tests need: apt-get install$$missing"
