# The one front door; `make help` lists what there is. Settings are given as NAME=value:
#   STACK    which Pulumi.STACK.yaml                 (dev)
#   CLUSTER  sandbox | kind | context | state | none (sandbox; state and none are for preview only)
#   FORMAT   text | json, for doctor, status and images
#   DIFF=1   preview, up: show changes field by field
#   JSON     diff, preview-comment, drift: a file for the changes, which make comment reads
STACK   ?= dev
CLUSTER ?= sandbox
PYTHON  ?= python3

VENV := .venv
PY   := $(VENV)/bin/python

# Upstream artifacts from a folder beside the checkout where there is one; see docs/how-to/offline.md.
ifneq ($(wildcard ../shared/mirror/SHA256SUMS),)
export ARTIFACT_MIRROR ?= $(abspath ../shared/mirror)
endif

FORMAT_OPTION = $(if $(FORMAT),--format $(FORMAT))
DEPLOY = $(PY) -m tools.deploy --stack $(STACK) --cluster $(CLUSTER) $(if $(DIFF),--diff)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help preview up refresh destroy outputs credentials deliver render \
        diff upgrade-diff preview-comment comment drift images policy doctor status \
        sandbox sandbox-stop sandbox-reset sandbox-status kind-delete live live-stop live-status \
        test test-live unit lint mutate-health bench tools fresh-machine fmt docs example-comment \
        lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z][a-z0-9-]*:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ The platform (STACK=dev CLUSTER=sandbox)
preview: $(VENV)/.installed ## Show what `up` would change
	@$(DEPLOY) preview

up: $(VENV)/.installed ## Install or change the platform
	@$(DEPLOY) up

refresh: $(VENV)/.installed ## Take what the cluster really has into the state
	@$(DEPLOY) refresh

destroy: $(VENV)/.installed ## Remove the platform
	@$(DEPLOY) destroy

outputs: $(VENV)/.installed ## Print the outputs of the stack as JSON
	@$(DEPLOY) outputs

credentials: $(VENV)/.installed ## Print the password of admin or the token of ci (WHAT=admin or WHAT=ci)
	@$(PY) -m tools.credentials --stack $(STACK) --cluster $(CLUSTER) $(or $(WHAT),$(error say which: make credentials WHAT=admin or WHAT=ci))
deliver: $(VENV)/.installed ## Deliver an application: APP=name SHA=commit (BRANCH=name, BUILD=1), followed to its end
	@$(PY) -m tools.deliver --stack $(STACK) --cluster $(CLUSTER) $(if $(BRANCH),--branch '$(BRANCH)') \
	  $(if $(BUILD),--build) -- '$(or $(APP),$(error say what: make deliver APP=name SHA=commit))' '$(or $(SHA),$(error say which commit: SHA=...))'

render: $(VENV)/.installed ## Write every object of STACK as YAML to OUT, without cluster and engine
	@$(PY) -m tools.render --stack $(STACK) --out '$(or $(OUT),$(error say where to: make render STACK=$(STACK) OUT=folder))'

doctor: $(VENV)/.installed ## Before `up`: tools, settings, cluster, rights, what is there already
	@$(PY) -m tools.doctor --stack $(STACK) --cluster $(CLUSTER) $(FORMAT_OPTION)

status: $(VENV)/.installed ## After `up`: units, workloads, applications, what to do next; exit code 3: not ready
	@$(PY) -m tools.status --stack $(STACK) --cluster $(CLUSTER) $(FORMAT_OPTION)

images: $(VENV)/.installed ## List every image of STACK, for mirroring (FORMAT=json: digests and users)
	@$(PY) -m tools.images --stack $(STACK) $(FORMAT_OPTION)

policy: $(VENV)/.installed ## Check what STACK registers against the rules of policy/, without cluster
	@$(PY) -m tools.policy --stack $(STACK)

##@ What would change (docs/how-to/preview-in-pull-requests.md)
# These look at a stack as it is somewhere else: not at the sandbox, unless CLUSTER says so.
ELSEWHERE = $(if $(filter file,$(origin CLUSTER)),$(1),$(CLUSTER))
JSON_OPTION = $(if $(JSON),--json '$(JSON)')

upgrade-diff: $(VENV)/.installed ## Show what VERSION of UNIT changes, as Markdown (SHA256=, FROM=)
	@$(PY) -m tools.upgrade_diff --stack $(STACK) \
	  --unit $(or $(UNIT),$(error say which unit: make upgrade-diff UNIT=argoCd VERSION=v3.6.2)) \
	  --version $(or $(VERSION),$(error say which version: make upgrade-diff UNIT=$(UNIT) VERSION=...)) \
	  $(if $(SHA256),--sha256 $(SHA256)) $(if $(FROM),--from $(FROM))

diff: $(VENV)/.installed ## Compare the objects of STACK in revision BASE and in the checkout (or HEAD=ref)
	@$(PY) -m tools.diff --stack $(STACK) --base $(or $(BASE),$(error say with what: make diff STACK=$(STACK) BASE=main)) \
	  $(if $(HEAD),--head $(HEAD)) $(JSON_OPTION)

