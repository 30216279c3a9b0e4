# The project's commands; `make` alone lists them.
.DEFAULT_GOAL := help
PORT ?= 8000
GATEWAY_PORT ?= $(shell expr $(PORT) + 1)
PYTHON ?= python3
N ?= 200
VENV := .venv
BIN := $(VENV)/bin
CORES := $(shell nproc 2>/dev/null || echo 2)
export PYTHONUNBUFFERED := 1
export FINPORTAL_INSTANCE ?= instance

.PHONY: help run test check fix bench crash translate browser postgres

help: ## List the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

$(VENV)/.run: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

run: export FINPORTAL_MODE ?= demo
run: export FINPORTAL_BASE_URL ?= http://127.0.0.1:$(PORT)
run: export FINPORTAL_GATEWAY ?= placetopay
run: export FINPORTAL_FAKE_GATEWAY ?= http://127.0.0.1:$(GATEWAY_PORT)
run: export FINPORTAL_TEMPLATE_CACHE ?= $(FINPORTAL_INSTANCE)/templates
run: $(VENV)/.run ## Start the demo lender on http://127.0.0.1:8000 (PORT=8123 for another port)
	@$(BIN)/python -m finportal.keys
	@$(BIN)/flask --app wsgi db upgrade
	@$(BIN)/flask --app wsgi keys create
	@$(BIN)/flask --app wsgi demo
	@echo "portal: http://127.0.0.1:$(PORT)   mail: http://127.0.0.1:$(PORT)/demo/mail   bank: http://127.0.0.1:$(GATEWAY_PORT)   stop: Ctrl-C"
	@PATH="$(CURDIR)/$(BIN):$$PATH" PORT=$(PORT) GATEWAY_PORT=$(GATEWAY_PORT) CORES=$(CORES) $(BIN)/honcho start

test: $(VENV)/.dev browser postgres ## Run every check and every test, browser and PostgreSQL included
	@BIN=$(BIN) sh tools/test.sh

check: $(VENV)/.dev ## Lint, types, templates and the house rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint finportal/templates --lint --quiet
	$(BIN)/python -m pytest -q tests/test_house.py

fix: $(VENV)/.dev ## Format and mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

translate: $(VENV)/.dev ## Collect texts into the catalogue and compile it
	$(BIN)/python -m tools.translate

bench: $(VENV)/.dev ## Measure what bench/README.md reports
	$(BIN)/python -m bench.run
	$(BIN)/python -m bench.pages
	$(BIN)/python -m bench.account_page
	$(BIN)/python bench/lending.py
	$(BIN)/python -m bench.load
	$(BIN)/python -m bench.statements

crash: $(VENV)/.dev ## Kill the payments N times (N=200) a database and count what is lost, doubled or wrong
	$(BIN)/python -m tests.crash $(N)

browser: ; @sh tools/have.sh chromium
postgres: ; @sh tools/have.sh postgresql
