# SPDX-License-Identifier: EUPL-1.2
# Steps of ./dev as a person sees them: one line a step, a sign of life on anything over two seconds, and on failure what
# failed, the end of its log and what to do. Sourced by ./dev; owns no state but the log folder.

step_interval=0.2  # seconds between looks at a running step; short, because most steps are done at once

say() { printf '%s\n' "$*"; }

die() {
    printf 'dev: %s\n' "$*" >&2
    exit 1
}

interactive() { [[ -t 1 && -z ${CI:-} ]]; }

# The newest line of a log that tells how far the step is, cut to the width of a terminal.
progress_of() {
    tail -c 2000 "$1" 2>/dev/null | tr '\r' '\n' | grep -E '[^[:space:]]' | tail -n 1 | cut -c 1-90 || true
}

# Shows progress until process $2 ends: on a terminal one moving line, elsewhere a line every 20 seconds.
watch_step() {
    local title=$1 pid=$2 log=$3 begin=$SECONDS shown=0
    while kill -0 "$pid" 2>/dev/null; do
        sleep "$step_interval"
        local elapsed=$((SECONDS - begin))
        if interactive && ((elapsed >= 2)); then
            printf '\r\033[K  %s (%d s) %s' "$title" "$elapsed" "$(progress_of "$log")"
        elif ! interactive && ((elapsed / 20 > shown)); then
            shown=$((elapsed / 20))
            printf '  %s: %d s, %s\n' "$title" "$elapsed" "$(progress_of "$log")"
        fi
    done
    ! interactive || printf '\r\033[K'
}

# run_step TITLE ADVICE COMMAND...: runs the command with its output in build/logs and gives up when it fails.
run_step() {
    local title=$1 advice=$2 begin=$SECONDS status=0
    shift 2
    local log
    mkdir -p "$top/build/logs"
    log=$top/build/logs/$(tr -c 'a-z0-9\n' '-' <<<"${title,,}").log
    set -m  # a process group of its own, so that the whole step can be ended
    "$@" <&0 >"$log" 2>&1 &
    set +m
    local pid=$!
    running_step=$pid
    watch_step "$title" "$pid" "$log"
    wait "$pid" || status=$?
    running_step=
    if ((status != 0)); then
        say "failed: $title (exit status $status). The end of ${log#"$top"/}:"
        tail -n 40 "$log" | sed 's/^/  | /'
        say "command: $*"
        die "$advice"
    fi
    say "ok: $title ($((SECONDS - begin)) s)"
}

# Ends the step that is running when ./dev itself is ended, so that nothing builds on behind the prompt.
stop_running_step() {
    [[ -z ${running_step:-} ]] || kill -- "-$running_step" 2>/dev/null || true
}
