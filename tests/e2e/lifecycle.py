# SPDX-License-Identifier: EUPL-1.2
"""The daemon as an operator or a harness starts and stops it: exit status, messages, relative paths, one single uid, TCP
port 53 within 5 s, and SIGTERM that lets clients have their answers."""

import grp
import os
import pwd
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import ground
from daemon import START_LIMIT, Daemon, ctl, write


def run(*words, cwd=None, limit=10):
    return subprocess.run([str(ground.labkit.find_binary("rootward")), *map(str, words)], capture_output=True, text=True,
                          timeout=limit, cwd=cwd, check=False)


def without_a_daemon(verdict, home):
    done = run("--version")
    verdict.expect(done.returncode == 0 and re.search(r"\d+\.\d+", done.stdout), f"--version: {done.stdout.strip()}")
    verdict.expect(run("--help").returncode == 0, "--help ends with 0")
    verdict.expect(run().returncode == 2 and "-c FILE" in run().stderr, "no arguments: status 2, and what to give")
    verdict.expect(run("--no-such-option").returncode == 2, "an unknown option: status 2")

    shipped = ground.TOP / "config" / "rootward.yaml"
    verdict.expect(run("--check-config", "-c", shipped).returncode == 0, "--check-config takes the shipped file")
    harness = ground.TOP / "config" / "profiles" / "harness.yaml"
    verdict.expect(run("--check-config", "-c", harness).returncode == 0, "and the profile for harnesses")
    printed = run("--print-config", "-c", shipped)
    again = run("--print-config", "-c", write(home, printed.stdout, "printed.yaml"))
    verdict.expect(printed.returncode == 0 and "prefer" in printed.stdout and again.stdout == printed.stdout,
                   "--print-config prints what, read again, prints the same")
    verdict.expect(run("--print-reference").stdout == (ground.TOP / "config" / "reference.md").read_text(),
                   "--print-reference prints config/reference.md")

    missing = run("-c", home / "missing.yaml")
    verdict.expect(missing.returncode == 2 and "missing.yaml" in missing.stderr, "a missing file: status 2 and its name")
    bad = write(home, "listen: [{address: 127.0.0.300}]\ncahce: {size: 1MiB}\nworkers: many\n", "bad.yaml")
    for words in (["-c", bad], ["--check-config", "-c", bad]):
        done = run(*words)
        lines = done.stderr.strip().splitlines()
        verdict.expect(done.returncode == 2 and len(lines) >= 3 and all("bad.yaml" in line for line in lines),
                       f"{' '.join(words[:-1])} with three mistakes: status 2, each with its line ({len(lines)})")
    verdict.expect(re.search(r"2:1.*cahce.*cache", done.stderr), "a misspelt key comes with line, column, nearest key")
    write(home, "these are no hints", "no.hints")
    for wrong, told in (({"root": {"hints": "no.hints"}}, "no.hints"),
                        ({"local-zones": [{"name": "lan.", "data": ["a.lan. 300 A 192.0.2.999"]}]}, "a.lan"),
                        ({"dnssec": {"trust-anchors": [". IN DNSKEY 384 3 8 AwEAAQ=="]}}, "revoked")):
        done = run("--check-config", "-c", write(home, wrong, "useless.yaml"))
        verdict.expect(done.returncode == 2 and told in done.stderr,
                       f"--check-config refuses what the daemon could not start with: {done.stderr.strip()[-90:]}")


def starts_and_stops(verdict, lab, name):
    daemon = Daemon(lab, {})
    took = daemon.await_tcp()
    verdict.expect(took is not None, f"TCP port 53 within {START_LIMIT:.0f} s (after {took or 0:.2f} s)")
    reply = daemon.ask(name.name, name.type, tcp=True)
    verdict.expect(reply and reply.rcode == "NOERROR", "an answer over TCP, with relative paths in a relative file")
    daemon.process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    reply = daemon.ask(name.name, name.type)
    verdict.expect(daemon.process.poll() is None and reply and reply.rcode == "NOERROR", "SIGHUP does not end it")
    status, seconds, text = daemon.end()
    verdict.expect(status == 0 and seconds < 3, f"SIGTERM with nothing to do: status {status} after {seconds:.2f} s")
    verdict.expect("rror" not in text and "panic" not in text, "and nothing alarming in its log")
    verdict.figure("TCP 53 after start", f"{took or 0:.2f} s")
    daemon = Daemon(lab, {})
    daemon.await_tcp()
    status, _, _ = daemon.end(signal.SIGINT)
    verdict.expect(status == 0, f"SIGINT: status {status}; and the address was free again at once")


