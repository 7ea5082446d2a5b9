#!/usr/bin/env bash
# Renders what `cargo corofold report` shows of the example firmware: docs/diagnostic.png, what it prints in a terminal,
# and docs/report.png, the page of one future.
#
# Environment: COROFOLD_PLUGIN and CARGO_COROFOLD (default: those in target/release).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export COROFOLD_PLUGIN=${COROFOLD_PLUGIN:-$root/target/release/libcorofold.so}
command=${CARGO_COROFOLD:-$root/target/release/cargo-corofold}
columns=132
# Pixels: of a line, and around all.
line=18
margin=20
arguments='report --release --top 6 --findings 1'
future='<Framed<Noisy<Uart>>>::put'
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET CARGO_TARGET_DIR

# picture NAME WIDTH HEIGHT ADDRESS: a page below the working folder becomes docs/NAME.png.
picture() {
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/profile" \
        --virtual-time-budget=3000 --window-size="$2,$3" --screenshot="$root/docs/$1.png" "file://$work/$4" 2>"$work/log" || {
        cat "$work/log" >&2
        exit 1
    }
    printf 'screenshot: wrote docs/%s.png\n' "$1"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The firmware needs the compiler that has the source of the standard library.
export CARGO=/usr/bin/cargo RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1
cd "$root/examples/firmware"
# `script` is the terminal: the table is cut to its width, and there are colours.
script --quiet --return --command \
    "stty rows 50 cols $columns; '$command' corofold $arguments 2>'$work/log'" "$work/typescript" >"$work/text" || {
    cat "$work/log" "$work/text" >&2
    exit 1
}
tr --delete '\r' <"$work/text" >"$work/colours"
{
    printf '\033[1;32m$\033[0m \033[1mcargo corofold %s\033[0m\n' "$arguments"
    cat "$work/colours"
} >"$work/screen"

{
    cat <<END
<!doctype html><meta charset="utf-8"><style>
body { margin: ${margin}px; background: #181a1f; color: #d7dae0; }
pre { margin: 0; width: calc(${columns}ch + 1px); font: 13px/${line}px "DejaVu Sans Mono", monospace; }
/* What is longer than a line is broken as terminals do it. */
pre { white-space: break-spaces; line-break: anywhere; }
</style><pre>
END
    aha --black --no-header <"$work/screen"
    printf '</pre>\n'
} >"$work/page.html"

# What is longer than a line goes on in the next.
lines=$(aha --no-header <"$work/screen" | sed 's/<[^>]*>//g; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g' | fold -w "$columns" | wc -l)
# A character of this font is 7.83 pixels wide.
width=$((columns * 783 / 100 + 2 * margin))
picture diagnostic "$width" $((lines * line + 2 * margin)) page.html

"$command" corofold report --release --message-format json --html "$work/report.html" >"$work/report.json" 2>"$work/log" || {
    cat "$work/log" >&2
    exit 1
}
index=$(python3 - "$work/report.json" "$future" <<'END'
import json, sys
futures = json.load(open(sys.argv[1]))["artifacts"][0]["futures"]
print([future["title"] for future in futures].index(sys.argv[2]))
END
)
picture report 1440 760 "report.html#theme=light&future=$index"
