# `make run` and `make test` do everything, the installing too.
PORT ?= 8501
PY := .venv/bin/python
CODE := app.py models pages pipelines

# Some machines switch bytecode off; starting up takes 2.5 times as long without it.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run dev lint test bench catalogue

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

setup: ## make .venv and install what Netloom needs
	@PYTHON="$(PYTHON)" tools/install.sh run
	@$(PY) -m compileall -q $(CODE)

run: setup ## open Netloom on http://localhost:8501 (PORT=... for another port)
	@exec $(PY) -m streamlit run app.py --server.port $(PORT)

dev:
	@PYTHON="$(PYTHON)" tools/install.sh dev
	@$(PY) -m compileall -q $(CODE)

lint: dev ## style, types and import contracts
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m pyright
	.venv/bin/lint-imports --no-cache

test: lint ## lint, then every test, those in a browser too (NETLOOM_TEST_DATA=folder of real data)
	$(PY) -m tools.browser
	$(PY) -m pytest -n 2 -m "not slow and not e2e"
	$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "slow and not e2e"
	$(PY) -m pytest -m e2e

bench: dev ## the figures that the README quotes
	@PYTHON="$(PYTHON)" tools/install.sh bench
	$(PY) -m benchmarks --json build/benchmarks.json

catalogue: dev ## write the catalogue of layers again, from the installed Keras
	$(PY) -m models.catalogue.generate
