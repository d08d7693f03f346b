# The desk's own commands. `make run` starts it, `make test` proves it; both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.ready-to-run
TEST_READY := $(VENV)/.ready-to-test
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: setup run test lint check bench soak lock clean

setup: $(RUN_READY)

run: $(RUN_READY)
	@exec $(BIN)/intake serve

# Workers wait for timers and servers: four keep two cores busy. Uncached bytecode costs each of them seconds.
test: $(TEST_READY)
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 4 --dist worksteal

lint: $(TEST_READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

bench: $(TEST_READY)
	$(BIN)/python -m benchmarks

soak: $(TEST_READY)
	$(BIN)/python -m tests.harness.soak

# A fresh Debian has Python without ensurepip: as root we install it, otherwise we say how.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq python3-venv; } \
	  || { echo "Python's venv module is missing. Run: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUN_READY): requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(TEST_READY): requirements-test.lock $(RUN_READY)
	$(PIP) install --require-hashes -r requirements-test.lock
	@touch $@

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header
lock: ## needs uv
	$(COMPILE) pyproject.toml --extra postgres --group build -o requirements.lock
	$(COMPILE) pyproject.toml --extra postgres --group build --group test -o requirements-test.lock

clean:
	rm -rf $(VENV)
