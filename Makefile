# `make run`, `make test` and `make check` are the only commands to know; each does its own set-up.

# Any Python from 3.11 on; `make run PYTHON=/path/to/python3.13` chooses another one.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$python" && break; done)
PYTEST = .venv/bin/pytest
SET_UP = @test -n "$(PYTHON)" || { echo "Vitrine needs Python 3.11 or newer: install it, or say make $@ PYTHON=/path/to/python3" >&2; exit 1; }; \
	"$(PYTHON)" tools/set_up

.PHONY: help run phone test test-fast test-browser check bench bench-mail bench-phone soak-phone bench-status soak soak-mail soak-status fuzz lock set-up clean
.DEFAULT_GOAL := help

help: ## show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## start everything here; PHONE=1: with a real telephone
	$(SET_UP)
	@if [ -n "$(PHONE)" ]; then "$(PYTHON)" tools/install_asterisk --strict; fi
	@exec .venv/bin/vitrine run $(if $(PHONE),--phone) $(ARGS)

phone: ## like run, with a real telephone: Asterisk in a folder, softphones, a caller to try
	@$(MAKE) --no-print-directory run PHONE=1

set-up: ## only prepare the environment, with what developers need
	$(SET_UP) --development

test: ## run all tests
	$(SET_UP) --development --browser
	@"$(PYTHON)" tools/install_servers
	@"$(PYTHON)" tools/install_asterisk
	@failed=0; \
	$(PYTEST) -n 2 --dist worksteal tests/servers tests/unit tests/feature $(ARGS) || failed=1; \
	$(PYTEST) tests/browser $(ARGS) || test $$? -eq 5 || failed=1; \
	exit $$failed

test-fast: ## run all tests but those in a browser
	$(SET_UP) --development
	@$(PYTEST) -n 2 --dist worksteal tests/servers tests/unit tests/feature $(ARGS)

test-browser: ## run the tests in a browser
	$(SET_UP) --development --browser
	@$(PYTEST) tests/browser $(ARGS)

check: ## guard the rules of the house: layout, types, style, translations
	$(SET_UP) --development
	@.venv/bin/python -m tools.check $(ARGS)

bench: ## measure the pages at 10 000 and 1 000 000 tickets
	$(SET_UP) --development
	@.venv/bin/python -m bench $(ARGS)

bench-status: ## measure the status page against bare nginx, and how soon a change is public
	$(SET_UP) --development
	@"$(PYTHON)" tools/install_servers
	@.venv/bin/python -m bench.status_page $(ARGS)

bench-phone: ## measure how soon an agent's telephone rings, and both hear each other
	$(SET_UP) --development
	@"$(PYTHON)" tools/install_asterisk
	@.venv/bin/python -m bench.phone $(ARGS)

soak-phone: ## 20 calls a second for five minutes with 200 on hold; then 100 kills under calls
	$(SET_UP) --development
	@"$(PYTHON)" tools/install_asterisk
	@"$(PYTHON)" tools/install_servers
	@.venv/bin/python -m bench.phone_soak $(ARGS)

bench-mail: ## measure how many mails a second become tickets, and how soon they are seen
	$(SET_UP) --development
	@"$(PYTHON)" tools/install_servers
	@.venv/bin/python -m bench.intake $(ARGS)
	@.venv/bin/python -m bench.mail_latency $(ARGS)

soak: ## run the product for long under load and watch its memory
	$(SET_UP) --development
	@.venv/bin/python -m bench.soak $(ARGS)

fuzz: ## throw damaged mails at the parser for ten minutes
	$(SET_UP) --development
	@.venv/bin/python -m bench.fuzz $(ARGS)

soak-mail: ## kill programs and database 200 times under mail, then count 2 000 mixed mails
	$(SET_UP) --development
	@"$(PYTHON)" tools/install_servers
	@.venv/bin/python -m tests.servers.storm $(ARGS)
	@VITRINE_TEST_MAILS=2000 $(PYTEST) tests/servers/test_journeys.py

soak-status: ## publish, kill and read the status page for long: nothing torn, lost or wrongly "not modified"
	$(SET_UP) --development
	@"$(PYTHON)" tools/install_servers
	@.venv/bin/python -m bench.status_soak $(ARGS)

lock: ## compile the locks again from the *.in files and package.json
	$(SET_UP) --development
	@for name in requirements-build requirements requirements-dev; do \
		.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-header --no-emit-index-url --no-emit-find-links \
			$(UPGRADE) $$name.in --output-file $$name.txt; \
	done
	@.venv/bin/python tools/set_up --lock-browser-libraries

clean: ## remove what was made here, except .state (your data)
	rm -rf .venv node_modules build vitrine/ui/static/vendor .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache vitrine/locale/*/LC_MESSAGES/*.mo
	find vitrine tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +
