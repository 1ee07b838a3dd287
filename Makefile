# `make help` lists the targets. Everything runs in .venv, which is made when it is missing.
# ARGS go to the command: make test ARGS="-k orders -x".

VENV := .venv
BIN := $(VENV)/bin
PIP_COMPILE := $(BIN)/python -m piptools compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options
export PYTHON
# With it, each of the many processes would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run demo flask test chaos fuzz client console browser lint format types check migrate bench audit lock product tools

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1@\2/p' $(firstword $(MAKEFILE_LIST)) | \
		while IFS=@ read -r target text; do printf '%-14s %s\n' "$$target" "$$text"; done

run: product ## start everything: PostgreSQL, Redis, demo data, web, workers, stub vendors (PORT=5000 WORKERS=1 HOST=127.0.0.1 RELOAD=0)
	@exec $(BIN)/python -m metaia.dev.run

demo: product ## play the scenes of an order, a delivery from the menu of a shop, a booking with a reminder, and a deal with its messages, and upload a picture, against the server that `make run` started
	@$(BIN)/python -m metaia.dev.demo $(ARGS)

flask: product ## run a command on the data of `make run`: make flask ARGS="users list"
	@$(BIN)/python -m metaia.dev.flask_command $(ARGS)

test: tools ## run the tests, with coverage unless ARGS chooses some of them
	@$(if $(ARGS),$(BIN)/python -m pytest $(ARGS),tools/test $(BIN)/python)

chaos: tools ## run the tests that kill processes and services
	@tools/again $(BIN)/python -m pytest -m chaos --durations=12 $(ARGS)

fuzz: tools ## send 20,000 random requests and messages, the same each time (FUZZ_SEED=random: others), and damaged files
	@tools/fuzz $(BIN)/python $(ARGS)

console: tools ## bundle clients/console into metaia/console/live/bundle
	@$(BIN)/python tools/build_client.py console

browser: tools ## try the console and the first guides' clients in Chromium; skips where there is none
	@tools/again $(BIN)/python -m pytest -s -m browser --durations=12 tests/console/browser tests/seeds $(ARGS)

client: tools ## generate, compile and test clients/typescript, with the Node of requirements-dev.txt
	@$(BIN)/python tools/build_client.py $(ARGS)
	@tools/again $(BIN)/python -m pytest -m clients tests/clients

lint: tools ## check style, formatting and import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

format: tools ## format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: tools ## check types
	@$(BIN)/python -m mypy

check: lint types test client console browser chaos fuzz ## run what continuous integration runs

migrate: product ## bring DATABASE_URL's tables up to date
	@$(BIN)/python -m flask db upgrade

bench: tools ## measure speed; results go to benchmarks/
	@$(BIN)/python -m benchmarks $(ARGS)

audit: tools ## check pinned packages for known vulnerabilities (asks a public service)
	@tools/audit $(BIN)/python

lock: tools ## pin the newest packages that requirements*.in allow
	@for set in "" -run -dev -uv; do CUSTOM_COMPILE_COMMAND="make lock" $(PIP_COMPILE) --upgrade \
		--output-file requirements$$set.txt requirements$$set.in || exit 1; done

# Two sets of packages: what `make run` needs, and what tests, lint and benchmarks need besides.
product:
	@tools/install requirements-run.txt

tools:
	@tools/install requirements-dev.txt requirements-run.txt
