# Opmaat's commands. Python 3.11 or newer, its venv module and make are all they need.

.DEFAULT_GOAL := help
.PHONY: help run test check format prove bench assets messages lock clean reset environment environment-dev
MAKEFLAGS += --no-print-directory
.NOTPARALLEL:
# Each process would compile every module again where this is set.
unexport PYTHONDONTWRITEBYTECODE
PY := .venv/bin/python

# What the checks need to read the settings; nothing is reached and nothing is kept.
CHECKING := SECRET_KEY=only-for-checks-only-for-checks-only KEY_STORE_SECRET=only-for-checks-only-for-checks-only \
	DATABASE_URL=postgres://owner@%2Fnonexistent/opmaat EMBEDDED=1

help: ## List the commands
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: environment assets messages ## Start everything with a demo, and stop it with Ctrl-C (PORT=8000)
	@exec $(PY) -m config.supervisor

test: environment-dev assets messages ## Check and test everything (ARGS="-k name" passes on to pytest)
	@scripts/chromium
	@$(MAKE) check
	@$(PY) -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

check: environment-dev assets messages ## The fast half: format, lint, types, imports, settings, migrations, templates, translations
	$(PY) -m ruff format --check --quiet .
	$(PY) -m ruff check --quiet .
	@$(CHECKING) $(PY) -m mypy .
	@$(CHECKING) .venv/bin/lint-imports --no-logo
	@$(CHECKING) $(PY) manage.py check --fail-level WARNING
	@$(CHECKING) $(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(PY) -m djlint templates --lint --quiet
	@$(CHECKING) $(PY) manage.py translations --check

format: environment-dev ## Put the Python into shape
	$(PY) -m ruff format --quiet .
	$(PY) -m ruff check --quiet --fix .

prove: environment-dev assets messages ## The long proofs, resumable; PART=name runs one of them
	@scripts/chromium
	@$(PY) -m tests.prove $(PART)

bench: environment-dev assets messages ## Measure speed, alternating the variants in one run (ROWS=1000000 leads)
	@$(PY) -m benchmarks $(ARGS); reached=$$?; $(PY) -m benchmarks.privacy --rows $(or $(ROWS),1000000) && exit $$reached

assets: environment ## Build the front end; at once when nothing changed
	@$(PY) frontend/build.py

messages: environment ## Compile the translations; at once when nothing changed
	@if [ -d locale ] && [ -n "$$(find locale -name '*.po' -newer var/.messages 2>/dev/null || echo new)" ]; then \
		.venv/bin/pybabel --quiet compile --domain django --directory locale && mkdir -p var && touch var/.messages; \
	fi

lock: environment ## Resolve the requirements again from pyproject.toml
	.boot/bin/uv pip compile -q --universal --generate-hashes --no-header requirements/boot.in -o requirements/boot.txt
	.boot/bin/uv pip compile -q --universal --generate-hashes --no-header pyproject.toml -o requirements/run.txt
	.boot/bin/uv pip compile -q --universal --generate-hashes --no-header --group embedded --group build \
		pyproject.toml -o requirements/demo.txt
	.boot/bin/uv pip compile -q --universal --generate-hashes --no-header --group embedded --group build --group dev \
		pyproject.toml -o requirements/dev.txt

clean: ## Remove what was built; the demo's data stays
	rm -rf frontend/dist frontend/node_modules var/static var/.messages .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

reset: environment ## Throw the demo's data away: database, keys, ledger and logs
	@$(PY) -m config.supervisor --reset

environment:
	@scripts/environment demo

environment-dev:
	@scripts/environment dev
