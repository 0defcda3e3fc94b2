# The few verbs of this repository; `make` alone lists them.

SHELL := /bin/sh
.DEFAULT_GOAL := help

.PHONY: help run test prove bench lint image fuzz

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile
	@echo "Settings: ARGS='--seed 7' (run), FUZZTIME=10m and FUZZ=FuzzName (fuzz),"
	@echo "          BENCH=pattern and BENCHTIME=2s (bench), PLACEBO_CI=1 (test: skip nothing)"

run: ## run the simulator on this machine
	@go build -o .build/placebo ./cmd/placebo
	@exec .build/placebo serve $(ARGS)

test: ## lint, all tests with the race detector, a short fuzz
	@.ci/test.sh

prove: ## put the suite on trial: every deviation; writes docs/kill-matrix.*
	go test -count=1 -v -run TestEveryDeviation ./conformance/target/inprocess -update

bench: ## measure the simulator
	go test -run '^$$' -bench '$(or $(BENCH),.)' -benchmem -benchtime '$(or $(BENCHTIME),1s)' ./simulator/bench ./simulator/sandbox

lint: ## gofmt, go vet, staticcheck (its version is in go.mod)
	@bad=$$(gofmt -l .) || exit 1; if [ -n "$$bad" ]; then echo "not formatted, run gofmt -w on:"; echo "$$bad"; exit 1; fi
	go vet ./...
	go tool staticcheck ./...

image: ## build the container image placebo:dev
	@.ci/image.sh

fuzz: ## fuzz each target for a longer time
	@FUZZTIME='$(or $(FUZZTIME),2m)' FUZZ='$(FUZZ)' .ci/fuzz.sh
