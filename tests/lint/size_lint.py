#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Files stay readable in one sitting: at most 450 lines a file and 60 lines a function.

Every resolver that we looked at rots the same way: one file and one function that everything is added to. A file that
outgrows this wants to be two rooms, a function two steps.
"""

import ast
import re

import tree

MAX_FILE_LINES = 450
MAX_FUNCTION_LINES = 60
MAX_SWITCH_LINES = 90  # a function that is one switch: a table with a row for each value

ROOMS = ("resolver/", "zones/", "config/", "bench/", "tests/", ".ci/", "dev")
CODE = tree.CXX + (".py", ".sh", ".bash")


def is_code(path, text):
    return path.startswith(ROOMS) and (path.endswith(CODE) or text.startswith("#!"))


def is_mostly_cases(body):
    """Whether at least one line in six is a case: the switch is what makes the function long."""
    return 6 * len(re.findall(r"\bcase\b", body)) >= body.count("\n")


def long_functions_cxx(text):
    blanked = re.sub(r"^[ \t]*#[^\n]*", lambda line: " " * len(line.group(0)), tree.blank(text), flags=re.MULTILINE)
    for header, brace in tree.headers_and_bodies(blanked):
        named = re.search(r"([\w:~]+)\s*\(", header)
        if not named or re.search(r"=\s*$", header):
            continue
        end = tree.closing(blanked, brace)
        lines = blanked.count("\n", brace, end) + 1
        if lines > (MAX_SWITCH_LINES if is_mostly_cases(blanked[brace:end]) else MAX_FUNCTION_LINES):
            yield tree.line_of(text, brace), named.group(1), lines


def long_functions_python(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = node.end_lineno - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                yield node.lineno, node.name, lines


def check(files):
    findings = []
    for path, text in files.items():
        if not is_code(path, text):
            continue
        lines = text.count("\n")
        if lines > MAX_FILE_LINES:
            findings.append(f"{path}: {lines} lines, at most {MAX_FILE_LINES}: which two rooms is it?")
        functions = ()
        if path.endswith(tree.CXX):
            functions = long_functions_cxx(text)
        elif path.endswith(".py") or "python3" in text.partition("\n")[0]:
            functions = long_functions_python(text)
        for line, name, count in functions:
            findings.append(f"{path}:{line}: {name} has {count} lines, at most {MAX_FUNCTION_LINES}: name its steps")
    return findings


LONG = "    step();\n" * 61
GOOD = {
    "short": {"resolver/a.cc": "namespace rw\n{\nvoid f()\n{\n    step();\n}\n}  // namespace rw\n"},
    "a long class of short functions": {"resolver/a.h": "class A\n{\n" + "    void f() { g(); }\n" * 100 + "};\n"},
    "a long table": {"config/a.cc": "constexpr std::array table{\n" + "    Row{1, 2},\n" * 100 + "};\n"},
    "a long switch": {"config/a.cc": "void f()\n{\n    switch (x) {\n" + "    case 1:\n    g();\n    break;\n" * 25 + "    }\n}\n"},
    "what is no code": {"config/reference.md": "line\n" * 1000},
    "a short script": {"dev": "#!/usr/bin/env bash\n"},
}
BAD = {
    "long file": {"zones/a.cc": "int a;\n" * 451},
    "long script": {"dev": "#!/usr/bin/env bash\n" + "true\n" * 451},
    "long function": {"resolver/a.cc": "namespace rw\n{\nvoid f(int x)\n{\n" + LONG + "}\n}\n"},
    "longer switch": {"config/a.cc": "void f()\n{\n    switch (x) {\n" + "    case 1:\n    g();\n    break;\n" * 30 + "    }\n}\n"},
    "long constructor": {"resolver/a.cc": "A::A(int x) : x_(x), y_(2)\n{\n" + LONG + "}\n"},
    "long member": {"resolver/a.h": "class A\n{\n public:\n    int f(int x) const\n    {\n" + LONG + "    }\n};\n"},
    "long test case": {"tests/unit/a_test.cc": 'TEST_CASE("it works")\n{\n' + LONG + "}\n"},
    "long Python function": {"tests/lab/a.py": "def f():\n" + LONG.replace(";", "")},
}

if __name__ == "__main__":
    tree.run(check, GOOD, BAD)