def wake_ups(pid):
    """How often each thread of a process has gone to sleep."""
    return {task.name: int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)$", (task / "status").read_text(), re.MULTILINE)[1])
            for task in Path(f"/proc/{pid}/task").iterdir()}


def sleeps(verdict, lab, name):
    """With nothing to do no thread wakes up, but for the first worker's look once per second whether there is a network:
    neither the loops nor what watches over them poll for anything."""
    daemon = Daemon(lab, {"workers": 2}, address="127.0.0.86")
    daemon.await_tcp()
    daemon.ask(name.name, name.type)
    seen = []
    while len(seen) < 5 and (not seen or sum(seen[-1][:-1]) > 0 or seen[-1][-1] > 3):  # at first, what follows the start
        before = wake_ups(daemon.process.pid)
        time.sleep(2)
        after = wake_ups(daemon.process.pid)
        seen.append(sorted(after[task] - before[task] for task in after))
    status, _, _ = daemon.end()
    verdict.expect(sum(seen[-1][:-1]) == 0 and seen[-1][-1] <= 3 and status == 0,
                   f"idle, its threads wake up {seen[-1]} times in 2 s (2 s each: {seen})")
    verdict.figure("wake-ups when idle", f"{seen[-1]} in 2 s, by thread")


def many_signals(verdict, lab, name):
    """A signal that comes before the daemon listens is not lost and kills nothing; nor does one that comes too often."""
    daemon = Daemon(lab, {}, address="127.0.0.87")
    deadline, blocked = time.monotonic() + START_LIMIT, 0
    while time.monotonic() < deadline and not blocked & 1 << (signal.SIGTERM - 1):
        blocked = int(re.search(r"^SigBlk:\s+(\w+)$", Path(f"/proc/{daemon.process.pid}/status").read_text(),
                                re.MULTILINE)[1], 16)
    status, seconds, text = daemon.end()
    verdict.expect(status == 0 and "stopped" in text, f"SIGTERM while it starts: status {status} after {seconds:.2f} s")
    daemon = Daemon(lab, {}, address="127.0.0.88")
    daemon.await_tcp()
    for _ in range(200):
        for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
            daemon.process.send_signal(number)
    reply = daemon.ask(name.name, name.type)
    for _ in range(20):
        daemon.process.send_signal(signal.SIGTERM)
    status, _, text = daemon.end()
    verdict.expect(reply and reply.rcode == "NOERROR" and status == 0 and "stopped" in text,
                   f"600 signals at once and then SIGTERM 20 times: it answers, and ends with {status}")


def drains(verdict, lab, names):
    """Questions whose answers are a second away when SIGTERM comes."""
    daemon = Daemon(lab, {})
    daemon.await_tcp()
    daemon.ask(names[0].name, names[0].type)
    lab.router("delay all 400ms")
    replies = {}

    def ask(name, tcp):
        replies[name.name, tcp] = daemon.ask(name.name, name.type, tcp=tcp, timeout=6)
    threads = [threading.Thread(target=ask, args=(name, number % 2 == 1)) for number, name in enumerate(names[1:9])]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    status, seconds, _ = daemon.end()
    for thread in threads:
        thread.join()
    lab.router("delay all 0ms")
    answered = [reply for reply in replies.values() if reply and reply.rcode == "NOERROR"]
    told = [reply for reply in replies.values() if reply]
    verdict.expect(status == 0 and seconds < 6, f"SIGTERM with questions under way: status {status} in {seconds:.1f} s")
    verdict.expect(len(told) == len(replies), f"each of {len(replies)} clients hears before it ends "
                   f"({len(answered)} answers, {len(told) - len(answered)} failures)")
    verdict.figure("drained", f"{len(answered)} answers, {len(told) - len(answered)} failures, "
                              f"{len(replies) - len(told)} silent, in {seconds:.1f} s")


