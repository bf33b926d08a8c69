# Parley's habits. `make help` lists what there is; .ci/run is the same, in the order a machine should do it.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
SIZE_LIMIT_MB := 60
COVERAGE_FLOOR := 85

# The program is built without C. The race detector needs a C compiler: where there is none, the tests run without
# it and say so; CI sets RACE=-race, so that there it is never left out.
export CGO_ENABLED := 0
# The version is told by git describe below; asking git a second time fails in a clone that belongs to somebody else.
# One -trimpath for everything: else vet, lint and the generators would compile all that the program is built of again.
export GOFLAGS := $(strip $(GOFLAGS) -buildvcs=false -trimpath)
RACE ?= $(if $(shell command -v gcc || command -v clang),-race,)
COVER ?=
# SQLite is C made Go by a machine: the race detector and its pointer checks cost four times as much there as in all
# our code, and no race of ours can hide in it, for what we pass to it is seen by the code around it.
UNRACED = '-gcflags=modernc.org/...=-d=checkptr=0' '-gcflags=modernc.org/sqlite/lib=-race=false -d=checkptr=0'
# Tests wait more than they work; three worlds at once stay far below the connections of a stock PostgreSQL. Vetting is
# the linter's (govet), once.
GO_TEST = CGO_ENABLED=$(if $(RACE),1,0) go test $(RACE) $(if $(RACE),$(UNRACED)) -vet=off -parallel 3 -timeout 40m
COVER_FLAGS = -covermode=atomic -coverpkg=./internal/...,./cmd/...

WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)
GO_SOURCES := $(shell find cmd internal web \( -name node_modules -o -path web/dist \) -prune -o -type f \( -name '*.go' -o -name '*.sql' -o -name '*.txt' -o -name '*.md' -o -name '*.html' -o -name '*.css' -o -name '*.js' -o -name '*.json' \) -print 2>/dev/null)

# What `make gen` writes. CI writes it again and fails when it differs from what is committed.
GENERATED := docs/reference/settings.md docs/reference/openapi.json web/src/api/schema.ts THIRD_PARTY_NOTICES.md .env.example

##@ Use

.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: build ## Build all and serve http://127.0.0.1:8080 with data in ./data; needs only Go and Node
	./bin/parley dev

.PHONY: dev
dev: build ## Like run, with the pages served by Vite on http://127.0.0.1:5173 and reloaded as you edit
	@trap 'kill $$server 2>/dev/null || true' EXIT; \
	./bin/parley dev & server=$$!; \
	npm --prefix web run dev

.PHONY: build
build: bin/parley ## Build bin/parley, pages included
	@tools/size-gate bin/parley $(SIZE_LIMIT_MB)

bin/parley: web/dist/index.html go.mod go.sum $(GO_SOURCES)
	go build -ldflags '-s -w -X main.version=$(VERSION)' -o $@ ./cmd/parley

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	npm --prefix web run build
	@touch $@

web/node_modules/.package-lock.json: web/package-lock.json
	npm --prefix web ci --no-audit --no-fund
	@touch $@

e2e/node_modules/.package-lock.json: e2e/package-lock.json
	npm --prefix e2e ci --no-audit --no-fund
	@touch $@

##@ Tests

.PHONY: test
test: bin/tools/services ## All tests: Go on SQLite and PostgreSQL, pages; finds or starts the services by itself
	$(MAKE) test-tools
	bin/tools/services $(MAKE) test-go
	$(MAKE) test-web

.PHONY: test-tools
test-tools:
	cd tools && go test ./...

# What `make test` runs between the services' start and their end: every test on both databases. One run and not one
# for each: linking forty test programs with the race detector takes as long as running them.
.PHONY: test-go
test-go: web/dist/index.html
	@$(if $(RACE),,echo 'No C compiler: the tests run without the race detector.')
	@mkdir -p coverage
	$(GO_TEST) -shuffle=on $(if $(COVER),-count=1 $(COVER_FLAGS) -coverprofile=coverage/both.out) ./...

.PHONY: test-sqlite
test-sqlite: web/dist/index.html ## The Go tests on SQLite alone; they need no service but Redis
	TEST_DATABASES=sqlite $(GO_TEST) ./...

.PHONY: test-postgres
test-postgres: web/dist/index.html ## The Go tests on the PostgreSQL of TEST_DATABASE_URL alone
	TEST_DATABASES=postgres $(GO_TEST) ./...

.PHONY: test-web
test-web: web/node_modules/.package-lock.json ## The pages' tests
	npm --prefix web test $(if $(COVER),-- --coverage --coverage.thresholds.lines=$(COVERAGE_FLOOR))

.PHONY: e2e
e2e: build e2e/node_modules/.package-lock.json ## The built program in a real browser
	PARLEY=$(CURDIR)/bin/parley npm --prefix e2e test

# Each story has a PostgreSQL of its own; E2E_POSTGRES names others than the main path.
E2E_POSTGRES ?= first-day

.PHONY: e2e-postgres
e2e-postgres: build bin/tools/services e2e/node_modules/.package-lock.json ## The main story of e2e on PostgreSQL and Redis
	@for story in $(E2E_POSTGRES); do \
	  bin/tools/services -quick env PARLEY=$(CURDIR)/bin/parley bash -c 'E2E_DATABASE_URL="$$TEST_DATABASE_URL" REDIS_URL="$$TEST_REDIS_URL" \
	    node --test --test-reporter=spec e2e/stories/'"$$story"'.test.js' || exit 1; \
	done

