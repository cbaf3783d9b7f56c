# SPDX-License-Identifier: EUPL-1.2
"""A world of its own for one lab: user (when not root), mount, network and process namespaces, none of them named.

The first process of the process namespace is the lab itself: when it ends, however it ends, the kernel ends everything
that was started in it, and with the last process the namespaces go. Nothing is left to clean up."""

import ctypes
import os
import signal
import sys

from lab_paths import LabError, LabImpossible

_LIBC = ctypes.CDLL(None, use_errno=True)
_NEWNS, _NEWUSER, _NEWPID, _NEWNET = 0x00020000, 0x10000000, 0x20000000, 0x40000000
_MS_REC, _MS_PRIVATE, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 16384, 1 << 18, 2, 4, 8
_PR_SET_PDEATHSIG = 1
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _check(result, what):
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def _unshare(flags):
    _check(_LIBC.unshare(flags), "unshare")


def enter_network(fd):
    """For this thread (or, before exec, for the child): the network namespace behind `fd`."""
    _check(_LIBC.setns(fd, _NEWNET), "setns")


def die_with_parent(sig=signal.SIGKILL):
    _LIBC.prctl(_PR_SET_PDEATHSIG, sig, 0, 0, 0)


def _mount(source, target, kind, flags, data=None):
    _check(_LIBC.mount(source, target, kind, flags, data), f"mount on {target.decode()}")


def _become_root_of_a_user_namespace():
    user, group = os.geteuid(), os.getegid()
    _unshare(_NEWUSER | _NEWNS | _NEWPID)
    for file, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
        with open(f"/proc/self/{file}", "w", encoding="ascii") as out:
            out.write(text)


def _separate():
    try:
        _unshare(_NEWNS | _NEWPID)
    except PermissionError:
        try:
            _become_root_of_a_user_namespace()
        except OSError as error:
            raise LabImpossible(f"this user may not make namespaces ({error}); run as root or allow user "
                                "namespaces (sysctl kernel.unprivileged_userns_clone=1)") from error


def new_network():
    """A new network namespace; returns a descriptor of it. This process ends up in it."""
    _unshare(_NEWNET)
    fd = os.open("/proc/self/ns/net", os.O_RDONLY)
    os.set_inheritable(fd, True)
    return fd


def run_in_own_world(first_process):
    """Runs `first_process()` as the first process of its own world; returns its exit status."""
    _separate()
    # The first process ignores signals that it has no handler for: none may come before it has.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    child = os.fork()
    if child == 0:
        die_with_parent()
        for number in ENDING:
            signal.signal(number, _end_at_once)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        _LIBC.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None)
        _mount(b"tmpfs", b"/run", b"tmpfs", _MS_NOSUID | _MS_NODEV, b"mode=755")
        # Only where the kernel lets us: a masked /proc stays as it is, and nothing here depends on it.
        _LIBC.mount(b"proc", b"/proc", b"proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, None)
        status = 70
        try:
            status = first_process()
        except LabError as error:
            print(f"lab: {error}", file=sys.stderr)
            status = error.status
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    return _wait_for(child)


def _end_at_once(number, _frame):
    os._exit(128 + number)


def _wait_for(child):
    """Passes signals on and waits: a second SIGINT or SIGTERM ends the world at once."""
    asked = []

    def pass_on(number, _frame):
        asked.append(number)
        os.kill(child, signal.SIGTERM if len(asked) == 1 else signal.SIGKILL)

    for number in ENDING:
        signal.signal(number, pass_on)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return 128 - code if code < 0 else code
