# The commands of the project. `make demo` needs Python 3.11 or newer and make, nothing else.

PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SERVICES := campaign finance lead outreach reporting
RESOLVE := $(BIN)/uv pip compile --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --quiet
COMPILE := $(RESOLVE) pyproject.toml
DEPLOY := .venv-deploy
DEPLOY_BIN := $(DEPLOY)/bin

# Without compiled modules every process would start a second and a half later.
unexport PYTHONDONTWRITEBYTECODE

CONTACTS ?=
ONCE ?=
STACK ?=
NAME ?=
TESTS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-embedded servers check check-rules check-deploy format bench chaos lock sbom clean docker-smoke

help:  ## list the commands
	@sed -n 's/^\([a-z-]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and none was found on the PATH."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

# Two stamps: what the services need, and that with the tools of the developers.
$(VENV)/.run: locks/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the services need into $(VENV)"
	@$(PIP) install --require-hashes -r locks/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.all: locks/all.txt $(VENV)/.run
	@echo "Installing the developers' tools into $(VENV)"
	@$(PIP) install --require-hashes -r locks/all.txt
	@touch $@

$(BIN)/uv: | $(BIN)/python
	@$(PIP) install $$(sed -n 's/.*"\(uv==[^"]*\)".*/\1/p' pyproject.toml)

setup: $(VENV)/.all  ## install everything that the tests and checks need into .venv

demo: $(VENV)/.run  ## run one campaign from plan to report (CONTACTS=file.csv, ONCE=1 to stop after it, STACK=real or given)
	@$(BIN)/python -m fanfare demo \
		$(if $(CONTACTS),--contacts "$(CONTACTS)") $(if $(ONCE),--once) $(if $(STACK),--stack $(STACK))

servers: $(VENV)/.all
	@$(BIN)/python -m fanfare.local.install

# What can run on either kind of database does so in one of these. Who names some tests has both kinds.
test: servers  ## run the tests, on real servers (TESTS=path to run some, on SQLite too)
	@$(BIN)/python -m tests.harness.lanes $(or $(TESTS),-m "not embedded")

test-embedded: $(VENV)/.all  ## run what that leaves out: on SQLite and the embedded stack (TESTS=path to run some)
	@$(BIN)/python -m tests.harness.lanes -m embedded $(TESTS)

check: $(VENV)/.all  ## lint, types, import rules, generated files and links
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m contracts.generate --check
	@$(BIN)/python -m deploy.generate --check
	@$(BIN)/python -m tests.harness.links

check-rules: $(VENV)/.all  ## prove the alerts, and check what Prometheus and Alertmanager read
	@$(BIN)/python -m deploy.generate --check
	@promtool check config --syntax-only deploy/prometheus.yml
	@promtool check rules --lint=all --lint-fatal deploy/prometheus/rules/*.yml
	@promtool test rules deploy/prometheus/tests/*.yml
	@amtool check-config deploy/prometheus/alertmanager.yml

# What checks the chart is large and wants other versions than the services: it has an environment of its own.
$(DEPLOY)/.made: locks/deploy.txt locks/helm.txt deploy/tools.py
	@echo "Installing what checks the chart into $(DEPLOY)"
	@$(PYTHON) -m venv $(DEPLOY)
	@$(DEPLOY_BIN)/python -m pip --disable-pip-version-check --quiet install --require-hashes -r locks/deploy.txt
	@$(DEPLOY_BIN)/python -m deploy.tools
	@touch $@

check-deploy: check-rules $(DEPLOY)/.made  ## check the Dockerfile, the composed stack and the chart
	@$(BIN)/hadolint deploy/Dockerfile
	@$(BIN)/compose-lint check --strict-config --fail-on low --skip-suppressed docker-compose.yml
	@$(DEPLOY_BIN)/python -m deploy.check

sbom: $(DEPLOY)/.made  ## write a bill of materials (CycloneDX) of each image's packages into dist/sbom
	@mkdir -p dist/sbom
	@$(foreach name,$(SERVICES),$(DEPLOY_BIN)/cyclonedx-py requirements locks/$(name).txt \
		--output-reproducible --outfile dist/sbom/$(name).cdx.json &&) true
	@echo "dist/sbom has a bill of materials for each of: $(SERVICES)"

format: $(VENV)/.all  ## format the code and put the imports in order
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

bench: servers  ## measure the targets (NAME=one of them)
	@$(BIN)/python -m bench $(NAME)

chaos: servers  ## break things and check the promises (NAME=one of them)
	@$(BIN)/python -m bench.chaos $(NAME)

# Every file is cut from one resolution: all.txt constrains the others. No index address is written.
lock: | $(BIN)/uv  ## resolve the dependencies anew and write locks/
	@$(COMPILE) --all-extras --output-file locks/all.txt
	@$(COMPILE) $(foreach name,$(SERVICES),--extra $(name)) --extra run \
		--constraints locks/all.txt --no-annotate --output-file locks/run.txt
	@$(foreach name,$(SERVICES),$(COMPILE) --extra $(name) --extra otlp --extra s3 \
		--constraints locks/all.txt --no-annotate --output-file locks/$(name).txt &&) true
	@$(RESOLVE) deploy/requirements.txt --no-annotate --output-file locks/deploy.txt
	@! grep -nE '://|^-' locks/*.txt

docker-smoke: $(BIN)/python  ## build the images and run the demo on the composed stack, on a private Docker engine
	@bash deploy/docker_smoke.sh

clean:  ## remove what the commands above made, but not .venv
	@rm -rf build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
