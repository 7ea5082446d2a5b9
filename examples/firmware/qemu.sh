#!/usr/bin/env bash
# Runs the firmware in the emulator; its trace goes to stdout, its exit code is this script's.
#
# Usage: qemu.sh ELF
set -euo pipefail

# -icount makes the guest's clock count instructions: a run does not depend on how busy the host is.
exec timeout 120 qemu-system-arm -machine mps2-an386 \
    -display none -monitor none -serial none \
    -semihosting-config enable=on,target=native \
    -icount shift=3,align=off,sleep=off \
    -kernel "$1" </dev/null
