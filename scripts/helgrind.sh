#!/usr/bin/env bash
# Runs the plugin on several modules at once, one thread and LLVM context each, under valgrind's helgrind. A race fails.
# What is suppressed, and why, stands in helgrind.supp next to this file.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
runner="valgrind --tool=helgrind --error-exitcode=1 --suppressions=$root/scripts/helgrind.supp"
triple=$(rustc --print host-tuple)
triple=${triple^^}
cd "$root"
env "CARGO_TARGET_${triple//-/_}_RUNNER=$runner" \
    cargo test --locked -p corofold --lib --features link-llvm -- modules_on_several_threads --test-threads=1
