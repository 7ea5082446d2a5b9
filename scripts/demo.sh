#!/usr/bin/env bash
# The main job on two real programs: builds examples/firmware and examples/server without and with the plugin,
# runs both builds, requires that they behave the same, and ends with the sizes of both.
#
# Environment: COROFOLD_PLUGIN (default: target/release/libcorofold.so), COROFOLD (the plugin's options).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
plugin=${COROFOLD_PLUGIN:-$root/target/release/libcorofold.so}
options=${COROFOLD:-}
declare -A target=(
    [firmware]=thumbv7em-none-eabihf
    # Named although it is the host: so build scripts and proc-macros are compiled without the plugin.
    [server]=$(rustc -vV | sed -n 's/^host: //p')
)
work=$(mktemp -d)
server_pid=

cleanup() {
    [[ -z $server_pid ]] || kill "$server_pid" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

fail() {
    printf 'demo: error: %s\n' "$1" >&2
    exit 1
}

say() {
    printf '%12s %s\n' "$1" "$2"
}

# The folder of an example's artifacts: artifacts NAME base|with
artifacts() {
    printf '%s/examples/%s/target/corofold/%s/%s/release' "$root" "$1" "$2" "${target[$1]}"
}

# cargo with the toolchain an example is for: Debian's has the sources that -Zbuild-std needs.
cargo_for() {
    local name=$1
    shift
    case $name in
        firmware) RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc /usr/bin/cargo "$@" ;;
        server) RUSTC_BOOTSTRAP=1 cargo "$@" ;;
    esac
}

# Builds an example: build_with NAME base|with
build_with() {
    local name=$1 variant=$2 flags=()
    if [[ $variant == with ]]; then
        # cargo notices a changed flag but neither a changed plugin nor changed options: the path tells all.
        local copy="$root/examples/$name/target/corofold/plugin-$fingerprint.so"
        mkdir -p "${copy%/*}"
        cp "$plugin" "$copy"
        flags=(--config "target.${target[$name]}.rustflags=[\"-Zllvm-plugins=$copy\"]")
    fi
    (
        cd "$root/examples/$name"
        cargo_for "$name" build --release --locked --target "${target[$name]}" \
            --target-dir "target/corofold/$variant" "${flags[@]}"
    )
}

# Prints the trace of a firmware: run_firmware base|with
run_firmware() {
    "$root/examples/firmware/qemu.sh" "$(artifacts firmware "$1")/firmware" ||
        fail "the firmware ($1) ended with code $?"
}

# Waits for the first line of a file and prints it.
first_line() {
    local line
    for _ in {1..100}; do
        if read -r line <"$1"; then
            printf '%s' "$line"
            return
        fi
        sleep 0.1
    done
    return 1
}

# Prints all answers of a server: run_server base|with
run_server() {
    local address out=$work/server-$1
    # The server, in the background, may be later than the first look at the file.
    : >"$out.address"
    timeout 180 "$(artifacts server "$1")/server" >"$out.address" 2>"$out.log" &
    server_pid=$!
    address=$(first_line "$out.address") || fail "the server ($1) tells no address: $(cat "$out.log")"
    # The client is the one without the plugin each time: only the server is compared.
    timeout 120 "$(artifacts server base)/ask" "$address" || fail "the server ($1) gave no answer: $(cat "$out.log")"
    wait "$server_pid" || fail "the server ($1) ended with code $?: $(cat "$out.log")"
    server_pid=
}

# Runs both builds of an example and compares what they print: compare NAME UNIT PATTERN-OF-A-UNIT
compare() {
    local name=$1 unit=$2 pattern=$3 variant
    for variant in base with; do
        say Running "$name ($variant)"
        "run_$name" "$variant" >"$work/$name.$variant"
    done
    diff -u --label "$name without the plugin" --label "$name with the plugin" \
        "$work/$name.base" "$work/$name.with" >&2 ||
        fail "$name behaves differently with the plugin: see the lines above"
    say Same "$name: $(grep -c "$pattern" "$work/$name.base") $unit"
}

# Bytes of an artifact in all allocated sections whose names begin so: section FILE NAME...
section() {
    local file=$1
    shift
    llvm-size-22 -A "$file" | awk -v names="$*" '
        BEGIN { count = split(names, wanted, " ") }
        { for (i = 1; i <= count; i++) if (index($1, wanted[i]) == 1) sum += $2 }
        END { print sum + 0 }'
}

print_sizes() {
    local name kind base with
    printf '\n%-10s %-8s %10s %10s %10s %8s\n' program section base with bytes percent
    for name in firmware server; do
        for kind in .text .rodata; do
            base=$(section "$(artifacts "$name" base)/$name" "$kind")
            with=$(section "$(artifacts "$name" with)/$name" "$kind")
            awk -v n="$name" -v k="$kind" -v b="$base" -v w="$with" 'BEGIN {
                printf "%-10s %-8s %10d %10d %+10d %+7.2f%%\n", n, k, b, w, w - b, (w - b) * 100 / b }'
        done
    done
}

[[ -f $plugin ]] || fail "no plugin at $plugin: build it with 'cargo build --release', or set COROFOLD_PLUGIN"
fingerprint=$({ sha256sum <"$plugin"; printf '%s' "$options"; } | sha256sum | cut -c1-16)

for name in firmware server; do
    for variant in base with; do
        say Building "$name ($variant)"
        build_with "$name" "$variant"
    done
done
compare firmware 'lines of trace' ''
compare server answers '^HTTP/'
print_sizes
