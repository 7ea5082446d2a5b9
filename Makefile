# The commands of README.md. Each installs the Debian packages that it needs and lacks.

PLUGIN := $(CURDIR)/target/release/libcorofold.so
export COROFOLD_PLUGIN ?= $(PLUGIN)
ASYNCGEN := fuzz/asyncgen/target/release/asyncgen
HARDIR := fuzz/hardir/target/release/hardir
VALIDATE := fuzz/validate/target/release/validate
# Where `validate` puts the IR of random programs.
PROGRAM_IR := fuzz/validate/target/programs
# Random programs of `make validate`, and folders with more IR for it.
PROGRAMS ?= 100
IR ?=
SECONDS ?= 600
SEED ?= 1
# Seeds of `make test`: few enough for every run, and the same in each.
TEST_SEEDS := 0..24
## Mutants of the lit suite for `make hard`.
MUTANTS ?= 0..5000

.PHONY: build install demo test check lit see screenshot fuzz fuzz-seeds fuzz-target hard faults stable threads validate validate-some bench limits peers llvm19 clean

build:
	scripts/install-deps.sh build
	cargo build --release --workspace --locked

## Puts `cargo corofold` and the plugin where they find each other.
install: build
	cargo install --path crates/cargo-corofold --locked
	install -m 644 $(PLUGIN) "$${CARGO_HOME:-$$HOME/.cargo}/bin/libcorofold.so"
	ln -sf cargo-corofold "$${CARGO_HOME:-$$HOME/.cargo}/bin/corofold"

## Builds and runs two real programs with and without the plugin, and prints their sizes.
demo: build
	scripts/install-deps.sh demo
	scripts/demo.sh

## Everything.
test: build
	scripts/install-deps.sh test
	$(MAKE) check
	cargo test --locked -p corofold --features link-llvm
	$(MAKE) threads
	cargo test --locked -p cargo-corofold
	$(MAKE) lit
	$(MAKE) fuzz-seeds
	$(MAKE) validate-some
	$(MAKE) stable

## Lints and formats.
check:
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	clang-format-22 --dry-run --Werror llvm-pass/*.cpp llvm-pass/*.h
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps

lit: build
	lit-tests/run

## Every command that shows something, on the two examples and on three images of the corpus. Builds each six times.
see: build
	scripts/install-deps.sh test
	cargo test --locked -p cargo-corofold --test cli -- --ignored --nocapture --test-threads=1 see::

## The pictures of the documentation: what the command shows of the example firmware.
screenshot: build
	scripts/install-deps.sh screenshot
	scripts/screenshot.sh

$(ASYNCGEN): $(wildcard fuzz/asyncgen/src/*.rs fuzz/asyncgen/src/*/*.rs)
	cd fuzz/asyncgen && cargo build --release --locked

## A fixed set of random programs, built and run with and without the plugin.
fuzz-seeds: build $(ASYNCGEN)
	$(ASYNCGEN) run --seeds $(TEST_SEEDS) --plugin $(PLUGIN) --jobs 2 --corofold verify

## Random programs for SECONDS, from SEED on.
fuzz: build $(ASYNCGEN)
	$(ASYNCGEN) run --seeds $(SEED)..100000000 --plugin $(PLUGIN) --jobs 2 --seconds $(SECONDS) \
		--corofold verify --keep fuzz/asyncgen/target/failures

## The same for TARGET, which need not be this machine's: programs run under qemu.
TARGET ?= s390x-unknown-linux-gnu
fuzz-target: build $(ASYNCGEN)
	scripts/install-deps.sh targets
	fuzz/asyncgen/other-target $(TARGET) $(PLUGIN) --seeds $(SEED)..100000000 --jobs 2 --seconds $(SECONDS) \
		--keep fuzz/asyncgen/target/failures

$(VALIDATE): $(wildcard fuzz/validate/src/*.rs fuzz/validate/src/*/*.rs)
	cd fuzz/validate && cargo build --release --locked

## Executes what the plugin changes before and after it: lit tests, PROGRAMS random ones from SEED on, and IR.
validate: build $(ASYNCGEN) $(VALIDATE)
	scripts/install-deps.sh test
	rm -rf $(PROGRAM_IR)
	fuzz/validate/ir-of-programs $(PROGRAM_IR) $(SEED) $$(($(SEED) + $(PROGRAMS) - 1))
	$(VALIDATE) --plugin $(PLUGIN) lit-tests $(PROGRAM_IR) $(IR)
	$(VALIDATE) --plugin $(PLUGIN) --late lit-tests $(PROGRAM_IR) $(IR)

## The same in little time.
validate-some: build $(ASYNCGEN) $(VALIDATE)
	cd fuzz/validate && cargo test --release --locked
	rm -rf $(PROGRAM_IR)
	fuzz/validate/ir-of-programs $(PROGRAM_IR) 1 4
	$(VALIDATE) --plugin $(PLUGIN) --words verify --paths 40 lit-tests $(PROGRAM_IR)
	$(VALIDATE) --plugin $(PLUGIN) --late --words verify --paths 40 lit-tests/Slots $(PROGRAM_IR)

$(HARDIR): $(wildcard fuzz/hardir/src/*.rs)
	cd fuzz/hardir && cargo build --release --locked

## IR that is larger or odder than any program's: no crash, no hang, no invalid result.
hard: build $(HARDIR)
	scripts/install-deps.sh test
	$(HARDIR) limits --plugin $(PLUGIN)
	$(HARDIR) mutate --plugin $(PLUGIN) --inputs lit-tests --seeds $(MUTANTS)

## Each wrong change that the plugin can be built to make must be found in random programs.
FAULTS := lost-drop skipped-poll stale-child lost-state wrong-pending lost-suspension wrong-fold pruned-state \
	forgotten-check unchecked-callee
faults: $(ASYNCGEN)
	scripts/install-deps.sh build
	cargo build --release --locked -p corofold --features planted-faults --target-dir target/planted-faults
	$(ASYNCGEN) faults --plugin target/planted-faults/release/libcorofold.so --seeds 0..48 --fault $(FAULTS)

## Modules on several threads, under valgrind's detector of races.
threads:
	scripts/install-deps.sh build bench
	scripts/helgrind.sh

## Two runs give the same, and a second run changes nothing: the lit suite and the IR of real programs.
stable: build $(HARDIR)
	scripts/install-deps.sh test
	scripts/emit-ir.sh target/stable
	$(HARDIR) stable --plugin $(PLUGIN) --inputs lit-tests target/stable

## Writes BENCHMARKS.md: the corpus without the plugin, with `pending` alone, and with everything.
bench: build
	scripts/install-deps.sh bench
	bench/run

## Pairs of async and hand-written programs.
limits: build
	scripts/install-deps.sh bench
	bench/limits/run

## The tests of published crates, without and with the plugin; their part of BENCHMARKS.md.
peers: build
	bench/peers/run

## The plugin for LLVM 19, and the lit tests with that LLVM and its rustc, Debian's 1.85.
LLVM19 := $(CURDIR)/target/llvm19
llvm19:
	scripts/install-deps.sh llvm19
	cargo build --release --locked --no-default-features --features llvm19 --target-dir $(LLVM19)
	scripts/rustc-1.85.sh $(LLVM19)/rustc
	COROFOLD_LLVM_MAJOR=19 COROFOLD_PLUGIN=$(LLVM19)/release/libcorofold.so lit-tests/run

clean:
	cargo clean
