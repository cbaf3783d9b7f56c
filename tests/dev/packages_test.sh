#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# The package step of ./dev against stand-ins for dpkg-query, apt-get, sudo and systemctl: what is missing is installed, no
# daemon may start meanwhile, nothing is left behind, and a machine that has everything is left alone.
set -euo pipefail

tree=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

failures=0
check() { # DESCRIPTION COMMAND...
    if "${@:2}"; then
        echo "ok: $1"
    else
        echo "FAILED: $1"
        failures=$((failures + 1))
    fi
}
check_not() { # DESCRIPTION COMMAND...
    if "${@:2}"; then
        echo "FAILED: $1"
        failures=$((failures + 1))
    else
        echo "ok: $1"
    fi
}

stand_in() { # NAME, its body on stdin
    mkdir -p "$scratch/bin"
    { printf '#!/usr/bin/env bash\n' && cat; } >"$scratch/bin/$1"
    chmod +x "$scratch/bin/$1"
}

stand_in dpkg-query <<<"cat '$scratch/installed'"
stand_in sudo <<<'while [[ $1 == -* ]]; do shift; done; exec "$@"'
stand_in apt-get <<TEXT
echo "\$*" >>'$scratch/apt.log'
[[ "\$*" != *install* ]] || { cp '$scratch/policy-rc.d' '$scratch/policy-seen' || true; }
[[ ! -e '$scratch/apt-fails' ]] || { echo 'E: no network'; exit 100; }
TEXT

# Runs ensure_packages of .ci in a tree whose list is small; output in $scratch/out, exit status in $status.
install_missing() {
    status=0
    rm -f "$scratch/apt.log" "$scratch/policy-seen"
    PATH=$scratch/bin:$PATH bash -c '
        set -euo pipefail
        top=$1
        source "$2/.ci/steps.bash"
        source "$2/.ci/packages.bash"
        policy=$1/policy-rc.d
        trap allow_daemon_starts EXIT
        ensure_packages
    ' test "$scratch" "$tree" >"$scratch/out" 2>&1 </dev/null || status=$?
}

mkdir -p "$scratch/.ci"
printf '# build\ncmake   # and why\n\nnsd\nlibldns-dev\n' >"$scratch/.ci/packages"

printf 'installed cmake\nconfig-files nsd\n' >"$scratch/installed"
install_missing
check "a machine that lacks packages gets them" test "$status" -eq 0
check "the lists are fetched first" grep -q 'update$' <(head -n 1 "$scratch/apt.log")
check "only what is missing is installed, removed packages count as missing" \
    grep -Eq 'install --no-install-recommends libldns-dev nsd ?$' "$scratch/apt.log"
check "no daemon may start during the installation" grep -q 'exit 101' "$scratch/policy-seen"
check_not "the policy is gone afterwards" test -e "$scratch/policy-rc.d"

printf 'installed cmake\ninstalled nsd\ninstalled libldns-dev\n' >"$scratch/installed"
install_missing
check "a machine that has everything is left alone" test "$status" -eq 0
check_not "apt is not even asked" test -e "$scratch/apt.log"

printf 'installed cmake\n' >"$scratch/installed"
touch "$scratch/apt-fails"
install_missing
check_not "a failure of apt is a failure" test "$status" -eq 0
check "it shows what apt said" grep -q 'E: no network' "$scratch/out"
check "it says what to do" grep -q 'run ./dev again' "$scratch/out"
check_not "it leaves no policy either" test -e "$scratch/policy-rc.d"
rm "$scratch/apt-fails"

echo 'of the machine' >"$scratch/policy-rc.d"
install_missing
check "a policy that the machine has stays as it is" grep -qx 'of the machine' "$scratch/policy-rc.d"

check "the list of the tree has no package twice" \
    test -z "$(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$tree/.ci/packages" | sort | uniq -d)"

((failures == 0)) || exit 1
