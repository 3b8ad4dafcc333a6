# Everything that a developer does here. `make` alone lists it.

.DEFAULT_GOAL := help
SHELL := /bin/sh
.PHONY: help demo test test-thorough test-spark check format train bench bench-growth bench-serve bench-quality bench-search screenshots e2e lock clean

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
PYTEST := $(BIN)/pytest -n 2 --dist loadgroup
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url
TEMPLATES = $(shell find . -name .venv -prune -o -name var -prune -o -path '*/templates/*.html' -print)

# Stamps in .venv say what it holds. Their names are made from the requirements, so other ones are installed at once.
SITE := .venv/site-$(shell cksum < requirements.txt | cut -d' ' -f1)
DEV := .venv/dev-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d' ' -f1)
ALL := requirements.txt requirements-dev.txt requirements-spark.txt
SPARK := tests/spark/.venv/spark-$(shell cat $(ALL) 2>/dev/null | cksum | cut -d' ' -f1)

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(SITE) ## try the whole site on this machine: PORT=8000, DATASET=sample, a release, a zip or a folder
	@exec $(BIN)/python -m scripts.demo

test: $(DEV) ## run the tests, on SQLite and on PostgreSQL, with real servers and a real browser
	@scripts/install-servers.sh
	$(PYTEST) --database=postgresql -m database
	$(PYTEST) -m "not thorough"
	@echo "Spark's tests are run by make test-spark."

test-thorough: $(DEV) ## run what make test leaves out: every page in every width and theme, whole ways, trainers that are killed
	@scripts/install-servers.sh
	$(PYTEST) -m thorough

test-spark: $(SPARK) ## run the tests of RECS_ENGINE=spark on a real cluster, in an environment of their own
	@scripts/install-servers.sh java postgresql-driver postgresql
	tests/spark/.venv/bin/python -m pytest tests/spark

check: $(DEV) ## ruff, mypy, import-linter, templates, migrations, deployment settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	ENV_FILE=/dev/null VAR_DIR=.mypy_cache/site $(BIN)/mypy
	$(BIN)/lint-imports
	@$(BIN)/djade --check --target-version 5.2 $(TEMPLATES)
	@scripts/check-settings.sh

format: $(DEV) ## format the code and mend what ruff can mend
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	@$(BIN)/djade --target-version 5.2 $(TEMPLATES)

train: $(SITE) ## train on the ratings of the site in .env, and publish
	$(MANAGE) train

bench: $(DEV) ## import, models, lists and the night path beside their peers: SCALE=1m, 5m, 10m or 25m
	@scripts/install-servers.sh
	$(BIN)/python -m benchmarks.speed $(or $(SCALE),1m)

bench-growth: $(DEV) ## the night path at 1, 5, 10 and 25 million ratings, as a picture of time and memory
	$(BIN)/python -m benchmarks.speed 1m 5m 10m 25m --only night

bench-serve: $(DEV) ## the request path under load, on PostgreSQL and Redis: SCALE=1m to 25m, or DATASET=sample, a zip, a folder
	@scripts/install-servers.sh
	$(BIN)/python -m benchmarks.serving $(or $(DATASET),$(SCALE),1m) $(ARGS)
	$(BIN)/python -m benchmarks.request_path $(DATASET)

bench-quality: $(DEV) ## our models and their peers on the same folds of MovieLens: ARGS=--quick leaves out a slow one
	$(BIN)/python -m benchmarks.quality $(ARGS)

bench-search: $(DEV) ## the search over 62,000 titles: which typing errors it forgives, and how soon
	$(BIN)/python -m benchmarks.search

screenshots: $(DEV) ## take the pictures of README anew
	$(BIN)/python -m scripts.screenshots

e2e: $(DEV) ## run all browser tests, those too that take long
	@scripts/install-servers.sh
	$(BIN)/pytest -m e2e

lock: $(DEV) ## compile requirements*.in into the locked requirements*.txt
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt
	$(LOCK) requirements-spark.in -o requirements-spark.txt

clean: ## remove .venv and caches; var/, where the sites keep their data, stays
	rm -rf .venv benchmarks/.venv tests/spark/.venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(SITE):
	@scripts/install-requirements.sh $@ requirements.txt

$(DEV):
	@scripts/install-requirements.sh $@ requirements.txt requirements-dev.txt

$(SPARK): $(SITE)
	@echo "Installing $(ALL) into tests/spark/.venv. This is done once."
	@$(BIN)/python -m venv --clear tests/spark/.venv
	@tests/spark/.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes $(ALL:%=-r %)
	@touch $@
