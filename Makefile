# make run: everything, from a fresh machine with python3 and make. make test / check / bench / format.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
PORT ?= 8000
# What touches the database runs again on PostgreSQL; the engines have no database.
ON_BOTH := $(filter-out $(addprefix tests/,architecture competence config documents grading journeys markup tables vietnamese __pycache__), $(patsubst %/,%,$(wildcard tests/*/)))

.PHONY: run test check bench format

$(STAMP): requirements.txt requirements-dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(BIN)/python -r requirements-dev.txt; \
	else $(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt; fi
	@touch $@

run: $(STAMP)
	@PORT=$(PORT) PATH="$(CURDIR)/$(BIN):$$PATH" sh bin/serve

test: $(STAMP)
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup
	LMS_TEST_DATABASE=postgresql $(BIN)/python -m pytest -q -n 2 --dist loadgroup -m "not browser and not served" $(ON_BOTH)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)
	$(BIN)/python -m bench
