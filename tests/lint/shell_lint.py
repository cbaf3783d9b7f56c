#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""shellcheck finds nothing in any shell script. Files that ./dev sources are read as part of it."""

import pathlib
import re
import subprocess
import sys
import tempfile

import tree

PROGRAM = "shellcheck"
SHEBANG = re.compile(r"#!.*\b(?:ba|da)?sh\b")
# SC2016: the tests write scripts whose expressions the script itself expands.
ALLOWED = "SC2016"


def scripts(files):
    return [path for path, text in files.items() if SHEBANG.match(text)]


def check(files):
    with tempfile.TemporaryDirectory() as folder:
        top = pathlib.Path(folder)
        for path, text in files.items():
            if path.endswith((".sh", ".bash")) or SHEBANG.match(text):
                (top / path).parent.mkdir(parents=True, exist_ok=True)
                (top / path).write_text(text, encoding="utf-8")
        finished = subprocess.run(
            [PROGRAM, "--external-sources", "--source-path", folder, "--format=gcc", f"--exclude={ALLOWED}", "--",
             *scripts(files)], cwd=top, capture_output=True, text=True, check=False
        )
    if finished.returncode > 1:
        return [f"{PROGRAM}: {finished.stderr.strip()}"]
    return [line.removeprefix("./") for line in finished.stdout.splitlines()]


GOOD = {
    "quoted": {"a.sh": '#!/usr/bin/env bash\ncp -- "$1" "$2"\n'},
    "a sourced file has its caller's variables": {
        "dev": "#!/usr/bin/env bash\ntop=.\n# shellcheck source=.ci/steps.bash\nsource ./.ci/steps.bash\n",
        ".ci/steps.bash": 'echo "$top"\n',
    },
}
BAD = {
    "unquoted": {"a.sh": "#!/usr/bin/env bash\ncp $1 $2\n"},
    "no such variable": {"dev": '#!/usr/bin/env bash\necho "$nothing"\n'},
    "cd that may fail": {".ci/run": "#!/bin/sh\ncd build\nrm -rf x\n"},
}

if __name__ == "__main__":
    try:
        tree.run(check, GOOD, BAD)
    except FileNotFoundError:
        sys.exit(f"{PROGRAM} is missing: ./dev test installs it")
