# SPDX-License-Identifier: EUPL-1.2
# Installs what .ci/packages lists and the machine lacks. Sourced by ./dev. The packages bring daemons (named, nsd, knot,
# unbound) that the lab starts itself, inside namespaces: on this machine none of them may be started or enabled.

policy=/usr/sbin/policy-rc.d
daemon_packages=(bind9:named knot:knot nsd:nsd unbound:unbound)  # package:unit

listed_packages() { sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$top/.ci/packages"; }

missing_packages() {
    local installed
    installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p' | sort -u)
    comm -23 <(listed_packages | sort -u) <(printf '%s\n' "$installed")
}

# How to become root: nothing when we are, sudo when it is there.
as_root() {
    if ((EUID == 0)); then
        "$@"
    elif [[ -t 0 ]]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

# invoke-rc.d and deb-systemd-invoke ask policy-rc.d before they start anything; 101 is "not allowed".
forbid_daemon_starts() {
    [[ ! -e $policy ]] || return 0  # the machine has a policy of its own (containers do): leave it
    printf '#!/bin/sh\n# put here by a package installation in progress; removed when it ends\nexit 101\n' |
        as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    policy_is_ours=yes
}

allow_daemon_starts() {
    [[ ${policy_is_ours:-} != yes ]] || as_root rm -f "$policy"
    policy_is_ours=
}

# Debian enables units on installation: without this, the next boot would start four name servers.
disable_new_daemons() {
    [[ -d /run/systemd/system ]] || return 0
    local pair
    for pair in "${daemon_packages[@]}"; do
        if grep -qx "${pair%%:*}" <<<"$1"; then
            as_root systemctl disable --quiet "${pair##*:}.service" || true
        fi
    done
}

apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"; }

ensure_packages() {
    command -v dpkg-query >/dev/null || die "this machine has no dpkg. Use Debian 12, or install by hand what .ci/packages lists."
    local missing
    missing=$(missing_packages)
    [[ -n $missing ]] || return 0
    local one_line
    one_line=$(tr '\n' ' ' <<<"$missing")
    if ((EUID != 0)) && ! command -v sudo >/dev/null; then
        die "packages are missing and there is no sudo. As root: apt-get install --no-install-recommends $one_line"
    fi
    say "missing packages: $one_line"
    ((EUID == 0)) || as_root true || die "sudo refused. As root: apt-get install --no-install-recommends $one_line"
    run_step "Update the package lists" "Check the network and /etc/apt, then run ./dev again." apt_get update
    forbid_daemon_starts
    # shellcheck disable=SC2086  # a list of words is what apt wants
    run_step "Install $(wc -l <<<"$missing") packages" "Read the log, mend apt (dpkg --configure -a), run ./dev again." \
        apt_get install --no-install-recommends $one_line
    allow_daemon_starts
    disable_new_daemons "$missing"
}
