# Every target sets itself up; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run serve test lint dagster requirements data-model picture prices wheel lock clean

PYTHON ?= python3.11
# Number of test processes: CI has two cores. Tests that share warehouses run in one process, and
# tests/python/conftest.py orders files by length, the longest first.
JOBS ?= 2
VENV := .venv
UV = $(VENV)/bin/uv pip install --quiet --system-certs --python $(VENV)/bin/python
STAMP := $(VENV)/.installed
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): requirements.lock pyproject.toml
	@command -v $(PYTHON) > /dev/null || { echo "$(PYTHON) is needed and not on the PATH; name another with PYTHON=…" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@# pip brings uv, which installs the rest in a fifth of pip's time: both check the lock's hashes.
	@awk '/^uv==/ { found = 1 } found { print } found && !/\\$$/ { exit }' requirements.lock > $(VENV)/installer.lock
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes --requirement $(VENV)/installer.lock
	@# uv knows nothing of pip's own settings, such as a mirror that has to be asked: then pip does it all.
	$(UV) --no-deps --require-hashes --requirement requirements.lock || \
		$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes --requirement requirements.lock
	$(UV) --no-deps --no-build-isolation --editable .
	@# Compiled at once, on all cores: left to Python, each start would do it again where
	@# PYTHONDONTWRITEBYTECODE is set. Meanwhile dbt parses the project once, and not in each new home.
	@# A project that is being changed may fail to.
	@$(VENV)/bin/python -m compileall -qq -j 0 $(VENV)/lib & compiled=$$!; \
	$(VENV)/bin/python -m orchestration.transformation.parse_cache || true; \
	wait $$compiled
	@touch $@

setup: $(STAMP)  ## Install into .venv, from the lock file

run: $(STAMP)  ## Load, build and summarize LOGS=path/to/logs (default: the demo)
	tokenhouse run $(LOGS)

test: $(STAMP) lint  ## Lint, then run every test
	python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

lint: $(STAMP)  ## Check SQL and Python style, and types
	ruff check .
	ruff format --check .
	@# mypy has one process: the other core begins with the SQL.
	mypy --no-error-summary & types=$$!; \
	sqlfluff lint --processes 2 --disable-progress-bar models tests; sql=$$?; \
	wait $$types && exit $$sql

serve: $(STAMP)  ## Open a page on this warehouse, and let BI tools, notebooks and agents read it
	tokenhouse serve --open

dagster: $(STAMP)  ## Open the Dagster UI on this warehouse
	tokenhouse dagster --open

requirements: $(STAMP)  ## Check docs/requirements.yml, and write its table
	python tests/python/conventions/requirements_table.py

data-model: $(STAMP)  ## Write docs/data_model.md from the keys of the marts
	python tests/python/conventions/data_model.py

picture: $(STAMP)  ## Draw the pictures of README and docs from runs of the demo
	python tests/pictures/summary.py
	python tests/pictures/page.py
	PYTHONPATH=tests/python python tests/pictures/dagster_pages.py

# LiteLLM's table of the locked version, or another one: make prices TABLE=… DATE=2026-11-26. Changed
# prices hold from DATE, by default from today; older tables first, each with its date, make periods.
TABLE ?= $(shell $(VENV)/bin/python -c "import importlib.util, pathlib; print(pathlib.Path(importlib.util.find_spec('litellm').origin).parent / 'model_prices_and_context_window_backup.json')")
prices: $(STAMP)  ## Merge LiteLLM's price table into seeds/model_prices.csv and say what changed
	tokenhouse prices import $(TABLE) --into seeds/model_prices.csv $(if $(DATE),--changed-from $(DATE))

wheel: $(STAMP)  ## Build the wheel into dist/, which installs anywhere
	python -m hatchling build --target wheel

lock: $(STAMP)  ## Write requirements.lock again from pyproject.toml
	uv pip compile --quiet --system-certs --extra dev --generate-hashes --python-version 3.11 \
		--no-emit-index-url --no-emit-find-links --no-header --output-file requirements.lock pyproject.toml

clean:  ## Remove .venv and what was built; the data in .tokenhouse stays
	rm -rf $(VENV) target logs .pytest_cache .ruff_cache .mypy_cache
