# Every command of the project. A fresh machine needs Python 3.11 or newer and make; all else is installed in
# .venv and node_modules, from lock files with hashes, once: a stamp says that it was done.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
PYTEST_FLAGS ?= -q
MODELS ?=
export HOST PORT MODELS

BIN := .venv/bin
# Node.js comes as a Python package, so npm and node are in the environment too.
NODE_PATH := PATH="$(CURDIR)/$(BIN):$$PATH"
# A lock file has every package, so pip has nothing to work out, and takes no file whose hash is not there.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra photos
PYTHON_SOURCES := $(wildcard app model tests)
PAGE_SOURCES := $(wildcard static/js static/css tests/js)
SCRIPTS := $(shell find static/js -name '*.js' 2>/dev/null)
SCRIPT_TESTS := $(wildcard tests/js/*.test.js)

.DEFAULT_GOAL := help
.PHONY: help run test coverage check fuzz format lock bench load train-digits train-objects train-pets hooks clean
.DELETE_ON_ERROR:

help: ## List these commands.
	@awk -F ':.*## ' '/^[a-z -]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: .venv/runtime.stamp ## Serve the page and the API on http://127.0.0.1:8000 (HOST and PORT change that; MODELS=my.onnx adds your own).
	@LOG_REQUESTS=$${LOG_REQUESTS:-0} exec $(BIN)/python -m app serve

# In the browser most of the time is spent waiting, so two tests at a time; what is timed or loaded runs alone.
test: .venv/development.stamp node_modules/.stamp ## Run every test: Python, browser and JavaScript (PYTEST_FLAGS are pytest's own).
ifneq ($(SCRIPT_TESTS),)
	@$(NODE_PATH) node --test $(SCRIPT_TESTS)
endif
	@chromium="$$($(BIN)/python tests/browser/chromium.py)" && \
	export CHROMIUM="$$chromium" && \
	$(BIN)/python -m pytest $(PYTEST_FLAGS) --ignore tests/browser && \
	$(BIN)/python -m pytest $(PYTEST_FLAGS) --numprocesses 2 --dist load --maxschedchunk 1 tests/browser

coverage: .venv/development.stamp node_modules/.stamp ## Run the Python tests and list the lines and branches that they miss.
	@$(BIN)/python -m coverage run -m pytest $(PYTEST_FLAGS)
	@$(BIN)/python -m coverage report

check: .venv/development.stamp node_modules/.stamp ## Lint, check formats, types and who imports whom.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(PYTHON_SOURCES)
	$(BIN)/lint-imports --no-logo
ifneq ($(SCRIPTS),)
	$(NODE_PATH) node_modules/.bin/tsc --project jsconfig.json
endif
ifneq ($(PAGE_SOURCES),)
	$(NODE_PATH) node_modules/.bin/biome check --error-on-warnings --diagnostic-level=warn $(PAGE_SOURCES)
endif

fuzz: .venv/development.stamp ## Look for pictures (5 minutes) and requests (10) that break something; FUZZ_SECONDS=30 for less.
	@if $(BIN)/python -c 'import atheris' 2>/dev/null; then \
	  OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.fuzz.decoder $(or $(FUZZ_SECONDS),300); \
	else echo "Atheris is not to be had on this machine: pictures are left out." >&2; fi
	@$(BIN)/python -m tests.fuzz.api $(or $(FUZZ_SECONDS),600)

format: .venv/development.stamp node_modules/.stamp ## Format Python, JavaScript and CSS, and mend what can be mended.
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .
ifneq ($(PAGE_SOURCES),)
	$(NODE_PATH) node_modules/.bin/biome check --write $(PAGE_SOURCES)
endif

lock: .venv/development.stamp ## Write the lock files anew from pyproject.toml and package.json (UPGRADE=1 for newer versions).
	$(LOCK) $(if $(UPGRADE),--upgrade) --output-file requirements.lock pyproject.toml
	$(LOCK) $(if $(UPGRADE),--upgrade) --group dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	$(NODE_PATH) npm install --package-lock-only

train-digits train-objects train-pets: .venv/runtime.stamp ## Train a model that ships from its seed.
	$(BIN)/python -m model train $(@:train-%=%)

bench: .venv/development.stamp ## Measure speed against PyTorch (where it is installed) and ONNX Runtime; write docs/performance.md.
	@$(BIN)/python -m tests.bench
	@chromium="$$($(BIN)/python tests/browser/chromium.py)" && CHROMIUM="$$chromium" LOG_REQUESTS=0 $(BIN)/python -m tests.bench.page

load: .venv/development.stamp ## Measure a server under up to ten times the requests that it can answer; write docs/operation.md.
	@$(BIN)/python -m tests.load

hooks: ## Run `make check` before each commit, in this clone.
	git config core.hooksPath .githooks

clean: ## Remove what make installed and what the tools left behind.
	rm -rf .venv node_modules .coverage htmlcov .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "There is no '$(PYTHON)' here. Install Python 3.11 or newer, or name one: make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "'$(PYTHON)' is not Python 3.11 or newer, but: $$("$(PYTHON)" --version 2>&1 | head -n 1)" >&2; \
	  echo "Name another: make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python has no venv module. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@rm -rf .venv
	@"$(PYTHON)" -m venv .venv

# A development environment serves too, so its stamp is a runtime stamp; a lock file that changed asks for both anew.
.venv/runtime.stamp: requirements.lock | .venv/bin/python
	@echo "Installing what the server needs into .venv (once)..."
	@$(PIP_INSTALL) -r requirements.lock
	@touch $@

.venv/development.stamp: requirements.lock requirements-dev.lock | .venv/bin/python
	@echo "Installing what the server, the tests and the checks need into .venv (once)..."
	@$(PIP_INSTALL) -r requirements-dev.lock
	@touch .venv/runtime.stamp $@

node_modules/.stamp: package.json package-lock.json .npmrc | .venv/development.stamp
	@echo "Installing the checkers of TypeScript, Biome and axe into node_modules (once)..."
	@$(NODE_PATH) npm ci --silent
	@touch $@