.PHONY: coverage
coverage: bin/tools/coverage ## All tests with their coverage, and the floor under it
	$(MAKE) test COVER=1
	$(MAKE) coverage-gate

.PHONY: coverage-gate
coverage-gate: bin/tools/coverage
	bin/tools/coverage -floor $(COVERAGE_FLOOR) -out coverage/go.out coverage/both.out

FUZZ_TIME ?= 30s

.PHONY: fuzz
fuzz: bin/tools/services ## Each fuzz target for FUZZ_TIME on new inputs; what fails is kept in testdata/fuzz and tried by every test run
	@grep -rHo --include='*_test.go' '^func Fuzz[A-Za-z0-9]*' internal | while IFS=: read -r file target; do \
	  echo "$$file $${target#func }"; \
	  bin/tools/services go test -run '^$$' -fuzz "^$${target#func }$$" -fuzztime $(FUZZ_TIME) "./$$(dirname "$$file")"; \
	done

.PHONY: prove-tests
prove-tests: bin/tools/prove bin/tools/services ## Break the program on purpose, one patch at a time, and want red tests
	bin/tools/services bin/tools/prove $(PROVE)

.PHONY: proof
proof: build bin/tools/proof bin/tools/services ## Kill, stop, crash, fill, flood the built program under load; one table in data/proof. PROOF=-short: in a minute
	bin/tools/services -own bin/tools/proof $(PROOF)

.PHONY: scenarios
scenarios: bin/tools/services web/dist/index.html ## Every scenario five times, shuffled
	bin/tools/services env $(GO_TEST) -shuffle=on -count=5 ./internal/app/...

.PHONY: bench
bench: build bin/tools/services ## Load against the built program on both databases; results go to docs/performance.md by hand
	mkdir -p data/bench
	bin/parley bench --database sqlite --json data/bench/sqlite.json
	bin/tools/services -redis=false bash -c 'bin/parley bench --database "$$TEST_DATABASE_URL" --json data/bench/postgres.json'

##@ Habits

.PHONY: fmt
fmt: bin/tools/golangci-lint web/node_modules/.package-lock.json ## Format everything
	bin/tools/golangci-lint fmt
	cd tools && ../bin/tools/golangci-lint fmt
	npm --prefix web run format

.PHONY: fmt-check
fmt-check: bin/tools/golangci-lint web/node_modules/.package-lock.json
	bin/tools/golangci-lint fmt --diff
	cd tools && ../bin/tools/golangci-lint fmt --diff
	npm --prefix web run format:check

.PHONY: lint
lint: lint-docs lint-go lint-web ## Vet, order of rooms, golangci-lint; tsc, ESLint, knip; links of the documentation

.PHONY: lint-go
lint-go: bin/tools/golangci-lint | web/dist/index.html
	go test -vet=off -run TestRoomsUseOnlyTheRoomsBelowThem ./internal
	bin/tools/golangci-lint run --allow-serial-runners ./...
	cd tools && ../bin/tools/golangci-lint run --allow-serial-runners ./...

.PHONY: lint-web
lint-web: web/node_modules/.package-lock.json
	npm --prefix web run typecheck
	npm --prefix web run lint
	npm --prefix web run knip

.PHONY: gen
gen: bin/tools/notices web/node_modules/.package-lock.json ## Write what is generated: settings, their example, OpenAPI and its types, notices
	mkdir -p docs/reference
	go run ./cmd/parley settings > docs/reference/settings.md
	go run ./cmd/parley settings --example > .env.example
	go run ./cmd/parley openapi > docs/reference/openapi.json
	npm --prefix web run gen
	bin/tools/notices -out THIRD_PARTY_NOTICES.md

.PHONY: drift
drift: ## Fail when what is generated is not what is committed
	tools/drift $(GENERATED)

.PHONY: lint-docs
lint-docs: bin/tools/docs
	bin/tools/docs

.PHONY: check
check: fmt-check drift lint ## Everything CI asks before it runs a test

.PHONY: vulnerabilities
vulnerabilities: bin/tools/govulncheck ## Known holes in what we link; needs the Go vulnerability database
	tools/vulnerabilities

.PHONY: clean
clean: ## Remove what was built; ./data stays
	rm -rf bin coverage web/dist/assets web/dist/index.html web/node_modules e2e/node_modules e2e/artifacts

# Our own small programs, and the linters: modules of their own, so that the product's go.mod lists only the product.
bin/tools/golangci-lint: tools/lint/go.mod tools/lint/go.sum
	cd tools/lint && go build -o ../../bin/tools/ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

bin/tools/govulncheck: tools/lint/go.mod tools/lint/go.sum
	cd tools/lint && go build -o ../../bin/tools/ golang.org/x/vuln/cmd/govulncheck

# The proofs are made of the product's own rooms, and no part of the product.
bin/tools/proof: go.mod go.sum $(GO_SOURCES)
	go build -o $@ ./cmd/proof

bin/tools/services: $(wildcard tools/services/*.go) tools/go.mod
bin/tools/coverage: $(wildcard tools/coverage/*.go) tools/go.mod
bin/tools/notices: $(wildcard tools/notices/*.go) tools/go.mod
bin/tools/docs: $(wildcard tools/docs/*.go) tools/go.mod
bin/tools/prove: $(wildcard tools/prove/*.go) tools/go.mod
bin/tools/services bin/tools/coverage bin/tools/docs bin/tools/notices bin/tools/prove:
	cd tools && go build -o ../$@ ./$(@F)
