# Petition Alerts. `make help` lists what can be done here.

PYTHON ?= python3
ARGS ?=

# Another interpreter has an environment of its own: .venv-python3.13 beside .venv.
VENV := .venv$(patsubst %,-%,$(filter-out python3,$(notdir $(PYTHON))))
BIN := $(VENV)/bin
RUNTIME := $(VENV)/runtime.stamp
DEVELOPMENT := $(VENV)/development.stamp

# A file that names no registry lets pip take its own; the hashes say that what came is what was locked.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --no-input --require-hashes -r
COMPILE := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: help run test fuzz mutants lint format bench charts lock clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo '  Arguments go in ARGS: make test ARGS="tests/petitions -x". Another interpreter: make test PYTHON=python3.12'

run: $(RUNTIME) ## Start the bot: live with TELEGRAM_BOT_TOKEN (environment or .env), in the sandbox without
	@if $(BIN)/python -c 'import bot.settings as s, sys; sys.exit(not s.has_token())'; \
	then exec $(BIN)/python -m bot run $(ARGS); else exec $(BIN)/python -m sandbox $(ARGS); fi

# Bytecode is kept even where it usually is not: many processes would compile all the code anew.
test: $(DEVELOPMENT) ## Run the tests; ARGS="-m 'not slow'" leaves out those that take seconds
	@PYTHONDONTWRITEBYTECODE= exec $(BIN)/python -m pytest --numprocesses auto $(ARGS)

fuzz: $(DEVELOPMENT) ## Try inputs for as long as wished; ARGS="--seconds 600 documents"
	@exec $(BIN)/python -m tests.fuzz $(ARGS)

mutants: $(DEVELOPMENT) ## Put mistakes into the code, and see whether the tests notice; ARGS="--sample 150 --seed 1"
	@exec $(BIN)/python -m tests.mutants $(ARGS)

lint: $(DEVELOPMENT) ## Check style, types, import arrows and the Dockerfile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --config pyproject.toml
	$(BIN)/hadolint Dockerfile

format: $(DEVELOPMENT) ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(DEVELOPMENT) ## Measure, with peers and limits side by side
	@exec $(BIN)/python -m benchmarks $(ARGS)

charts: $(DEVELOPMENT) ## Draw the charts of the documentation anew
	@exec $(BIN)/python -m tests.documented_charts

lock: ## Lock the dependencies again (needs uv); `make lock ARGS=--upgrade` for newer ones
	$(COMPILE) $(ARGS) pyproject.toml -o requirements.txt
	$(COMPILE) $(ARGS) --extra dev --constraint requirements.txt pyproject.toml -o requirements-dev.txt

clean: ## Remove the environment and the caches, never data/
	rm -rf $(VENV) mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): requirements.txt $(BIN)/python
	@echo 'Installing the locked requirements into $(VENV) …'
	@$(INSTALL) requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(BIN)/python
	@echo 'Installing the locked development requirements into $(VENV) …'
	@$(INSTALL) requirements-dev.txt
	@touch $@

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || \
	    { echo 'make: no $(PYTHON) here. Petition Alerts needs Python 3.11 or newer (PYTHON=… names another one).' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo 'make: $(PYTHON) is older than 3.11, which Petition Alerts needs (PYTHON=… names another one).' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	    { echo 'make: $(PYTHON) has no venv module. On Debian and Ubuntu: apt-get install python3-venv' >&2; exit 1; }
	@echo 'Creating $(VENV) …'
	@$(PYTHON) -m venv --clear $(VENV)
