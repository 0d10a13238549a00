# make demo and make test are all a newcomer needs; everything else is for those who change the code.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL: # both stamps come from one virtual environment

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= auto
# The demo ends by serving the console on a filled lab until Ctrl-C; SERVE=0 stops before that, for scripts.
SERVE ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup litellm opencti demo test test-failed test-attribution fuzz fuzz-parsers coverage check lint types contracts bench docs lock audit wheel clean

help: ## list what can be made
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

# Two stamps: the demo needs only what runs Stillwatch, tests need the tools as well. A stamp holds the locks it was
# made from, so that nothing is installed again until a lock changes.
RUN_LOCKS := requirements/runtime.txt requirements/build.txt
DEV_LOCKS := $(RUN_LOCKS) requirements/dev.txt

$(VENV)/.run: $(RUN_LOCKS) pyproject.toml
	@PYTHON="$(PYTHON)" requirements/install "$(VENV)" $(RUN_LOCKS)
	@touch $@

$(VENV)/.dev: $(DEV_LOCKS) pyproject.toml
	@PYTHON="$(PYTHON)" requirements/install "$(VENV)" $(DEV_LOCKS)
	@touch $@ $(VENV)/.run

# LiteLLM pins what Stillwatch pins otherwise, so it gets an environment of its own; the plugin is loaded from src/.
LITELLM := .venv-litellm
$(LITELLM)/.done: requirements/litellm.txt
	@"$(PYTHON)" -m venv "$(LITELLM)"
	@"$(LITELLM)/bin/python" -m pip install -qq --require-hashes --no-deps -r requirements/litellm.txt
	@touch $@

litellm: $(LITELLM)/.done ## install the LiteLLM proxy that tests and demonstrations run

# So does OpenCTI's client, which only tests run: emitted bundles are given to its importer.
OPENCTI := .venv-opencti
$(OPENCTI)/.done: requirements/opencti.txt
	@"$(PYTHON)" -m venv "$(OPENCTI)"
	@"$(OPENCTI)/bin/python" -m pip install -qq --require-hashes --no-deps -r requirements/opencti.txt
	@touch $@

opencti: $(OPENCTI)/.done ## install OpenCTI's client, which tests import bundles with

setup: $(VENV)/.dev ## install everything into .venv, from the locks

demo: $(VENV)/.run ## make a world with known truth, find its campaigns, write demo/; serve the console on a filled lab
	@$(BIN)/stillwatch demo --out demo
	@if [ "$(SERVE)" = 1 ]; then $(BIN)/stillwatch demo console --out demo/lab; fi

test: $(VENV)/.dev ## run the tests
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -rs tests

# Torch stays outside the locks: which wheel fits is the machine's affair, and nothing but models needs it.
$(VENV)/.torch: $(VENV)/.dev pyproject.toml
	@$(BIN)/python -m pip install -qq --no-build-isolation --editable ".[attribution]"
	@touch $@

test-attribution: $(VENV)/.torch ## run the tests that train and serve small models; installs torch
	@STILLWATCH_TEST_TORCH=1 $(BIN)/python -m pytest -n $(JOBS) -rs tests/attribution/torch

# A second look at what failed, alone: what passes then hangs on timing. It is named, so that it gets mended.
test-failed: $(VENV)/.dev ## run again, one by one, what failed in the last `make test`
	@$(BIN)/python -m pytest --last-failed --last-failed-no-failures=none -rA tests

fuzz: $(VENV)/.dev ## draw the examples of the property tests anew, and many
	@STILLWATCH_FUZZ=1 $(BIN)/python -m pytest -n $(JOBS) -rs $$(grep -rl --include='*.py' 'from hypothesis' tests)

# Atheris stays outside the locks: it has wheels for some versions of Python and wants a compiler for the others.
$(VENV)/.fuzz: $(VENV)/.dev pyproject.toml
	@$(BIN)/python -m pip install -qq --no-build-isolation --editable ".[fuzz]"
	@touch $@

TIME ?= 60
fuzz-parsers: $(VENV)/.fuzz ## fuzz everything that reads what others send, for TIME seconds in all; TARGETS=otlp takes one
	@$(BIN)/python -m fuzz $(TARGETS) --time $(TIME)

