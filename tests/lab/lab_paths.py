# SPDX-License-Identifier: EUPL-1.2
"""Where things are: the build with the lab's programs, the real root zones when at hand, the cache of made zones."""

import os
import subprocess
import tempfile
from pathlib import Path

LAB = Path(__file__).resolve().parent
TOP = LAB.parent.parent
IDENTITIES = LAB / "identities.tsv"
NEWEST_REAL = 2024123101  # serial of the last root zone in the archive, as its README says
PROGRAMS = ("lab_router", "lab_zones", "lab_odd")


class LabError(Exception):
    """What went wrong and what to do, for people."""
    status = 2


class LabImpossible(LabError):
    """This machine does not let this user have a lab; tests that need one are skipped."""
    status = 77


def build_folder():
    """RW_BUILD when set, else the newest build under build/ that holds the lab's programs."""
    given = os.environ.get("RW_BUILD")
    candidates = [Path(given)] if given else sorted((TOP / "build").glob("*"))
    found = [b for b in candidates if all((b / "tests" / "lab" / p).exists() for p in PROGRAMS)]
    if not found:
        raise LabError(f"no build with {' and '.join(PROGRAMS)}; run ./dev build (or set RW_BUILD)")
    return max(found, key=lambda b: (b / "tests" / "lab" / "lab_router").stat().st_mtime)


def program(name):
    return build_folder() / "tests" / "lab" / name


def cache_folder():
    """RW_LAB_CACHE when set, else beside the build, else (a build of somebody else) in a folder of this user."""
    if "RW_LAB_CACHE" in os.environ:
        return Path(os.environ["RW_LAB_CACHE"])
    build = build_folder()
    if os.access(build, os.W_OK) and (not (build / "lab-cache").exists() or os.access(build / "lab-cache", os.W_OK)):
        return build / "lab-cache"
    return Path(tempfile.gettempdir()) / f"rootward-lab-{os.getuid()}"


def real_root_zone():
    """The newest real root zone, unpacked into the cache; None when it cannot be had."""
    shared = Path(os.environ.get("RW_SHARED", TOP.parent / "shared"))
    archive = shared / "data" / "root-zones" / "2023-2024.tar.zst"
    if not archive.exists():
        return None
    cache = cache_folder()
    target = cache / "real-root.zone"
    if target.exists() and target.stat().st_mtime >= archive.stat().st_mtime:
        return target
    cache.mkdir(parents=True, exist_ok=True)
    unpack = f"zstd -dc --long=27 '{archive}' | tar -xO {NEWEST_REAL}.zone > '{target}.{os.getpid()}'"
    if subprocess.run(["sh", "-c", unpack], check=False).returncode != 0:
        return None
    os.replace(f"{target}.{os.getpid()}", target)
    return target


def make_zones(seed, leaves, real):
    """Makes the zones unless they are there and fresh, with the TLDs of the root zone in the file `real` (None: made
    ones); returns their folder."""
    folder = cache_folder() / f"zones-{seed}-{leaves}-{'real' if real else 'made'}"
    command = [program("lab_zones"), "--directory", folder, "--identities", IDENTITIES,
               "--seed", str(seed), "--leaves", str(leaves), "--threads", str(os.cpu_count() or 1)]
    if real:
        command += ["--root-zone", real]
    made = subprocess.run(list(map(str, command)), check=False)
    if made.returncode != 0:
        raise LabError("the zones could not be made")
    return folder
