#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Every test case asserts something that can fail, and its name says what must hold."""

import re

import tree

CASE = re.compile(r'^[ \t]*(?:TEST_CASE|SCENARIO|SUBCASE)(?:_\w+)?\s*\(\s*"', re.MULTILINE)
ASSERTION = re.compile(r"\b(?:CHECK|REQUIRE|FAIL|WARN)(?:_\w+)?\s*\(|\b(?:expect|verify|must)_?\w*\s*\(")
VACUOUS = re.compile(r"\b(?:CHECK|REQUIRE)\s*\(\s*(?:true|1|!false|1 == 1)\s*\)")


def cases(text):
    """(offset, name, body) of each test case. Sub-cases are part of the body of theirs."""
    blanked = tree.blank(text)
    for match in CASE.finditer(blanked):
        if "SUBCASE" in match.group(0):
            continue
        name = re.match(r'"((?:\\.|[^"\\])*)"', text[match.end() - 1 :]).group(1)
        header_end = tree.closing(blanked, blanked.index("(", match.start()))
        brace = blanked.find("{", header_end)
        yield match.start(), name, blanked[brace : tree.closing(blanked, brace) + 1] if brace >= 0 else ""


def asserting_functions(text):
    """Names of the functions of a file that assert: a case may leave the assertion to them."""
    blanked = tree.blank(text)
    names = set()
    for header, brace in tree.headers_and_bodies(blanked):
        named = re.search(r"(\w+)\s*\(", header)
        if named and ASSERTION.search(blanked[brace : tree.closing(blanked, brace)]):
            names.add(named.group(1))
    return names - {"TEST_CASE", "SCENARIO", "TEST_CASE_TEMPLATE"}


def check(files):
    findings = []
    for path, text in tree.cxx(files).items():
        if not path.startswith("tests/"):
            continue
        seen, asserting = set(), asserting_functions(text)
        for offset, name, body in cases(text):
            where = f"{path}:{tree.line_of(text, offset)}"
            called = set(re.findall(r"\b(\w+)(?:<[\w:<>, ]*>)?\s*\(", body))
            if not ASSERTION.search(body) and not called & asserting:
                findings.append(f"{where}: '{name}' asserts nothing")
            if VACUOUS.search(body):
                findings.append(f"{where}: '{name}' asserts what cannot fail")
            if " " not in name:
                findings.append(f"{where}: '{name}' is no sentence: say what must hold")
            if name in seen:
                findings.append(f"{where}: '{name}' is there twice")
            seen.add(name)
    return findings


def case(body, name="it holds"):
    return {"tests/unit/a_test.cc": f'TEST_CASE("{name}")\n{{\n    {body}\n}}\n'}


GOOD = {
    "check": case("CHECK(f() == 1);"),
    "require": case("REQUIRE_FALSE(f());"),
    "in a sub-case": case('SUBCASE("a") { CHECK(f()); }'),
    "by a function": {
        "tests/unit/a_test.cc": "template <class T>\nvoid agree(T x)\n{\n    CHECK(x == f());\n}\n"
        + case("agree<int>(1);")["tests/unit/a_test.cc"]
    },
    "a name with quotes": case("CHECK(f());", 'the \\"root\\" is not a label'),
}
BAD = {
    "nothing": case("f();"),
    "a function that asserts nothing": {
        "tests/unit/a_test.cc": "void agree(int x)\n{\n    f(x);\n}\n" + case("agree(1);")["tests/unit/a_test.cc"]
    },
    "only in a comment": case("// CHECK(f());"),
    "only in a string": case('print("CHECK(f())");'),
    "what cannot fail": case("f(); CHECK(true);"),
    "no sentence": case("CHECK(f());", "parse"),
    "twice": {"tests/unit/a_test.cc": case("CHECK(f());")["tests/unit/a_test.cc"] * 2},
}

if __name__ == "__main__":
    tree.run(check, GOOD, BAD)
