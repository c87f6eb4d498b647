# The doors. Each sets up what it needs in .venv, at the versions in constraints.txt; a second call is quick.

PYTHON ?= python3
# What generates the code from proto/: grpcio-tools 1.62 has no wheels for Python 3.13 or newer.
PROTO_PYTHON ?= $(PYTHON)
GRPCIO_TOOLS := 1.62.3
BUF := 1.75.0

BIN := .venv/bin
heading = @printf '\n==== %s ====\n' $@
# Workers of the test suite, a file to one of them; one thread each, so that they do not fight over the cores.
WORKERS ?= 2
THREADS := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1

SHIPPED := engine/loopwise_engine/policy/shipped

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## list the doors
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "make %-18s %s\n", $$1, $$2 }'

.PHONY: demo
demo: .venv/.training ## active learning on real images, from no labels to 300 (ARGS="--json")
	$(BIN)/loopwise demo $(ARGS)

.PHONY: test
test: .venv/.test ## the test suite (ARGS="-k wheel")
	$(heading)
	$(THREADS) $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

.PHONY: test-long
test-long: .venv/.test ## the long variants of the suites
	$(THREADS) $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m long $(ARGS)

.PHONY: bench
bench: bench-wire bench-store bench-strategies ## speed beside the physical floor, into benchmarks/results/

.PHONY: bench-wire
bench-wire: .venv/.training ## from report() to the committed loop (ARGS="--quick")
	$(heading)
	$(BIN)/python -m benchmarks.wire --json benchmarks/results/wire.json $(ARGS)

.PHONY: bench-store
bench-store: .venv/.test ## a loop committed beside a file, histories read, and growth; minutes (ARGS="--quick")
	$(heading)
	$(BIN)/python -m benchmarks.store $(or $(ARGS),--json benchmarks/results/store.json --docs docs)

# Arguments stand in for the results and the page: figures of a part, or in small, are to be looked at only.
.PHONY: bench-strategies
bench-strategies: .venv/.test .venv-peers/.made ## choosing, beside other libraries; a quarter of an hour (ARGS="--quick")
	$(heading)
	$(BIN)/python -m benchmarks.strategies $(or $(ARGS),--json benchmarks/results/strategies.json --docs docs)

.PHONY: check
check: check-style check-types check-imports check-proto check-generated check-private ## all checks below
	@printf '\nAll checks passed.\n'

.PHONY: check-style
check-style: .venv/.check ## ruff: lint and format
	$(heading)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

.PHONY: check-types
check-types: .venv/.check ## mypy --strict
	$(heading)
	$(BIN)/mypy

.PHONY: check-imports
check-imports: .venv/.check ## import-linter: which part may import which
	$(heading)
	$(BIN)/lint-imports --no-cache --no-logo

.PHONY: check-proto
check-proto: .cache/buf/$(BUF) ## buf: the contract's style (needs npm)
	$(heading)
	.cache/buf/node_modules/.bin/buf lint

.PHONY: check-generated
check-generated: .venv-proto/.$(GRPCIO_TOOLS) ## the generated code is what proto/ gives
	$(heading)
	rm -rf .cache/generated
	mkdir -p .cache/generated
	$(call generate,.cache/generated)
	diff -r -x __init__.py -x __pycache__ .cache/generated/loopwise/v1 sdk/loopwise/v1 \
		|| { echo "The generated code differs from what proto/ gives: run 'make proto' and commit the result."; exit 1; }

# A lock file's registry or a developer's directory is of no use to anyone else.
REGISTRIES := (pypi|anaconda)[.]org|pythonhosted[.]org|npmjs[.](org|com)|yarnpkg[.]com
MACHINE_PATHS := (^|[^[:alnum:]_.-])/(work|root|home|Users)/

.PHONY: check-private
check-private: ## no registry hosts or a machine's paths in tracked files
	$(heading)
	git rev-parse --is-inside-work-tree > /dev/null
	! git grep -nIE '$(REGISTRIES)|$(MACHINE_PATHS)'

