# SPDX-License-Identifier: EUPL-1.2
"""Resolvers of a benchmark: started in the lab, pinned to their core, their processor time and memory read from /proc."""

import mmap
import os
import shutil
import struct
import subprocess
import threading
import time
from pathlib import Path

import labkit
import lab_peers

RESOLVER_CORE, OTHERS_CORE = 0, 1
NAMES = {"rootward": "rootward", "unbound": "Unbound", "named": "BIND", "pdns_recursor": "PowerDNS Recursor",
         "kresd": "Knot Resolver"}


def pin_the_lab():
    """Every thread that runs in the lab by now to the core of everything else: Knot DNS spreads its own over all cores,
    also over the resolver's, whatever it inherits."""
    for task in Path("/proc").glob("[0-9]*/task/[0-9]*"):
        try:
            os.sched_setaffinity(int(task.name), {OTHERS_CORE})
        except OSError:
            continue  # it has ended


def installed():
    """Ours first, then every peer that is on this machine."""
    return ["rootward", *(peer for peer in lab_peers.PEERS if shutil.which(peer) or Path("/usr/sbin", peer).exists())]


class SignatureClock:
    """Verifications of one resolver and the nanoseconds they took (bench/signature_clock)."""

    def __init__(self, folder, name):
        self.file = folder / f"signatures-{name}"
        self.file.write_bytes(bytes(16))

    def environment(self):
        library = labkit.lab_paths.build_folder() / "bench" / "bench_signature_clock.so"
        return {"LD_PRELOAD": str(library), "RW_SIGNATURE_CLOCK": str(self.file)}

    def read(self):
        with open(self.file, "rb") as file, mmap.mmap(file.fileno(), 16, access=mmap.ACCESS_READ) as page:
            return struct.unpack("=QQ", page[:])


class Contestant:
    """One running resolver."""

    def __init__(self, resolver, cores, clock=None):
        self.resolver, self.clock = resolver, clock
        self.address, self.port = resolver.address, resolver.port
        self.pin(cores)

    def pin(self, cores):
        for task in self._tasks():
            os.sched_setaffinity(int(task.name), cores)

    def _tasks(self):
        return list(Path(f"/proc/{self.resolver.process.pid}/task").iterdir())

    def cpu_seconds(self):
        """Processor time of all threads, in nanosecond steps."""
        return sum(int((task / "schedstat").read_text().split()[0]) for task in self._tasks()) / 1e9

    def lock_waits(self, workers):
        return LockWaits(self._tasks(), workers)

    def resident_octets(self):
        fields = Path(f"/proc/{self.resolver.process.pid}/statm").read_text().split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.resolver.stop()


class LockWaits:
    """Looks a few hundred times a second what each thread is doing: the share of looks at the busiest threads, one for
    each worker, that found them in a futex."""
    FUTEX = "202"  # the system call on x86-64
    PAUSE = 0.003

    def __init__(self, tasks, workers):
        self.workers = workers
        self.looks = {task: 0 for task in tasks}
        self.found = dict(self.looks)
        self.before = {task: self.used(task) for task in tasks}
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._look)
        self.thread.start()

    @staticmethod
    def used(task):
        return int((task / "schedstat").read_text().split()[0])

    def _look(self):
        while not self.ended.wait(self.PAUSE):
            for task in self.looks:
                self.looks[task] += 1
                self.found[task] += (task / "syscall").read_text().split()[0] == self.FUTEX

    def stop(self):
        busiest = sorted(self.looks, key=lambda task: self.used(task) - self.before[task])[-self.workers:]
        self.ended.set()
        self.thread.join()
        return sum(self.found[task] for task in busiest) / max(1, sum(self.looks[task] for task in busiest))


class Stable:
    """Starts contestants."""

    def __init__(self, lab, binaries):
        self.lab, self.binaries = lab, binaries

    def start(self, name, workers=1, cache_mib=512, clock=False, settings=None):
        """`binaries` may name another executable for a peer or for us."""
        cores = {RESOLVER_CORE} if workers == 1 else set(range(os.cpu_count()))
        timer = SignatureClock(self.lab.folder, name) if clock else None
        preloaded = timer.environment() if timer else {}
        os.environ.update(preloaded)
        try:
            return Contestant(self._start(name, workers, cache_mib, settings or {}), cores, timer)
        finally:
            for variable in preloaded:
                del os.environ[variable]

    def _start(self, name, workers, cache_mib, settings):
        if name == "rootward":
            own = {"workers": workers, "cache": {"size": f"{cache_mib}MiB"}, **settings}
            return self.lab.rootward(own, binary=self.binaries.get(name))
        # BIND listens only on addresses that an interface has.
        address = "127.0.0.1" if name == "named" else self.lab.new_address()
        options = lab_peers.PeerOptions(address=address, threads=workers, cache_mib=cache_mib)
        command = lab_peers.command(name, options, self.lab.folder)
        if name in self.binaries:
            command[0] = self.binaries[name]
        log = self.lab.folder / "log" / f"{name}-{address}.log"
        return labkit.Resolver(name, command, address, 53, log).await_answer()

    def start_up(self, name, question):
        """Seconds from the start of the program to its first answer to `question`."""
        began = time.monotonic()
        with self.start(name) as contestant:
            while True:
                reply = contestant.resolver.ask(question.name, question.type, timeout=1.0)
                if reply is not None and reply.rcode == "NOERROR":
                    return time.monotonic() - began
                if time.monotonic() - began > 20:
                    raise TimeoutError(f"{name} does not answer {question.name}")


class Floor:
    """A program of bench/floor on the resolver's core."""

    def __init__(self, lab, name, *arguments):
        self.address, self.port = lab.new_address(), 53
        program = labkit.lab_paths.build_folder() / "bench" / f"bench_{name}"
        self.process = subprocess.Popen([str(program), self.address, str(self.port), *map(str, arguments)])
        os.sched_setaffinity(self.process.pid, {RESOLVER_CORE})
        time.sleep(0.2)

    def cpu_seconds(self):
        return int(Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[0]) / 1e9

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
