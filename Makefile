# Every target sets up what it needs first (tools/setup) and is safe to run again.
#
#   make run       build, and read the sample receipts
#   make test      build, and run every test
#   make serve     build, and open the web page's server on http://127.0.0.1:8080
#   make bench     compare with other engines on the same pages
#   make check     formatting, lint, and a build where warnings are errors
#   make format    format the C files
#   make sanitize  every test under address+undefined and under thread sanitizers
#   make fuzz      run each fuzz target for FUZZ_SECONDS
#   make train-smoke  train both models in a small setting, to packages that load and read
#   make clean     remove what was built (not what was installed)

BUILD ?= build
BUILD_FLAGS ?=
FUZZ_SECONDS ?= 60
BENCH_FLAGS ?=
PROGRAM = services/twinreader/twinreader
TWINREADER = $(BUILD)/$(PROGRAM)
SAMPLES = $(sort $(wildcard samples/*.jpg samples/*.png samples/*.tif samples/*.pdf))

.DEFAULT_GOAL := run
.PHONY: run test serve bench check format sanitize fuzz train-smoke clean

run:
	@tools/setup build
	@tools/build -t $(PROGRAM) $(BUILD) $(BUILD_FLAGS)
	@$(TWINREADER) read --fields --format text $(SAMPLES)

test:
	@tools/setup test
	@tools/build $(BUILD) $(BUILD_FLAGS)
	@tools/test $(BUILD)

serve:
	@tools/setup serve
	@tools/build -t $(PROGRAM) $(BUILD) $(BUILD_FLAGS)
	@$(TWINREADER) serve

bench:
	@tools/setup bench
	@tools/build -t $(PROGRAM) $(BUILD) $(BUILD_FLAGS)
	@.deps/bench/bin/python bench/run.py --program $(TWINREADER) $(BENCH_FLAGS)

check:
	@tools/setup check
	@tools/check

format:
	@tools/setup check
	@tools/format

sanitize:
	@tools/setup test
	@tools/sanitize

fuzz:
	@tools/setup fuzz
	@tools/fuzz $(FUZZ_SECONDS)

train-smoke:
	@tools/setup train
	@tools/build -t $(PROGRAM) $(BUILD) $(BUILD_FLAGS)
	@.deps/train/bin/python training/smoke.py --program $(TWINREADER)

clean:
	@rm -rf build build-asan build-tsan build-fuzz build-check
