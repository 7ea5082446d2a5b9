#!/usr/bin/env bash
# Writes the IR that the plugin is given for the programs of lit-tests/Exec and lit-tests/Rust/Inputs, one .ll file each. Of a program of several crates it
# is the crate with the bodies, built with `--cfg library`.
#
# Usage: scripts/emit-ir.sh FOLDER
set -euo pipefail

(($# == 1)) || { printf 'emit-ir: error: name the folder to write to\n' >&2; exit 1; }
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
for source in "$root"/lit-tests/Exec/*.rs "$root"/lit-tests/Rust/Inputs/bodies.rs; do
    name=$(basename "$source" .rs)
    crate=(--crate-type=bin)
    grep -q '^fn main' "$source" || crate=(--crate-type=lib)
    grep -q '^#\[cfg(library)\]' "$source" && crate=(--crate-type=lib --cfg library)
    RUSTC_BOOTSTRAP=1 "${RUSTC:-rustc}" --edition 2024 -Awarnings "${crate[@]}" --crate-name "${name//-/_}" \
        -Csymbol-mangling-version=v0 -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir "$source" -o "$1/$name.ll"
done
