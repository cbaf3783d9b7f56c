#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# ./dev as a command: what it refuses, what it says, and that it needs neither a terminal nor an open stdin. Nothing here
# builds.
set -euo pipefail

tree=$(cd "$(dirname "$0")/../.." && pwd)
failures=0

# expect DESCRIPTION STATUS PATTERN COMMAND...: the command ends with the status and prints the pattern.
expect() {
    local output status=0
    output=$("${@:4}" 2>&1 <&-) || status=$?
    if [[ $status -eq $2 && $output =~ $3 ]]; then
        echo "ok: $1"
    else
        printf 'FAILED: %s: status %s\n%s\n' "$1" "$status" "$output"
        failures=$((failures + 1))
    fi
}

expect "help lists the verbs" 0 'demo.*test.*build.*run.*lab.*bench.*fuzz.*lint.*format' "$tree/dev" help
expect "no verb is help" 0 'Usage: ./dev VERB' "$tree/dev"
expect "an unknown verb is refused" 2 "does not know 'tset'" "$tree/dev" tset
expect "an unknown option of test is refused" 2 "not '--fast'" "$tree/dev" test --fast
expect "an unknown fuzz target is refused" 2 'there is no tests/fuzz/nothing_fuzz.cc' "$tree/dev" fuzz nothing
expect "fuzz wants a number of seconds" 2 'wants a number' "$tree/dev" fuzz --seconds soon
expect "it works from another folder" 0 'Usage' env -C / "$tree/dev" help
expect "CI runs what a person runs" 0 'exec ./dev test' cat "$tree/.ci/run"

# A step that fails: its name, the end of its log, the advice; a step that works: one line.
step() { # COMMAND...
    bash -c 'set -euo pipefail; top=$(mktemp -d); trap "rm -rf $top" EXIT; source "$0/.ci/steps.bash"; run_step "A step" "Do this." "$@"' \
        "$tree" "$@"
}
expect "a step that works is one line" 0 '^ok: A step \([0-9]+ s\)$' step true
expect "a step that fails says so, shows its log and what to do" 1 'failed: A step .*exit status 3.*\| because.*Do this\.' \
    step bash -c 'echo because; exit 3'

((failures == 0)) || exit 1
