# The commands of this project; `make help` lists them.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help run test lint bench unit integration postgresql browser architecture messages

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-14s %s\n", $$1, $$2}'

$(VENV)/.ready: requirements.txt
	@echo "Installing the pinned packages into $(VENV) (once, a minute or two) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --disable-pip-version-check --no-input -r requirements.txt | grep -E '^(Collecting|Installing|Successfully)' || true
	@$(BIN)/python -c "import flask, whoosh, pytest"
	@touch $@

run: $(VENV)/.ready ## install, migrate, load the first pages, serve on http://127.0.0.1:8000 (PORT= HOST= WORKERS=)
	@$(BIN)/flask serve

test: $(VENV)/.ready ## everything: lint, types, architecture, unit, integration (SQLite, PostgreSQL), browser
	@$(BIN)/python -m tests.run

lint: $(VENV)/.ready ## style, types and import contracts
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

bench: $(VENV)/.ready ## the benchmark table: medians, and ratios to a bare Flask page in the same run
	@$(BIN)/python -m tests.bench

unit: $(VENV)/.ready ## the unit tests only
	@$(BIN)/python -m pytest tests/unit -q -n 2

integration: $(VENV)/.ready ## the integration tests on SQLite
	@$(BIN)/python -m pytest tests/integration tests/architecture -q -n 2

postgresql: $(VENV)/.ready ## the integration tests on PostgreSQL
	@$(BIN)/python -m pytest tests/integration -q -n 2 --database postgresql

browser: $(VENV)/.ready ## the journeys in Chromium
	@$(BIN)/python -m pytest tests/browser -q
