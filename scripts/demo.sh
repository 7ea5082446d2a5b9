#!/usr/bin/env bash
# The main job on two real programs: builds examples/firmware and examples/server without and with the plugin,
# runs both builds, requires that they behave the same, and ends with the sizes of both.
#
# Environment: COROFOLD_PLUGIN and CARGO_COROFOLD (default: those in target/release), COROFOLD (the plugin's options).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export COROFOLD_PLUGIN=${COROFOLD_PLUGIN:-$root/target/release/libcorofold.so}
command=${CARGO_COROFOLD:-$root/target/release/cargo-corofold}
# These would override what the examples' own .cargo/config.toml says.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET
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
    local folder=$root/examples/$1/target/corofold/$2
    case $1 in
        firmware) printf '%s/thumbv7em-none-eabihf/release' "$folder" ;;
        server) printf '%s/release' "$folder" ;;
    esac
}

# Runs cargo in an example, with the toolchain it is for: cargo_in NAME ARGUMENT...
cargo_in() (
    name=$1
    shift
    cd "$root/examples/$name"
    export CARGO_TARGET_DIR=$PWD/target
    case $name in
        # Debian's has the sources that -Zbuild-std needs.
        firmware) RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc exec /usr/bin/cargo "$@" ;;
        server) exec cargo "$@" ;;
    esac
)

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
    timeout 120 "$root/examples/server/target/release/ask" "$address" ||
        fail "the server ($1) gave no answer: $(cat "$out.log")"
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

[[ -f $COROFOLD_PLUGIN ]] || fail "no plugin at $COROFOLD_PLUGIN: run 'cargo build --release', or set COROFOLD_PLUGIN"
[[ -x $command ]] || fail "no command at $command: run 'cargo build --release --workspace', or set CARGO_COROFOLD"
# cargo finds its subcommands there.
PATH=$(cd "$(dirname "$command")" && pwd):$PATH

for name in firmware server; do
    say Building "$name, without and with the plugin"
    cargo_in "$name" corofold size --release --locked >"$work/$name.size"
done
# The client is no part of what is measured.
cargo_in server build --release --locked --package ask
compare firmware 'lines of trace' ''
compare server answers '^HTTP/'
for name in firmware server; do
    printf '\n'
    cat "$work/$name.size"
done
