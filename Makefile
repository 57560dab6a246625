# set-up     install what the machine lacks (Debian packages, a virtual environment)
# demo       a canary rollout on real parts; SCENARIO=fix (default),
#            bad-canary, slow-canary or equal
# test       every test, against real VictoriaMetrics and Envoy; FILTER=… for some
# check      what continuous integration runs: lint, then test
# lint       formatting and scripts
# format     rewrite the sources in the project's format
# fuzz       the tests with damaged input, 100,000 times each; FUZZ_ITERATIONS=… for another number
# snapshots  record what the tests compare with; look at the difference before you commit
# benchmark  ticks and runs of the collector beside the same queries sent by curl; reports on 1 h
#            and 30 d; pruning a large database; the time that the evidence of a day takes; the simulation
# simulation how often equal versions are blocked, and how soon a bad one is found (ten minutes)
# release    the program as one file, .build/release/analyze

SCENARIO ?= fix
FILTER ?= .
FUZZ_ITERATIONS ?= 100000
BUILD ?= .build
SWIFT_SOURCES = Package.swift Sources Tests benchmarks migrations reports \
  workshop/app-backend/Package.swift \
  workshop/app-backend/Sources workshop/app-backend/Tests workshop/app-backend/v1 \
  workshop/app-backend/v2
SCRIPTS = scripts/set-up workshop/demo/run workshop/*.sh workshop/lib/*.sh .ci/run
# All tests at once hold more files and processes than Foundation's Process can bear.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH := 4
BUILD_OPTIONS = --scratch-path $(BUILD) --explicit-target-dependency-import-check error

.PHONY: set-up demo test check fuzz lint format snapshots release backend

set-up:
	scripts/set-up

backend:
	swift build --configuration release --package-path workshop/app-backend

demo: set-up backend
	swift build $(BUILD_OPTIONS) --product analyze
	ANALYZE=$(BUILD)/debug/analyze workshop/demo/run $(SCENARIO)

test: set-up backend
	swift test --package-path workshop/app-backend
	swift test $(BUILD_OPTIONS) --filter '$(FILTER)'

check: lint test

fuzz: set-up
	FUZZ_ITERATIONS=$(FUZZ_ITERATIONS) swift test $(BUILD_OPTIONS) --filter 'Fuzz|Mutation'

lint: set-up
	swift format lint --strict --parallel --recursive $(SWIFT_SOURCES)
	shellcheck $(SCRIPTS)

format:
	swift format --in-place --parallel --recursive $(SWIFT_SOURCES)

snapshots:
	-UPDATE_SNAPSHOTS=1 swift test $(BUILD_OPTIONS) --filter '$(FILTER)'
	git diff --stat -- '*/Snapshots/*'

release:
	swift build --configuration release --static-swift-stdlib --product analyze

# Of the program that users get.
.PHONY: benchmark simulation
benchmark: set-up release
	benchmarks/collect .build/release/analyze
	benchmarks/report .build/release/analyze
	benchmarks/database .build/release/analyze
	swift build --configuration release --product time-evidence
	.build/release/time-evidence
	$(MAKE) simulation

simulation:
	swift build --configuration release --product simulate
	.build/release/simulate