preview-comment: $(VENV)/.installed ## What `up` would change, as Markdown: from the state, without cluster
	@$(PY) -m tools.deploy --stack $(STACK) --cluster $(call ELSEWHERE,state) --markdown $(JSON_OPTION) preview

# PR_HEAD is a name that strangers choose: it comes from the environment, and make never expands it.
comment: $(VENV)/.installed ## All changes below FROM as one comment (PR=number puts it there)
	@$(PY) -m tools.comment $(if $(PR),--pull-request $(PR)) \
	  $(if $(value PR_HEAD),--head "$$PR_HEAD" --commit "$$PR_COMMIT") \
	  '$(or $(FROM),$(error say from where: make comment FROM=folder))'

drift: $(VENV)/.installed ## What the cluster has otherwise than the state, as Markdown; exit code 3 for any
	@$(PY) -m tools.deploy --stack $(STACK) --cluster $(call ELSEWHERE,context) --markdown $(JSON_OPTION) drift

##@ The sandbox: an embedded control plane with simulated nodes
sandbox: $(VENV)/.installed ## Start it; prints the path of its kubeconfig
	@$(PY) -m tools.sandbox start

sandbox-stop: $(VENV)/.installed ## Stop it and keep its objects
	@$(PY) -m tools.sandbox stop

sandbox-reset: $(VENV)/.installed ## Delete it, its objects and the state of its stacks
	@$(PY) -m tools.sandbox reset

sandbox-status: $(VENV)/.installed ## Tell whether it runs, and where
	@$(PY) -m tools.sandbox status || [ $$? -eq 3 ] # 3: it does not run, which is an answer

kind-delete: $(VENV)/.installed ## Delete the kind cluster of CLUSTER=kind
	@$(PY) -m tools.deploy kind-delete

##@ Live: a sandbox on which the operators really run (docs/how-to/live-controllers.md)
live: $(VENV)/.installed ## Start it with the platform, Tekton and KubeVela; it goes on running
	@$(PY) -m tools.live start

live-stop: $(VENV)/.installed ## Stop it and keep its objects (ARGS=--reset to drop them)
	@$(PY) -m tools.live stop $(ARGS)

live-status: $(VENV)/.installed ## Tell which operators run
	@$(PY) -m tools.live status || [ $$? -eq 3 ]

##@ Checks
test: lint ## All checks but the live ones
	@$(PY) -m tests.run -m "not live" -n 2 --dist loadfile $(ARGS)

test-live: $(VENV)/.checks ## The checks that need live operators; uses a running `make live`
	@$(PY) -m tests.run -m live $(ARGS) tests/live

unit: $(VENV)/.checks ## The inner loop: no engine, no cluster
	@$(PY) -m tests.run -m "not e2e and not live" $(ARGS)

lint: $(VENV)/.checks ## Style, types, import contracts, generated files
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/mypy \
	  && $(VENV)/bin/lint-imports && $(PY) -m tools.docs --check

mutate-health: $(VENV)/.checks ## Change the health checks one place at a time; list what no case notices
	@$(PY) -m tests.health.mutate $(ARGS)

bench: $(VENV)/.checks ## Measure the sandbox, preview, up and destroy, and the manual route beside them
	@$(PY) -m tools.bench

##@ The checkout
tools: $(VENV)/.installed ## Have the pinned tools, or those that ARGS names: from PATH, downloaded, or built
	@$(PY) -m tools.toolchain $(ARGS)

fresh-machine: ## Run the README's two commands as on a machine with nothing but its programs
	@tools/fresh_machine.sh $(ARGS)

fmt: $(VENV)/.checks ## Format the code
	@$(VENV)/bin/ruff check --fix-only -q . ; $(VENV)/bin/ruff format .

docs: $(VENV)/.installed ## Write the generated pages of the documentation
	@$(PY) -m tools.docs

example-comment: $(VENV)/.installed ## Render the comment anew that the documentation shows
	@$(PY) -m tools.example_comment > docs/reference/preview-comment.md

lock: $(VENV)/.checks ## Compute the lock files anew (ARGS=--upgrade for newer versions)
	@$(PY) -m tools.lock $(ARGS)

clean: ## Remove what this checkout made; the shared cache of tools stays
	@if [ -d .sandbox ] && [ -x $(PY) ]; then \
	  $(PY) -m tools.live stop --reset && $(PY) -m tools.deploy kind-delete && \
	  for name in $$(ls .sandbox); do $(PY) -m tools.sandbox reset --name $$name || exit 1; done; fi
	@rm -rf $(VENV) .sandbox .cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -prune -exec rm -rf {} +

# The floor lock is for machines that cannot download the newest provider plugin and must build one.
$(VENV)/.installed: requirements.lock requirements-floor.lock
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is `'$(PYTHON)' --version 2>&1`. Set PYTHON=..." >&2; exit 1; }
	@test -x $(PY) || '$(PYTHON)' -m venv $(VENV)
	@lock=$$('$(PYTHON)' tools/choose_lock.py) && echo "installing $$lock into $(VENV)" >&2 && \
	  $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r "$$lock"
	@touch $@

$(VENV)/.checks: $(VENV)/.installed requirements-dev.lock
	@echo "installing requirements-dev.lock into $(VENV)" >&2
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
