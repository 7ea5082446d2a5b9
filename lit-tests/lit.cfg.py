# Configuration of the lit tests. README.md next to this file says how to run them.
#
# Environment: COROFOLD_LLVM_MAJOR (22, or 19 with its rustc 1.85), COROFOLD_PLUGIN (the shared
# object), COROFOLD_LLVM_BIN (opt, FileCheck, ...), COROFOLD_LIT_MODE (empty, or a way to break the
# plugin that check-positive.py uses).
import os
from pathlib import Path

import lit.formats

config.name = "corofold"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".ll", ".rs"]
config.excludes = ["Inputs"]
here = Path(__file__).resolve().parent
config.test_source_root = str(here)
major = os.environ.get("COROFOLD_LLVM_MAJOR") or "22"
if major not in ("22", "19"):
    lit_config.fatal(f"COROFOLD_LLVM_MAJOR={major}: valid are 22 and 19")
config.available_features.add(f"llvm{major}")
# What is built for another LLVM than the default one lies apart: `make llvm19` puts it there.
target = here.parent / "target" / ("" if major == "22" else f"llvm{major}")
config.test_exec_root = str(target / "lit")


def existing(path, advice):
    if not Path(path).exists():
        lit_config.fatal(f"{path} does not exist: {advice}")
    return str(path)


plugin = existing(
    os.environ.get("COROFOLD_PLUGIN") or target / "release" / "libcorofold.so",
    "build it with `cargo build --release` or `make llvm19`, or set COROFOLD_PLUGIN",
)
tools = existing(
    os.environ.get("COROFOLD_LLVM_BIN") or f"/usr/lib/llvm-{major}/bin",
    f"install Debian's llvm-{major} and llvm-{major}-tools, or set COROFOLD_LLVM_BIN",
)
mode = os.environ.get("COROFOLD_LIT_MODE", "")
if mode not in ("", "off", "unloaded"):
    lit_config.fatal(f"COROFOLD_LIT_MODE={mode}: valid are off and unloaded")

inherited = ["PATH", "HOME", "RUSTUP_HOME", "CARGO_HOME"]
config.environment = {name: os.environ[name] for name in inherited if name in os.environ}
config.environment["PATH"] = os.pathsep.join([tools, config.environment["PATH"]])
# Stable toolchains accept -Z only so.
config.environment["RUSTC_BOOTSTRAP"] = "1"

load, zload = f"-load-pass-plugin={plugin}", f"-Zllvm-plugins={plugin}"
if mode == "unloaded":
    load, zload = "", ""
if mode == "off":
    # Every word list that a test gives, in pipeline text or in the environment, gets `off`.
    config.environment["COROFOLD"] = "off"
    config.substitutions.append((r"(?<!print<)corofold<", "corofold<off;"))
    config.substitutions.append((r"\bCOROFOLD=", "COROFOLD=off,"))

rustcs = {"nightly": "rustc +nightly", "stable": "rustc +stable", "debian": "/usr/bin/rustc"}
if major == "19":
    # There is one rustc of this LLVM, and all three names mean it. It mangles as the tests expect.
    command = existing(target / "rustc" / "rustc", "run `make llvm19`")
    rustcs = dict.fromkeys(rustcs, f"{command} -Csymbol-mangling-version=v0")
for name, command in rustcs.items():
    plain = f"{command} --edition 2024 -Awarnings"
    # %plain_rustc_X: without the plugin, whatever the mode.
    config.substitutions.append((f"%plain_rustc_{name}", plain))
    config.substitutions.append((f"%rustc_{name}", f"{plain} {zload}"))
config.substitutions.append(("%opt", f"opt {load}"))
config.substitutions.append(("%plugin", plugin))
