#!/usr/bin/env bash
# Unpacks Debian 12's rustc 1.85, whose LLVM is 19, into a folder: a newer one may be installed.
#
# Usage: scripts/rustc-1.85.sh DIR
# Afterwards DIR/rustc is a command that runs it.
set -euo pipefail

version=1.85.0+dfsg3-1~deb12u3
packages=(rustc-web libstd-rust-web-1.85 libstd-rust-web-dev)

(($# == 1)) || {
    printf 'rustc-1.85: error: usage: scripts/rustc-1.85.sh DIR\n' >&2
    exit 1
}
mkdir -p "$1"
dir=$(cd "$1" && pwd)
if [[ ! -x $dir/rustc ]]; then
    downloads=$(mktemp -d)
    trap 'rm -rf "$downloads"' EXIT
    (cd "$downloads" && apt-get download --quiet "${packages[@]/%/=$version}")
    for package in "$downloads"/*.deb; do
        dpkg -x "$package" "$dir/root"
    done
    # The loader looks for its libraries in the system's folders only.
    cat >"$dir/rustc.new" <<EOF
#!/bin/sh
LD_LIBRARY_PATH='$dir/root/usr/lib/x86_64-linux-gnu' exec '$dir/root/usr/bin/rustc' "\$@"
EOF
    chmod +x "$dir/rustc.new"
    mv "$dir/rustc.new" "$dir/rustc"
fi
"$dir/rustc" --version --verbose
