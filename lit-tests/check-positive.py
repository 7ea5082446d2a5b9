#!/usr/bin/env python3
"""Checks that the tests prove something: they must fail when the plugin does not do its work.

Runs the suite twice more with a broken plugin:
  unloaded  the plugin is not loaded at all: every test must fail;
  off       it is loaded and changes nothing: every test must fail except those named `no-*`,
            which show what stays as it was, and those under Model/, which look and change nothing.
"""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SUITE = Path(__file__).resolve().parent
LIT = Path(os.environ.get("COROFOLD_LLVM_BIN") or "/usr/lib/llvm-22/bin") / "lit"

MAJOR = os.environ.get("COROFOLD_LLVM_MAJOR") or "22"


def results(mode):
    """The result code of every test of the suite in this mode."""
    with tempfile.NamedTemporaryFile(suffix=".json") as output:
        subprocess.run(
            [LIT, "-q", "-j2", "-o", output.name, SUITE],
            env={**os.environ, "COROFOLD_LIT_MODE": mode},
            stdout=subprocess.DEVNULL,
            check=False,
        )
        tests = json.load(output)["tests"]
    return {test["name"].split(" :: ")[1]: test["code"] for test in tests}


def must_fail_when_off(name):
    path = Path(name)
    return path.parts[0] != "Model" and not path.name.startswith("no-")


def main():
    proves_nothing = []
    for mode, must_fail in [("unloaded", lambda _: True), ("off", must_fail_when_off)]:
        codes = results(mode)
        unsupported = [name for name, code in codes.items() if code == "UNSUPPORTED"]
        if MAJOR == "22":
            # `REQUIRES: llvm22` is for other versions; here every test runs.
            proves_nothing += [f"{mode}: {name}: UNSUPPORTED" for name in unsupported]
        checked = [name for name in codes if must_fail(name) and name not in unsupported]
        print(f"{mode}: {len(checked)} of {len(codes)} tests must fail")
        if not checked:
            proves_nothing.append(f"{mode}: no tests were found")
        proves_nothing += [
            f"{mode}: {name}: {codes[name]}" for name in checked if codes[name] != "FAIL"
        ]
    for line in proves_nothing:
        print(f"error: expected to fail: {line}", file=sys.stderr)
    return 1 if proves_nothing else 0


if __name__ == "__main__":
    sys.exit(main())
