# The commands of this project. `make start` runs it, `make test` proves it; both install first what is missing.
.DEFAULT_GOAL := help
.PHONY: help setup hooks start train check test

BIN := .venv/bin

help: ## Show the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install everything into .venv, if anything has changed
	@scripts/setup.sh

hooks: setup ## Look at each commit before it is made (CONTRIBUTING.md)
	@$(BIN)/pre-commit install

start: setup ## Run everything on this machine; Ctrl-C stops it (ARGS="--port-offset 100 --verbose")
	@$(BIN)/siaga start $(ARGS)

train: setup ## Train a model, if there is none for this data
	@$(BIN)/siaga train $(ARGS)

check: setup ## Style, types and the rules of the house, in seconds
	@$(BIN)/python scripts/test.py --only checks $(ARGS)

test: setup ## All tests
	@$(BIN)/python scripts/test.py $(ARGS)
