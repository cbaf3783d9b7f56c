#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Two evaluators, one history each step of which both judge: twin.py PROGRAM [HISTORIES] has the unit tests write random
histories and follows them. They must agree on every verdict and on every state; a tenth must end in permission."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import evaluator  # noqa: E402  (the path is set above)


def follow(lines):
    site, steps, histories, permitted, last = None, 0, 0, 0, None
    for number, line in enumerate(lines, 1):
        told = json.loads(line)
        if told["event"] == "begin":
            permitted += last == ""
            histories += 1
            site, last = evaluator.Site(told), None
            continue
        steps += 1
        found = site.step(told, told["now"]) or ""
        last = told["verdict"]
        if found != last or site.summary() != told["after"]:
            sys.exit(f"twin: step {number}: C++ says {last or 'permitted'!r}, Python {found or 'permitted'!r}\n"
                     f"C++    {json.dumps(told['after'])}\nPython {json.dumps(site.summary())}\n{line[:2000]}")
    permitted += last == ""
    return histories, steps, permitted


def main():
    program, histories = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "2000"
    with tempfile.TemporaryDirectory(prefix="rootward-twin-") as folder:
        path = pathlib.Path(folder) / "histories"
        environment = {**os.environ, "RW_HISTORIES": str(path), "RW_HISTORY_COUNT": histories}
        subprocess.run([program, "--test-case=*histories are written*"], env=environment, check=True,
                       stdout=subprocess.DEVNULL)
        with path.open() as lines:
            count, steps, permitted = follow(lines)
    print(f"{count} histories, {steps} steps, {permitted} ended in permission: both agree on all of them")
    if permitted * 10 < count:
        sys.exit("twin: fewer than a tenth ended in permission")


if __name__ == "__main__":
    main()
