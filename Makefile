# Two commands do everything: `make serve` and `make test`.  The environment is .venv/.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

# What other people's set-ups leave in the environment must not reach ours.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP VIRTUAL_ENV PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV PIP_CONSTRAINT PIP_REQUIREMENT PYTHONOPTIMIZE PYTHONWARNINGS PYTEST_ADDOPTS

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ARGS ?=

.PHONY: help setup serve test test-all check format lock score bench vendor diagram screenshots docs manual-pictures clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 12

setup: ## install everything into .venv/ (nothing to do when it is up to date)
	@.ci/setup

serve: setup ## build the bundled plan and serve it (ARGS="--port 8001" to pass options)
	@exec $(BIN)/kg serve $(ARGS)

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

test: check ## formatting, ruff, mypy --strict, the tests (at most five minutes)
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow" $(ARGS)

test-all: check ## all tests, the long ones too
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

format: setup ## put the code in form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

score: setup ## measure the extraction against the annotated plans, where they are at hand
	@if [ -f ../shared/gold/score.py ]; then \
	  for gold in ../shared/gold benchmarks/annotations; do \
	    echo "== $$gold"; \
	    $(BIN)/python ../shared/gold/score.py --command '$(BIN)/kg extract {file}' --plans ../shared/plans --gold $$gold; \
	  done; \
	else echo "score: no annotated plans here (../shared/gold is absent): nothing measured"; fi

bench: setup ## speed of extraction, checking, queries, builds, and of the service beside others (ARGS=--large: 1,000 plans)
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.builds $(ARGS)
	$(BIN)/python -m benchmarks.service --output docs $(ARGS)

vendor: ## fetch the vendored scripts and fonts of the pages anew (needs npm)
	@python3 .ci/vendor.py

diagram: setup ## lay out the drawing of the ontology anew, into api/entities/diagram.json (needs Graphviz)
	@$(BIN)/python .ci/diagram.py

screenshots: setup ## every page at three widths, in both languages, light and dark, into build/screenshots (needs Chromium)
	@$(BIN)/python -m tests.browser.screenshots $(ARGS)

docs: setup ## the manual in Vietnamese and English, into build/docs (ARGS=--no-run: without running the notebooks)
	@$(BIN)/python -m manual $(ARGS)

manual-pictures: setup ## the pictures of pages for the manual, into build/manual-pictures (needs Chromium)
	@$(BIN)/python -m manual.pictures $(ARGS)

lock: setup ## make the lock files anew from pyproject.toml
	$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --upgrade -o requirements.txt pyproject.toml
	$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --upgrade --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml

clean: ## remove the environment and caches
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
