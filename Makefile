# `make help` lists the targets. Needs Python 3.11 or newer, make and git; everything else is set up here.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
PIP := .venv/bin/python -m pip --disable-pip-version-check --quiet
TESTS ?=
BENCH ?=
BEGAN := $(shell date +%s)

.PHONY: help demo test check bench fix format-check lint types imports clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/ready ## a Slack in the browser with closebot in it, on this machine alone
	@DEMO_BEGAN=$(BEGAN) .venv/bin/closebot demo

test: .venv/ready-dev ## the whole test suite (TESTS=path for a part)
	@.venv/bin/python -m pytest -n auto $(TESTS)

check: format-check lint types imports test ## what CI runs

bench: .venv/ready-bench ## how quick it is, beside other bots (BENCH="http far" for parts; some 15 minutes)
	@.venv/bin/python -m bench $(BENCH)

format-check: .venv/ready-dev
	@.venv/bin/ruff format --check --quiet . || { echo "Not formatted: run make fix"; exit 1; }

lint: .venv/ready-dev
	@.venv/bin/ruff check --quiet .

types: .venv/ready-dev
	@.venv/bin/mypy

imports: .venv/ready-dev
	@.venv/bin/lint-imports

fix: .venv/ready-dev ## format, mend what can be mended, and bring README and manifest in step
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .
	@.venv/bin/python docs/generate.py

clean: ## forget the virtual environment
	@rm -rf .venv

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "closebot needs Python 3.11 or newer; none was found."; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "Python cannot make a virtual environment (on Debian and Ubuntu: apt install python3-venv)."; exit 1; }

.venv/ready: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Setting closebot up in .venv (once) …"
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

.venv/ready-dev: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Setting closebot and its checks up in .venv (once) …"
	@$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch .venv/ready $@

.venv/ready-bench: .venv/ready-dev
	@echo "Setting the bench's own packages up in .venv (once) …"
	@$(PIP) install --constraint constraints.txt --editable '.[bench]'
	@touch $@
