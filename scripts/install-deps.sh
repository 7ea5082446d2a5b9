#!/usr/bin/env bash
# Installs what is missing of the Debian packages that corofold needs.
#
# Usage: scripts/install-deps.sh [build|demo|test|bench|llvm19|targets|screenshot|all]...
# Without arguments: all. Changes nothing if all is there.
set -euo pipefail

# The plugin itself: the C++ shim and LLVM's headers.
build=(gcc g++ make llvm-22-dev)
# The example programs: core and alloc for targets that rustup brings no sources for, a linker, an emulator.
embedded=(rustc-web cargo-web rust-web-src lld-22 llvm-22)
demo=("${build[@]}" "${embedded[@]}" qemu-system-arm)
# lit and FileCheck, the formatters and linters, the emulators of all targets, and a browser for pages of reports.
test=("${demo[@]}" llvm-22-tools clang-22 clang-format-22 python3 qemu-system-misc shellcheck chromium)
# The plugin for LLVM 19 and its tests; lit is that of LLVM 22.
llvm19=(gcc g++ make llvm-19-dev llvm-19 llvm-19-tools llvm-22-tools python3)
# What counts rustc's instructions, and finds races.
bench=("${build[@]}" "${embedded[@]}" valgrind)
# What links for targets that this machine does not run, and what runs them: fuzz/asyncgen/other-target.
targets=("${embedded[@]}" qemu-user-static
    gcc-s390x-linux-gnu libc6-dev-s390x-cross gcc-powerpc64-linux-gnu libc6-dev-ppc64-cross
    gcc-i686-linux-gnu libc6-dev-i386-cross gcc-aarch64-linux-gnu libc6-dev-arm64-cross)
# What makes a picture of a terminal's colours.
screenshot=("${build[@]}" "${embedded[@]}" aha bsdutils chromium python3)

fail() {
    printf 'install-deps: error: %s\n' "$1" >&2
    exit 1
}

# Prints the packages of a group, one per line.
group() {
    case $1 in
        build) printf '%s\n' "${build[@]}" ;;
        demo) printf '%s\n' "${demo[@]}" ;;
        test) printf '%s\n' "${test[@]}" ;;
        bench) printf '%s\n' "${bench[@]}" ;;
        llvm19) printf '%s\n' "${llvm19[@]}" ;;
        targets) printf '%s\n' "${targets[@]}" ;;
        screenshot) printf '%s\n' "${screenshot[@]}" ;;
        all) printf '%s\n' "${test[@]}" "${bench[@]}" "${llvm19[@]}" "${targets[@]}" "${screenshot[@]}" ;;
        *) fail "no group '$1'; there are: build, demo, test, bench, llvm19, targets, screenshot, all" ;;
    esac
}

is_installed() {
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

has_candidate() {
    local policy
    policy=$(LC_ALL=C apt-cache policy "$1")
    [[ $policy == *Candidate:* && $policy != *'Candidate: (none)'* ]]
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "installing packages needs root, and there is no sudo; run as root: apt-get install ${missing[*]}"
    fi
}

command -v apt-get >/dev/null || fail "no apt-get here; this script knows Debian 12 only"

wanted=()
for name in "${@:-all}"; do
    packages=$(group "$name")
    mapfile -t -O "${#wanted[@]}" wanted <<<"$packages"
done
mapfile -t wanted < <(printf '%s\n' "${wanted[@]}" | sort -u)

missing=()
for package in "${wanted[@]}"; do
    is_installed "$package" || missing+=("$package")
done

if ((${#missing[@]} > 0)); then
    as_root apt-get update --quiet
    unknown=()
    for package in "${missing[@]}"; do
        has_candidate "$package" || unknown+=("$package")
    done
    ((${#unknown[@]} == 0)) ||
        fail "apt has no candidate for: ${unknown[*]}; are Debian 12's main and updates in its sources?"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"
fi
printf 'install-deps: all %d packages for %s are there\n' "${#wanted[@]}" "${*:-all}"