# A tool of its own, outside the locks: nothing but this command needs it.
$(VENV)/.quality: $(VENV)/.dev pyproject.toml
	@$(BIN)/python -m pip install -qq --no-build-isolation --editable ".[quality]"
	@touch $@

coverage: $(VENV)/.quality ## which share of the lines of the core the tests run, by package; SMALL=1 its own tests alone
	@$(BIN)/python -m benchmarks coverage $(if $(filter-out 0,$(SMALL)),--small --keep)

check: test lint types contracts docs ## everything CI does

lint: $(VENV)/.dev ## style and format
	@$(BIN)/ruff check --no-cache . # a cache outlives the folders that decide what an import is
	@$(BIN)/ruff format --check .

types: $(VENV)/.dev ## strict types
	@$(BIN)/mypy

contracts: $(VENV)/.dev ## who may import whom
	@$(BIN)/lint-imports

bench: $(VENV)/.dev $(if $(filter attribution attribution-many,$(NAME)),$(VENV)/.torch) $(if $(filter coverage,$(NAME)),$(VENV)/.quality) ## every figure that has a target; make bench NAME=ingest [SMALL=1] [NOTE=…] runs one
	@$(BIN)/python -m benchmarks $(NAME) $(if $(filter-out 0,$(SMALL)),--small) $(if $(NOTE),--note "$(NOTE)")

docs: $(VENV)/.dev ## build the documentation into site/
	@$(BIN)/python -m docs.generate
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

# The locks are compiled apart from .venv, with the user's pip configuration set aside, so that they name
# nothing but packages, versions and the hashes of the published artifacts. PYTHON has to be the oldest one that is
# supported, Debian 12's 3.11.2: what only that one needs is left out by any newer.
LOCK_ENV := build/lock
COMPILE = PIP_CONFIG_FILE=/dev/null $(LOCK_ENV)/bin/pip-compile --quiet --no-config --generate-hashes --strip-extras --allow-unsafe \
	--no-annotate --no-header --no-emit-options $(UPGRADE)

lock: ## compile the locks anew; UPGRADE=--upgrade takes newer versions
	@$(PYTHON) -m venv $(LOCK_ENV) && $(LOCK_ENV)/bin/pip install --quiet pip-tools==7.6.2
	@unset PIP_FIND_LINKS PIP_EXTRA_INDEX_URL; \
	$(COMPILE) --output-file requirements/runtime.txt pyproject.toml; \
	$(COMPILE) --extra dev --constraint requirements/runtime.txt --output-file requirements/dev.txt pyproject.toml; \
	$(COMPILE) --all-build-deps --only-build-deps --constraint requirements/dev.txt \
		--output-file requirements/build.txt pyproject.toml

# An environment of its own: these tools pin what Stillwatch pins otherwise, and never run beside it.
SUPPLY := build/supply
$(SUPPLY)/.done: requirements/supply.txt
	@"$(PYTHON)" -m venv "$(SUPPLY)"
	@"$(SUPPLY)/bin/python" -m pip install -qq --require-hashes --no-deps -r requirements/supply.txt
	@touch $@

audit: $(SUPPLY)/.done ## ask for known vulnerabilities of what is locked (needs the network)
	@$(SUPPLY)/bin/pip-audit --require-hashes --disable-pip -r requirements/runtime.txt

wheel: $(VENV)/.dev $(SUPPLY)/.done ## build the wheel, the same bytes each time, with the list of what is inside (SBOM)
	@mkdir -p dist
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m pip wheel -q --no-deps --no-build-isolation --wheel-dir dist .
	@PYTHONWARNINGS=ignore $(SUPPLY)/bin/cyclonedx-py requirements --output-reproducible --of JSON -o dist/stillwatch.cdx.json \
		--pyproject pyproject.toml requirements/runtime.txt
	@cd dist && sha256sum *.whl *.json | tee SHA256SUMS

clean: ## remove what was made, .venv included
	@rm -rf $(VENV) $(LITELLM) $(OPENCTI) build dist site demo
