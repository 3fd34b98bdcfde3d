# Every command of this repository; `make help` lists them. Variables on the command line reach the programs: make run PORT=8090
PYTHON ?= python3
PY := .venv/bin/python
UV := .venv/bin/uv
COMPILE := $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

run: .venv/ready  ## the local cloud until Ctrl-C: FRESH=1 starts over, PORT=8090 moves it, AUTH=true enforces IAM
	@$(PY) -m local.run

api: .venv/ready  ## the same in the background; returns when it answers
	@$(PY) -m local.background start

stop: .venv/ready  ## end it
	@$(PY) -m local.background stop

test: .venv/ready  ## every test
	@$(PY) -m pytest -n 2 --dist loadgroup

browser: .venv/ready  ## of the tests those of the console alone: every page, form and flow in a Chromium, with axe
	@$(PY) -m pytest -n 0 tests/e2e/console

check: .venv/ready  ## ruff, mypy, cfn-lint and the guards
	@.venv/bin/ruff check
	@.venv/bin/mypy --no-error-summary layers/kernel/python/kernel functions local
	@.venv/bin/cfn-lint template.yaml
	@$(PY) -m pytest -q tests/unit/test_*.py

demo: .venv/ready  ## the whole product against a fresh local cloud, step by step
	@$(PY) -m local.demo

bench: .venv/ready .local/peers/ready  ## the figures, each with its base
	@$(PY) -m tests.bench

pictures: .venv/ready  ## docs/pictures anew, of the console
	@PYTHONPATH=layers/kernel/python $(PY) -m tests.pictures

invoke: .venv/ready  ## one sample in the running local cloud: E=events/tenants/worker-created.json
	@$(PY) -m local.invoke $(E)

replay: .venv/ready  ## publish the audit entries between FROM= and TO= again; STACK= names one in AWS, here and below
	@$(PY) -m local.ops $(STACK:%=--stack %) replay $(FROM) $(TO)

owner: .venv/ready  ## make somebody an owner: EMAIL=a@b.example NAME="Ada"; how the first one gets into a stack
	@$(PY) -m local.ops $(STACK:%=--stack %) owner "$(EMAIL)" "$(NAME)"

console: .venv/ready  ## build the console and put it where the stack serves it from
	@$(PY) -m local.ops $(STACK:%=--stack %) console

verify-audit: .venv/ready  ## check every hash chain; names the first bad entry
	@$(PY) -m local.ops $(STACK:%=--stack %) verify-audit

export-audit: .venv/ready  ## the log and its digests, to the folder TO=; python infra/verify_audit.py TO --key TO/public_key.pem checks them
	@$(PY) -m local.ops $(STACK:%=--stack %) export-audit "$(TO)"

reindex: .venv/ready  ## build the search index anew, beside the one in use, and switch
	@$(PY) -m local.ops $(STACK:%=--stack %) reindex

redrive: .venv/ready  ## send parked messages to their queues again: Q=invoices for one feature's
	@$(PY) -m local.ops $(STACK:%=--stack %) redrive $(Q)

build: .venv/ready  ## .aws-sam/build, ready to deploy: code, layers for Lambda's Python, sizes
	@$(PY) -m local.build

lock: .venv/ready  ## pin the requirements anew; the layers follow the whole
	@$(COMPILE) requirements-uv.in -o requirements-uv.txt
	@$(COMPILE) requirements.in -o requirements.txt
	@$(COMPILE) -c requirements.txt tests/bench/peers/requirements.in -o tests/bench/peers/requirements.txt
	@for layer in layers/*/requirements.in; do $(COMPILE) -c requirements.txt $$layer -o $${layer%.in}.txt; done

churn-eval: .venv/ready  ## the churn model on any table: F=file.csv LABEL=column ID=column, probabilities to OUT=
	@PYTHONPATH=layers/kernel/python $(PY) -m local.churn_eval --file "$(F)" --label "$(LABEL)" --id "$(ID)" --out "$(OUT)"

forecast-eval: .venv/ready  ## the forecast of any series: F=file.csv H=12, COL= and ID= name columns, M= the season, forecasts to OUT=
	@PYTHONPATH=layers/kernel/python $(PY) -m local.forecast_eval --file "$(F)" --ahead "$(or $(H),12)" --col "$(COL)" --id "$(ID)" --season "$(M)" --out "$(OUT)"

openapi: .venv/ready  ## infra/openapi.json anew
	@$(PY) -m local.openapi

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv/ready: requirements.txt requirements-uv.txt
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found: install Python 3.11 or newer, or name one: make PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed and $(PYTHON) is %d.%d: name a newer one: make PYTHON=python3.13" % sys.version_info[:2])'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) has no venv module: install it (Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@echo 'Making .venv, once.'
	@$(PYTHON) -m venv .venv
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@$(UV) pip install -q --python $(PY) --require-hashes --compile-bytecode -r requirements.txt
	@touch $@

.local/peers/ready: tests/bench/peers/requirements.txt .venv/ready
	@echo 'Making .local/peers, once: what the figures are measured against.'
	@$(PYTHON) -m venv --without-pip .local/peers
	@$(UV) pip install -q --python .local/peers/bin/python --require-hashes --compile-bytecode -r $<
	@touch $@

.PHONY: run api stop test browser check demo bench pictures invoke replay owner console verify-audit export-audit reindex redrive build lock churn-eval forecast-eval openapi help