def port_in_use(verdict, lab, shared):
    """`shared`: by a program of the same user that lets others have its port, as resolvers do."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if shared:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    taken.bind(("127.0.0.71", 53))
    daemon = Daemon(lab, {}, address="127.0.0.71")
    try:
        text, _ = daemon.process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        daemon.process.kill()
        text, _ = daemon.process.communicate()
    taken.close()
    verdict.expect(daemon.process.returncode == 2, f"port in use: status 2 (got {daemon.process.returncode})")
    verdict.expect("127.0.0.71" in text and "use" in text and "port" in text,
                   f"and it says where, why and what to do: {text.strip().splitlines()[-1:] or 'nothing'}")
    verdict.expect("terminate" not in text and "Assert" not in text, "and it does not fall over")


def tells_systemd(verdict, lab):
    """What libsystemd sends: ready, alive while every worker is, reloading, stopping."""
    folder = lab.folder / "notify"
    folder.mkdir(exist_ok=True)
    inbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    inbox.bind(str(folder / "socket"))
    inbox.settimeout(0.2)
    daemon = Daemon(lab, {}, address="127.0.0.73", prefix=("env", f"NOTIFY_SOCKET={folder / 'socket'}",
                                                           "WATCHDOG_USEC=400000"))
    daemon.await_tcp()
    heard, deadline = [], time.monotonic() + 1.5
    while time.monotonic() < deadline:
        try:
            heard.append(inbox.recv(4096).decode())
        except TimeoutError:
            pass
        if any("READY=1" in text for text in heard) and "reload" not in heard:
            daemon.process.send_signal(signal.SIGHUP)
            heard.append("reload")
    daemon.end()
    try:
        while True:
            heard.append(inbox.recv(4096).decode())
    except TimeoutError:
        pass
    said = "\n".join(heard)
    verdict.expect(all(word in said for word in ("READY=1", "RELOADING=1", "STOPPING=1")),
                   "systemd hears when it is ready, reloads and stops")
    verdict.expect(said.count("WATCHDOG=1") >= 3, f"and that it is alive, in time ({said.count('WATCHDOG=1')} times)")


def another_user(verdict, lab, name):
    daemon = Daemon(lab, {"user": "nobody"}, address="127.0.0.78")
    took = daemon.await_tcp()
    if took is None:
        text, _ = daemon.process.communicate()
        verdict.expect(daemon.process.returncode == 2 and "nobody" in text, f"`user` that it cannot become: {text.strip()[-200:]}")
        return
    reply = daemon.ask(name.name, name.type)
    uids = re.search(r"^Uid:\s+(.*)$", Path(f"/proc/{daemon.process.pid}/status").read_text(), re.MULTILINE)[1].split()
    verdict.expect(reply and reply.rcode == "NOERROR" and "0" not in uids, f"`user`: it answers as another user {uids}")
    daemon.end()


def capabilities(pid):
    """Effective capabilities of each thread."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return {int(re.search(r"^CapEff:\s+(\w+)$", (task / "status").read_text(), re.MULTILINE)[1], 16) for task in tasks}


def stays_root(verdict, lab, name):
    """Without `user`: it says so, and gives up what it does not need."""
    daemon = Daemon(lab, {}, address="127.0.0.80")
    daemon.await_tcp()
    daemon.ask(name.name, name.type)  # it listens before it has given up what listening needs
    left = capabilities(daemon.process.pid)
    files = 1 << 1 | 1 << 3  # CAP_DAC_OVERRIDE, CAP_FOWNER
    status, reply = ctl("--json", "reload", control=daemon.control).returncode, daemon.ask(name.name, name.type)
    _, _, text = daemon.end()
    verdict.expect(all(each & ~(files | 1 << 10 | 1 << 0 | 1 << 24) == 0 for each in left) and min(left) & ~files == 0,
                   f"root without `user`: nearly all capabilities are gone ({', '.join(f'{each:x}' for each in left)})")
    verdict.expect("running as root" in text and "Set `user`" in text, "and it says that `user` should be set")
    verdict.expect(status == 0 and reply and reply.rcode == "NOERROR", "and it answers and reloads")


