# Thin on purpose: each target is a line or two, and docs/ says what it is for.
.PHONY: install run test check lint types floors templates strings schema trust assets lock clean test-install

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null && echo $$python && break; done)
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes
LOCK := $(PY) -m uv pip compile --quiet setup.cfg --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

install: .venv/run.stamp
	@$(PY) -m tools.translate compile

run: install
	@exec $(PY) -m tracker.serve

test: test-install
	@$(PY) -m tools.translate compile && sh tools/install_browser.sh
	$(PY) -m pytest -n 2 --dist loadfile $(ARGS)

check: lint types floors templates strings schema

lint: test-install
	$(PY) -m ruff check . && $(PY) -m ruff format --check .

types: test-install
	$(PY) -m mypy

floors: test-install
	.venv/bin/lint-imports

# Linted, not reformatted: white space that a formatter moves shows between Chinese characters.
templates: test-install
	$(PY) -m djlint --lint --quiet templates

strings: test-install
	$(PY) -m tools.translate check

schema: test-install
	$(PY) -m pytest -q tests/house/test_schema.py

trust: test-install
	$(PY) -m pytest -n 2 --dist loadfile --long --timeout 3600 $(ARGS)

assets:
	sh assets/build.sh

lock: test-install
	$(PY) -m pip install --quiet 'uv>=0.13,<1'
	$(LOCK) --extra pg -o requirements/run.txt && $(LOCK) --extra pg --extra test --extra dev -c requirements/run.txt -o requirements/test.txt

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis htmlcov *.egg-info

test-install: .venv/test.stamp

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 to 3.14 is needed, and none was found. Install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Making .venv failed. On Debian: apt-get install python3-venv" >&2; rm -rf .venv; exit 1; }

.venv/run.stamp: requirements/run.txt | .venv/bin/python
	@echo "Installing what the service needs into .venv"
	@$(PIP) -r requirements/run.txt && touch $@

.venv/test.stamp: requirements/test.txt | .venv/bin/python
	@echo "Installing what the tests and checks need into .venv"
	@$(PIP) -r requirements/test.txt && touch $@ .venv/run.stamp