.PHONY: proto
proto: .venv-proto/.$(GRPCIO_TOOLS) ## regenerate sdk/loopwise/v1 from proto/
	rm -f sdk/loopwise/v1/*_pb2*
	$(call generate,sdk)

.PHONY: docs
docs: .venv/.test ## the pages that are made from the code: docs/strategies.md, docs/signals.md
	$(BIN)/python -m tools.reference_pages

# Beside the folder's data sets, scikit-learn's own and generated ones. A simulation that was stopped goes on.
.PHONY: meta
meta: .venv/.training ## the shipped meta-model, from scratch; about an hour on two cores (CORPUS=folder of data sets)
	@test -n "$(CORPUS)" || { echo "Name a folder of data sets to learn from: make meta CORPUS=sets"; exit 1; }
	$(BIN)/loopwise meta fit-errors --corpus $(CORPUS) --synthetic 77 --out sdk/loopwise/strategies/likely_errors.json
	$(BIN)/loopwise meta simulate --corpus $(CORPUS) --synthetic 77 --experiments 2520 --out .cache/meta/runs
	rm -rf .cache/meta/model
	$(BIN)/loopwise meta fit --runs .cache/meta/runs --name loopwise --out .cache/meta/model
	mkdir -p $(SHIPPED)
	rm -f $(SHIPPED)/*
	cp .cache/meta/model/card.json .cache/meta/model/*.txt $(SHIPPED)

.PHONY: stopping
stopping: .venv/.training ## the shipped rules' weights for stopping, from scratch; minutes (CORPUS=folder of data sets)
	@test -n "$(CORPUS)" || { echo "Name a folder of data sets to learn from: make stopping CORPUS=sets"; exit 1; }
	$(BIN)/loopwise meta fit-stop --corpus $(CORPUS) --out engine/loopwise_engine/policy/stopping.json

.PHONY: constraints
constraints: ## pin the newest versions in constraints.txt (needs uv on the path)
	{ sed '/^[^#]/,$$d' constraints.txt; uv pip compile --quiet --universal --python-version 3.11 --all-extras \
		--no-emit-index-url --no-header --no-annotate pyproject.toml; } > constraints.new
	mv constraints.new constraints.txt

.PHONY: clean
clean: ## remove what the doors made
	rm -rf .venv .venv-proto .venv-peers .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis dist demo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Only the service has a stub and a servicer; protoc writes an empty file for each of the others.
define generate
.venv-proto/bin/python -m grpc_tools.protoc -Iproto --python_out=$(1) --pyi_out=$(1) --grpc_python_out=$(1) \
	proto/loopwise/v1/*.proto
find $(1)/loopwise/v1 -name '*_pb2_grpc.py' ! -name service_pb2_grpc.py -delete
endef

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit("loopwise needs Python 3.11 or newer, and $(PYTHON) is " \
		+ sys.version.split()[0] + ": name another, as in make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	@touch $@

# .venv/.test stands for the extra [test], installed.
.venv/.training .venv/.test .venv/.check: .venv/.made pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[$(subst .,,$(@F))]'
	@touch $@

# Without them, as where PyTorch has no wheel, the benchmark goes on and says who was left out.
.venv-peers/.made: benchmarks/peers/requirements.txt
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check -r $< || true
	@touch $@

.venv-proto/.$(GRPCIO_TOOLS):
	@$(PROTO_PYTHON) -c 'import sys; sys.exit("grpcio-tools $(GRPCIO_TOOLS), which generates the code, has wheels up to Python 3.12, " \
		+ "and $(PROTO_PYTHON) is " + sys.version.split()[0] + ": name another for this step, as in make PROTO_PYTHON=python3.12" \
		if sys.version_info >= (3, 13) else 0)'
	$(PROTO_PYTHON) -m venv .venv-proto
	.venv-proto/bin/python -m pip install --quiet --disable-pip-version-check grpcio-tools==$(GRPCIO_TOOLS) 'setuptools<81'
	@touch $@

.cache/buf/$(BUF):
	@command -v npm > /dev/null || { echo "make check-proto runs buf, which comes as an npm package: install npm."; exit 1; }
	npm install --silent --no-audit --no-fund --no-package-lock --prefix .cache/buf @bufbuild/buf@$(BUF)
	@touch $@