def control_group(verdict, lab):
    """The control socket is the daemon's user's, and its group's or that of `control.group`."""
    def owner(settings, address):
        daemon = Daemon(lab, settings, address=address)
        if daemon.await_tcp() is None:
            return None, daemon.end()[2]
        facts = daemon.control.stat()
        _, _, text = daemon.end()
        return (facts.st_uid, facts.st_gid, facts.st_mode & 0o777), text
    group = grp.getgrgid(os.getgid())
    found, text = owner({"control": {"socket": "control.sock", "group": group.gr_name}}, "127.0.0.81")
    verdict.expect(found == (os.getuid(), group.gr_gid, 0o660), f"control.group: {found} {'' if found else text[-300:]}")
    found, text = owner({"control": {"socket": "control.sock", "group": "no-such-group"}}, "127.0.0.82")
    verdict.expect(found is None and "no-such-group" in text and "control.group" in text,
                   "a group that does not exist: it says which, and which setting")
    nobody = pwd.getpwnam("nobody")
    found, text = owner({"user": "nobody"}, "127.0.0.83")
    verdict.expect((found and found[:2] == (nobody.pw_uid, nobody.pw_gid)) or "nobody" in text,
                   f"with `user` the socket is that user's: {found}")


def statistics_by_signal(verdict, lab, name):
    daemon = Daemon(lab, {"log": {"level": "error"}}, address="127.0.0.84")
    daemon.await_tcp()
    daemon.ask(name.name, name.type)
    daemon.ask(name.name, name.type)
    for number in (signal.SIGUSR1, signal.SIGUSR2):
        daemon.process.send_signal(number)
        time.sleep(0.3)
    reply = daemon.ask(name.name, name.type)
    status, _, text = daemon.end()
    lines = [line for line in text.splitlines() if "statistics:" in line]
    verdict.expect(status == 0 and reply and reply.rcode == "NOERROR", "SIGUSR1 and SIGUSR2 do not end it")
    verdict.expect(len(lines) >= 2 and len(lines) % 2 == 0 and re.search(r"clients hit=\d+ miss=\d+", lines[0]),
                   f"but have it log its statistics, whatever the log level ({len(lines)} lines)")


def output_that_cannot_be_written(verdict, lab, home):
    """A report that a full disk or a closed pipe cut short is no report: every command fails."""
    zone = next(iter(sorted(lab.folder.glob("**/root.zone"))), ground.TOP / "config" / "rootward.yaml")
    audit = home / "audit"
    daemon = Daemon(lab, {}, address="127.0.0.85")
    daemon.await_tcp()
    where = ("--socket", daemon.control)
    made = ctl("audit", "init", "--dir", audit, "--key", home / "audit.key", "--origin", "example.org/test")
    commands = [("--help",), ("--version",), ("completion", "bash"), ("audit", "--help"), ("zone", "verify", zone),
                ("delta", zone, zone), ("audit", "verify", audit), *((*words, *where) for words in (
                    ("status",), ("root",), ("lookup", "com.", "SOA"), ("explain", "com.", "SOA"), ("servers", "com."),
                    ("inflight",), ("failures",), ("cache", "stats"), ("cache", "flush", "example."), ("reload",),
                    ("log", "info"), ("--json", "status")))]
    program = str(ground.labkit.find_binary("rootwardctl"))

    def status(words, output):
        done = subprocess.run([program, *map(str, words)], stdout=output, stderr=subprocess.PIPE, text=True, timeout=30,
                              check=False, cwd=home)
        return done.returncode, done.stderr
    silent = []
    for words in commands:
        with open("/dev/full", "w", encoding="utf-8") as full:
            full_status, complaint = status(words, full)
        reading, writing = os.pipe()
        os.close(reading)
        pipe_status, _ = status(words, writing)
        os.close(writing)
        said = "No space left" in complaint or full_status in (1, 2)
        if full_status == 0 or pipe_status == 0 or not said:
            silent.append((words, full_status, pipe_status, complaint))
    verdict.expect(not silent, f"output that cannot be written: {len(commands)} commands fail {silent[:3]}")
    verdict.expect(made.returncode in (0, 2), "the audit log for this was made")
    daemon.end()
    for words in (("--print-config", "-c", ground.TOP / "config" / "rootward.yaml"), ("--print-reference",), ("--version",)):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([str(ground.labkit.find_binary("rootward")), *map(str, words)], stdout=full,
                                  stderr=subprocess.PIPE, timeout=10, check=False)
        verdict.expect(done.returncode != 0, f"rootward {words[0]} to a full disk: status {done.returncode}")


def one_uid(verdict, lab, name):
    """Root of a user namespace that maps one uid: no setuid, no chroot, no pid file may be needed."""
    daemon = Daemon(lab, {}, address="127.0.0.72", prefix=("unshare", "--user", "--map-root-user"))
    took = daemon.await_tcp()
    if took is None and "unshare" in (daemon.process.stdout.read() if daemon.process.poll() is not None else ""):
        print("  --    no nested user namespaces here: the single uid is that of the lab itself")
        return
    reply = daemon.ask(name.name, name.type) if took is not None else None
    uids = Path(f"/proc/{daemon.process.pid}/uid_map").read_text().split() if took is not None else []
    verdict.expect(reply and reply.rcode == "NOERROR", f"it runs in a namespace with a single uid (map {uids[:3]})")
    status, _, text = daemon.end()
    verdict.expect(status == 0, f"and ends with status {status} {'' if status == 0 else text[-500:]}")


def clock_is_wrong(verdict, lab, faketime, names):
    """A host whose clock is years off, either way: said at once when it can be known, else by what signatures show."""
    for days, expected in ((-3000, "the clock of this host is behind: it says 20"), (+3000, "its clock is probably ahead")):
        shifted = (f"LD_PRELOAD={faketime}", f"FAKETIME={days:+}d", "DONT_FAKE_MONOTONIC=1")
        daemon = Daemon(lab, {}, address="127.0.0.79", prefix=("env", *shifted))
        daemon.await_tcp()
        replies = [daemon.ask(name.name, name.type, do=True) for name in names]
        status, _, text = daemon.end()
        line = next((line for line in text.splitlines() if expected in line), "")
        verdict.expect(line and "set it (`timedatectl status`" in line,
                       f"a clock {days:+} days off: {line[24:] or text[-500:] or 'nothing said'}")
        verdict.expect(status == 0 and all(reply and reply.rcode == "SERVFAIL" and reply.ede for reply in replies),
                       "meanwhile each signed name fails, with its reason")


def main():
    ground.in_lab("--no-alternates", "--leaves", "300")
    verdict = ground.Verdict("lifecycle: start, stop, configuration")
    lab = ground.labkit.Lab()
    home = lab.folder / "lifecycle"
    names = [n for n in lab.names(kind="tld-apex") if n.sound and n.outcome == "NOERROR"]
    without_a_daemon(verdict, home)
    starts_and_stops(verdict, lab, names[0])
    sleeps(verdict, lab, names[0])
    many_signals(verdict, lab, names[4])
    drains(verdict, lab, names[10:20])
    port_in_use(verdict, lab, shared=False)
    port_in_use(verdict, lab, shared=True)
    tells_systemd(verdict, lab)
    another_user(verdict, lab, names[1])
    stays_root(verdict, lab, names[2])
    control_group(verdict, lab)
    statistics_by_signal(verdict, lab, names[3])
    output_that_cannot_be_written(verdict, lab, home)
    faketime = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    if faketime:
        clock_is_wrong(verdict, lab, faketime, names[20:26])
    # Binding port 53 needs a privilege over the network namespace, which a user namespace inside it does not have.
    Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").write_text("53\n")
    one_uid(verdict, lab, names[1])
    verdict.figure("user of the daemon", f"uid {os.getuid()}")
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
