# `make help` lists the targets. Everything runs in .venv, which is made when it is missing.
# ARGS go to the command: make test ARGS="-k orders -x".

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
PIP_COMPILE := $(BIN)/python -m piptools compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help run demo test chaos fuzz client lint format types check migrate bench audit lock

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1@\2/p' $(firstword $(MAKEFILE_LIST)) | \
		while IFS=@ read -r target text; do printf '%-14s %s\n' "$$target" "$$text"; done

run: $(READY) ## start everything: PostgreSQL, Redis, demo data, web, workers, stub vendors (PORT=5000 WORKERS=1 HOST=127.0.0.1)
	@exec $(BIN)/python -m metaia.dev.run

demo: $(READY) ## play the scenes of an order against the server that `make run` started
	@$(BIN)/python -m metaia.dev.demo $(ARGS)

test: $(READY) ## run the tests, with coverage unless ARGS chooses some of them
	@$(if $(ARGS),$(BIN)/python -m pytest $(ARGS),tools/test $(BIN)/python)

chaos: $(READY) ## run the tests that kill processes and services
	@$(BIN)/python -m pytest -m chaos $(ARGS)

fuzz: $(READY) ## send 20,000 random requests and messages, the same each time (FUZZ_SEED=random: others)
	@tools/fuzz $(BIN)/python $(ARGS)

client: $(READY) ## generate, compile and test clients/typescript, with the Node of requirements-dev.txt
	@$(BIN)/python tools/build_client.py $(ARGS)

lint: $(READY) ## check style, formatting and import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

format: $(READY) ## format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: $(READY) ## check types
	@$(BIN)/python -m mypy

check: lint types test client chaos fuzz ## run what continuous integration runs

migrate: $(READY) ## bring DATABASE_URL's tables up to date
	@$(BIN)/python -m flask db upgrade

bench: $(READY) ## measure speed; results go to benchmarks/
	@$(BIN)/python -m benchmarks $(ARGS)

audit: $(READY) ## check pinned packages for known vulnerabilities (asks a public service)
	@tools/audit $(BIN)/python

lock: $(READY) ## pin the newest packages that requirements*.in allow
	@CUSTOM_COMPILE_COMMAND="make lock" $(PIP_COMPILE) --upgrade --output-file requirements.txt requirements.in
	@CUSTOM_COMPILE_COMMAND="make lock" $(PIP_COMPILE) --upgrade --output-file requirements-dev.txt requirements-dev.in

$(READY): requirements-dev.txt
	@python=$$(tools/find-python) || exit 1; \
	echo "Installing into $(VENV) with $$python (only when requirements-dev.txt changes)"; \
	"$$python" -m venv $(VENV) && \
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt && \
	touch $@
