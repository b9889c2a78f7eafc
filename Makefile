# Redress: two commands to know.  `make run` starts the product, `make test` proves it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test bench faults format messages clean

## Start the product on this machine: http://127.0.0.1:8000/ (PORT=8001 make run for another port)
run: $(VENV)/.product
	@$(BIN)/python -m config.messages
	@exec $(BIN)/python manage.py up

## Everything that must hold before a change is taken: formatting, types, layers, translations, tests
test: $(VENV)/.tests
	@$(BIN)/python -m tests.everything

## Measure what the product promises about speed
bench: $(VENV)/.tests
	@$(BIN)/python -m tests.bench

## Kill, starve and mislead the real processes, and see that nothing is lost; BROKEN=1 shows that each check can fail; ONLY=F2,F27 for some
faults: $(VENV)/.tests
	@$(BIN)/python -m tests.fault $(if $(BROKEN),--broken)

format: $(VENV)/.tests
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

## Collect the texts of code and templates into locale/ (needs gettext) and compile them
messages: $(VENV)/.tests
	DEBUG=1 $(BIN)/python manage.py makemessages --locale zh_Hans --no-obsolete --add-location file --ignore 'var/*' --ignore 'tests/*'
	$(BIN)/python -m config.messages

## Remove what can be made again: never var/, where the data is
clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +
	find locale -name '*.mo' -delete

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Redress needs Python 3.11 or newer; name one with PYTHON=python3.12 make run"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "The environment could not be made; on Debian: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.product: requirements.txt requirements-embedded.txt | $(VENV)/bin/python
	@echo "Installing what Redress needs …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements-embedded.txt
	@touch $@

$(VENV)/.tests: requirements-test.txt $(VENV)/.product
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements-test.txt
	@touch $@
