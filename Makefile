# One verb per task; CI calls these too (.ci/run). Plain `make` lists them.
# PORT=8080, STAGE=prod, HANDLER=app.application and ARGS="..." are passed to the target's command.

PYTHON_ENV = .venv/bin/python
STAGE = dev
HANDLER = app.application
NAMED = $(if $(NAME),--name '$(NAME)')
CLOUD = $(PYTHON_ENV) -m tools.cloud --stage '$(STAGE)'

PYTEST = $(PYTHON_ENV) -m pytest
# pytest's status where ARGS="-k ..." chooses none of these tests
NONE_CHOSEN = [ $$? -eq 5 ]

# passed to the command as it was typed, dollar signs and all
override PROMPT := $(value PROMPT)
export PROMPT

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1	/' | expand -t 18

setup: ## install everything that tests and checks need, a browser included
	@tools/setup dev

demo: ## run the page, the function URL and a simulated Bedrock here; APP=examples/flask: that application
	@tools/setup run $(APP)
	@$(PYTHON_ENV) -m $(if $(APP),emulator --root '$(APP)' --handler $(HANDLER),emulator.demo) $(if $(PORT),--port $(PORT)) $(ARGS)

ask: ## stream one answer to the terminal: make ask PROMPT="hello" (ARGS=--demo: without AWS)
	@tools/setup run
	@$(PYTHON_ENV) -m cli ask $(ARGS) $${PROMPT:+-- "$$PROMPT"}

test: check ## run the checks, then every test (ARGS="-k page" chooses)
	$(PYTEST) -n auto --dist loadgroup $(ARGS) || $(NONE_CHOSEN)

test-pythons: setup ## run the function's tests under each Python found (PYTHONS="/path/to/python3.14 ...")
	@tools/test-pythons $(ARGS)

test-clients: setup ## install the programs and frameworks that people use, and run them against the demo (ARGS="-k codex")
	@$(PYTHON_ENV) -m tests.real_clients $(ARGS)

check: setup ## lint, formatting, types of Python and JavaScript, JavaScript's unit tests
	$(PYTHON_ENV) -m ruff check .
	$(PYTHON_ENV) -m ruff format --check .
	$(PYTHON_ENV) -m mypy
	node_modules/.bin/oxlint
	node_modules/.bin/oxfmt --check '**/*.js' 'web/**/*.d.ts'
	node_modules/.bin/tsc
	node --test --test-reporter=dot tests/web/*.test.js

synth: ## make the CloudFormation template of a stage, with all its checks (STAGE=prod)
	@tools/setup cdk
	@$(CLOUD) synth $(ARGS)

diff: ## what a deployment would change (STAGE=prod)
	@tools/setup cdk
	@$(CLOUD) diff $(ARGS)

preflight: ## look at the account: what would make the first call fail, and what to do about it (STAGE=prod)
	@tools/setup cdk
	@$(CLOUD) preflight $(ARGS)

deploy: ## deploy a stage to AWS; asks before it widens anybody's permissions (STAGE=prod)
	@tools/setup cdk
	@$(CLOUD) deploy $(ARGS)

destroy: ## delete a stage and whatever of it would cost; asks first (STAGE=prod)
	@tools/setup cdk
	@$(CLOUD) destroy $(ARGS)

key: ## print a deployed stage's API key (STAGE=prod)
	@tools/setup cdk
	@$(CLOUD) key $(ARGS)

rotate-key: ## make a new API key; the current key keeps working until the next rotation (STAGE=prod NAME=default)
	@tools/setup cdk
	@$(CLOUD) rotate-key $(NAMED) $(ARGS)

revoke-key: ## lock out a stolen API key within a minute; asks first (STAGE=prod NAME=default)
	@tools/setup cdk
	@$(CLOUD) revoke-key $(NAMED) $(ARGS)

keys: ## list the named keys: limits, what each used today and this month, when last (STAGE=prod)
	@tools/setup cdk
	@$(CLOUD) keys $(ARGS)

key-add: ## make a named key and print it once: make key-add NAME=alice ARGS="--usd-per-day 5 --expires 30d"
	@tools/setup cdk
	@$(CLOUD) key-add $(NAMED) $(ARGS)

key-limit: ## change a named key's limits (NAME=alice ARGS="--usd-per-day 10 --models all")
	@tools/setup cdk
	@$(CLOUD) key-limit $(NAMED) $(ARGS)

key-disable: ## lock out a named key within a minute, until make key-enable (NAME=alice)
	@tools/setup cdk
	@$(CLOUD) key-disable $(NAMED) $(ARGS)

key-enable: ## let a disabled key work again (NAME=alice)
	@tools/setup cdk
	@$(CLOUD) key-enable $(NAMED) $(ARGS)

key-remove: ## lock out a named key within a minute, for good; asks first (NAME=alice)
	@tools/setup cdk
	@$(CLOUD) key-remove $(NAMED) $(ARGS)

usage: ## what each key used, by model and day (ARGS=--csv or --json, --days 7)
	@tools/setup cdk
	@$(CLOUD) usage $(ARGS)

bench: setup ## measure against the peers, in one run
	@tools/bench-peers
	@$(PYTHON_ENV) -m bench $(ARGS)
	@$(PYTHON_ENV) -m bench.browser $(ARGS)
	@$(PYTHON_ENV) -m bench.first_word $(ARGS)
	@$(PYTHON_ENV) -m bench.lighthouse

clean: ## remove everything that set-up and runs have made
	rm -rf .venv .venv.ministack .setup node_modules web/vendor web/.vendor.new cdk.out .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help setup demo ask test test-pythons test-clients check synth diff preflight deploy destroy key rotate-key revoke-key \
	keys key-add key-limit key-disable key-enable key-remove usage bench clean
