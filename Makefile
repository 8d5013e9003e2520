# One command each: `make app` opens the workbench, `make test` proves it.
# Everything lives in .venv; nothing outside the checkout is changed except
# system packages, and those only when apt may be used (see tools/system.sh).

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.ready
RUN    := $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -rfER
# An environment that forbids bytecode lets every process of a test compile all of the program.
unexport PYTHONDONTWRITEBYTECODE
# a reader's inputs take as long as they take: tests go out one by one, to whoever is free
FUZZ   := $(BIN)/pytest -n 2 --dist worksteal -rfER
WEB    := $(shell find web -path web/node_modules -prune -o -type f -print)

.PHONY: setup app test test-fast test-long faults fuzz fuzz-short lint types docs web lock browser system bench screenshots audit sbom clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml hatch_build.py $(WEB)
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "Python 3.11 or newer is needed, this is %d.%d" % v[:2])'
	@test -x $(BIN)/pip || sh tools/make_venv.sh $(PYTHON) $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

app: setup
	$(BIN)/platforms serve

system:
	@sh tools/system.sh chromium fonts-noto-cjk postgresql-15 postgresql-15-postgis-3

# mypy has one thread, so it runs beside the tests; its say comes after theirs. Files of tests
# go out as they stand, the long ones of browser and pages early: no worker ends with a long
# one while the other has nothing left.
test: setup system
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(BIN)/mypy > $(VENV)/types.txt 2>&1 & types=$$!; \
		$(RUN) -m "not long and not faults and not fuzz"; tests=$$?; \
		wait $$types; typed=$$?; cat $(VENV)/types.txt; \
		test $$tests -eq 0 && test $$typed -eq 0
	$(BIN)/python -m mkdocs build --strict --quiet --site-dir $(VENV)/site

# The quick loop while writing code: no browser, no docs.
test-fast: setup
	$(RUN) -m "not browser and not long and not faults and not fuzz"

# What takes its time and is of second rank: before a release, and after a change to the app.
test-long: setup system
	@sh tools/system.sh libreoffice-calc libreoffice-impress poppler-utils python3-qgis qgis-providers firefox-esr nginx-light
	$(RUN) -m "long and not faults and not fuzz"

# Killed, starved and cut off two hundred times each; short forms of the same run in `make test`.
faults: setup system
	$(RUN) -m faults

# Made-up files for every reader, every option, every widget: the same ones every time, in five
# minutes. What is told at the end are the outcomes; docs/hardening.md says what they mean.
fuzz-short: setup system
	$(FUZZ) tests/fuzz -m fuzz

# The same with FUZZ_TIMES as many (an hour), and all examples of hypothesis fifty times.
fuzz: setup system
	FUZZ_TIMES=$(or $(FUZZ_TIMES),10) $(FUZZ) tests/fuzz -m fuzz
	HYPOTHESIS_PROFILE=fuzz $(FUZZ) --timeout 7200 -m "not browser and not faults and not fuzz" \
		$(shell grep -rl "@given" tests --include=*.py)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: setup
	$(BIN)/python -m mkdocs build --strict

# Versions and hashes only; the lock names no download address.
lock: setup
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --extra dev pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --extra server --extra sign-in --constraint requirements.lock \
		pyproject.toml -o deploy/requirements.lock

# Known vulnerabilities of what is locked; it asks the public index, in a room of its own.
audit: setup
	@test -x $(VENV)/audit/bin/pip-audit || $(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/pip install --quiet --disable-pip-version-check pip-audit
	$(BIN)/python tools/audit.py $(VENV)/audit/bin/pip-audit deploy/requirements.lock requirements.lock

# The bill of materials of a release, CycloneDX: goes beside its wheel.
sbom: setup
	$(BIN)/python tools/sbom.py

bench: setup
	$(BIN)/python benchmarks/run_pipeline.py
	$(BIN)/python benchmarks/measure.py
	$(BIN)/python benchmarks/area.py
	$(BIN)/python benchmarks/policy.py
	$(BIN)/python benchmarks/reclaim.py
	$(BIN)/python benchmarks/membership.py
	$(BIN)/python benchmarks/relocate.py
	$(BIN)/python benchmarks/portfolio.py

# Pictures of every page for docs/screens; `$(BIN)/python tools/screens.py --help` says more.
screenshots: setup system
	$(BIN)/python tools/screens.py

clean:
	rm -rf $(VENV) dist site .mypy_cache .ruff_cache .pytest_cache
