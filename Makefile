# Each target makes its own environment; nothing has to be installed by hand but Python 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin
MAKEFLAGS += --no-print-directory

.PHONY: demo test check fix matrix freeze bench examples lock clean

.venv/ready: requirements.txt requirements-dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

demo: .venv/ready  ## judge the built-in reference supplier and write a report
	$(BIN)/conformance demo || test $$? -eq 2

test: .venv/ready  ## the tests
	$(BIN)/python -m pytest -n 4 --dist worksteal

check: .venv/ready  ## everything the build checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	for profile in profiles/*/corpus_rules.yaml; do $(BIN)/python -m conformance.freeze $$(dirname $$profile) --check || exit 1; done
	$(MAKE) test

fix: .venv/ready  ## format, and mend what lint can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

matrix: .venv/ready  ## every mutant, variant and null against every check: reports/matrix.json
	$(BIN)/python -m tests.matrix

freeze: .venv/ready  ## write the frozen corpus anew
	for profile in profiles/*/corpus_rules.yaml; do $(BIN)/python -m conformance.freeze $$(dirname $$profile) || exit 1; done

bench: .venv/ready  ## figures: reports/bench.json; KLANTEN_OPENAPI=<published file> adds schemathesis itself
	$(BIN)/python -m tests.bench

examples: .venv/ready  ## write reports/examples anew
	$(BIN)/python -m tests.examples

lock: .venv/ready  ## resolve the dependencies anew
	$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --strip-extras --allow-unsafe -o requirements.txt pyproject.toml
	$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --strip-extras --allow-unsafe --extra dev -o requirements-dev.txt pyproject.toml

clean:
	rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache
