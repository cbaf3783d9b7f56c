# SPDX-License-Identifier: EUPL-1.2
"""Clients of the same link that know the resolver by a link-local address (RFC 4007: an address together with its
interface): UDP and TCP, on an address of its own and on `::`, from the host itself and across a wire. In two network
namespaces of the test's own, without a lab."""

import contextlib
import json
import socket
import subprocess
import sys
import time
import traceback

import ground

NAMES = ground.lab_namespaces
PORT = 5300
WORLD_PORT = 5301


def ip(*words, also=()):
    subprocess.run(["ip", *words], check=True, pass_fds=also)


def make_networks():
    """(where the resolver is, where its neighbour is), joined by a wire: rw0 here, rw1 there."""
    here = NAMES.new_network()
    there = NAMES.new_network()
    ip("link", "add", "rw1", "type", "veth", "peer", "name", "rw0", "netns", f"/proc/self/fd/{here}",
       also=(here,))
    ip("address", "add", "fe80::2/64", "dev", "rw1", "nodad")
    ip("link", "set", "rw1", "up")
    NAMES.enter_network(here)
    ip("link", "set", "lo", "up")
    ip("address", "add", "fe80::53/64", "dev", "lo", "nodad")
    ip("address", "add", "fe80::1/64", "dev", "rw0", "nodad")
    ip("link", "set", "rw0", "up")
    return here, there


@contextlib.contextmanager
def inside(network, back):
    NAMES.enter_network(network)
    try:
        yield
    finally:
        NAMES.enter_network(back)


def ask(address, port, tcp):
    """(answered, who answered) for localhost. A, which needs no server."""
    kind = socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM
    target = socket.getaddrinfo(address, port, socket.AF_INET6, kind)[0][4]
    packet = ground.labkit.lab_dns.query("localhost.", "A")
    with socket.socket(socket.AF_INET6, kind) as channel:
        channel.settimeout(2)
        try:
            if tcp:
                channel.connect(target)
                channel.sendall(len(packet).to_bytes(2, "big") + packet)
                reply, sender = channel.recv(4096)[2:], channel.getpeername()
            else:
                channel.sendto(packet, target)
                reply, sender = channel.recvfrom(4096)
        except OSError as error:
            return False, str(error)
    parsed = ground.labkit.lab_dns.parse(reply)
    return parsed.rcode == "NOERROR" and bool(parsed.answers) and sender == target, str(sender)


def start(folder):
    settings = {
        "listen": [{"address": "fe80::53%lo", "port": PORT}, {"address": "fe80::1%rw0", "port": PORT},
                   {"address": "::", "port": WORLD_PORT}],
        "access": [{"prefix": "fe80::/10", "action": "allow"}],
        "root": {"priming": False, "monitor": {"enabled": False}},
        "dnssec": {"rfc5011": False, "key-tag-signal": False},
        "control": {"socket": str(folder / "control.sock")},
        "state-dir": str(folder),
    }
    (folder / "rootward.yaml").write_text(json.dumps(settings))
    return subprocess.Popen([str(ground.labkit.find_binary("rootward")), "-c", str(folder / "rootward.yaml")],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def await_listening(daemon):
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and daemon.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection(("fe80::53%lo", PORT), timeout=1).close()
            return True
        time.sleep(0.02)
    return False


def test():
    verdict = ground.Verdict("link-local addresses")
    try:
        here, there = make_networks()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"skipped: no networks of one's own here ({error})")
        sys.exit(ground.SKIP)
    folder = ground.Path("/run/link-local")
    folder.mkdir()
    daemon = start(folder)
    if not verdict.expect(await_listening(daemon), "it listens on fe80::53%lo, fe80::1%rw0 and ::"):
        daemon.kill()
        print(daemon.communicate()[0])
    for where, network, address, port in (("on the host", here, "fe80::53%lo", PORT),
                                          ("on the host", here, "fe80::1%rw0", PORT),
                                          ("across the wire", there, "fe80::1%rw1", PORT),
                                          ("across the wire, at ::", there, "fe80::1%rw1", WORLD_PORT)):
        for tcp in (False, True):
            with inside(network, here):
                answered, sender = ask(address, port, tcp)
            verdict.expect(answered, f"{where}: {address} answers over {'TCP' if tcp else 'UDP'}, from {sender}")
    daemon.terminate()
    text, _ = daemon.communicate(timeout=10)
    verdict.expect(daemon.returncode == 0, f"and ends with status {daemon.returncode}")
    missing = subprocess.run([str(ground.labkit.find_binary("rootward")), "--check-config", "-c", "/dev/stdin"], text=True,
                             input="listen: [{address: 'fe80::1%nowhere'}]\n", capture_output=True, check=False)
    verdict.expect(missing.returncode == 2 and "no interface has the name" in missing.stderr,
                   "an interface that does not exist: status 2, and what must be")
    verdict.expect("rror" not in text, "nothing alarming in its log")
    verdict.finish()


def first_process():
    try:
        test()
    except SystemExit as end:
        return end.code
    except Exception:
        traceback.print_exc()
        raise


def main():
    try:
        return NAMES.run_in_own_world(first_process)
    except NAMES.LabError as error:
        print(f"skipped: {error}")
        return ground.SKIP


if __name__ == "__main__":
    sys.exit(main())
