#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The coroutine rules of resolver/io/task.h that a text can be checked for.

co_await stands in one of four statements (alone, initialiser, assignment, co_return), its arguments are named or moved,
and no lambda is a coroutine. coroutine_canary.cc runs each allowed shape.
"""

import re

import tree

CONTROL = re.compile(r"^\s*(?:else|do|(?:case\b(?:[^:;]|::)*|default)\s*:(?!:))\s*")
CONTROL_WITH_HEADER = re.compile(r"^\s*(?:else\s+)?(?:if|for|while|switch)\s*(?:constexpr\s*)?\(")
SHAPES = re.compile(
    r"""^\s*(?: | co_return\s+
        | (?:const\s+)?[\w:]+(?:\s*<[\w:<>,\s*&()]*>)?(?:\s*[*&]|\s)\s*\w+\s*=\s*   # T name =
        | [\w.\[\]*]+(?:->[\w.\[\]]+)*\s*=\s*                                       # name =
        )$""",
    re.VERBOSE,
)
LAMBDA = re.compile(r"(?<![\w\])>])\[[^\[\]]*\]\s*(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?[^{};()]*\{")
TEMPORARY = re.compile(r"(?<![\w:])(?:[a-z_]\w*::)*[A-Z]\w*(?:<[^;]*>)?\s*\(|\{")


def statement_start(text, offset):
    """Offset behind what ends the statement in front of `offset`; nothing when `offset` is inside brackets."""
    depth = 0
    for at in range(offset - 1, -1, -1):
        c = text[at]
        if c in ")]":
            depth += 1
        elif c in "([":
            if depth == 0:
                return None
            depth -= 1
        elif depth == 0 and c in ";{}":
            if c == "{" and not opens_block(text[:at]):
                return None
            return at + 1
    return 0


def opens_block(before):
    """Whether a brace behind `before` opens a block, not an initialiser list."""
    return re.search(r"(?:[;{}):]|\b(?:else|do|const|noexcept|override|final|try)|->\s*[\w:<>,\s]+)\s*$", before) is not None


def without_control(prefix):
    """`prefix` without the if, for, while, case or else that the statement is the body of."""
    while True:
        header = CONTROL_WITH_HEADER.match(prefix)
        if header:
            prefix = prefix[tree.closing(prefix, header.end() - 1) + 1 :]
            continue
        shorter = CONTROL.sub("", prefix, count=1)
        if shorter == prefix:
            return prefix
        prefix = shorter


def fault(text, offset):
    """What is wrong with the co_await at `offset`; nothing when it has an allowed shape."""
    start = statement_start(text, offset)
    if start is None:
        return "co_await inside brackets: give its value a name in a statement of its own"
    if not SHAPES.match(without_control(text[start:offset])):
        return "co_await is not alone in its statement: write `T name = co_await x;`"
    end = text.find(";", offset)
    expression = text[offset + len("co_await") : end]
    if "co_await" in expression:
        return "two awaits in one statement"
    if re.search(r"&&|\|\||\?", expression):
        return "co_await is part of a larger expression: give its value a name first"
    first = expression.find("(")
    if first >= 0 and TEMPORARY.search(expression, first + 1):
        return "an argument of the awaited call is a temporary: name it, then pass it or std::move it"
    if first < 0 and "{" in expression:
        return "the awaited object is built with braces: name it first"
    return None


def check(files):
    findings = []
    for path, original in tree.cxx(files).items():
        text = tree.blank(original)
        for match in re.finditer(r"\bco_await\b", text):
            why = fault(text, match.start())
            if why:
                findings.append(f"{path}:{tree.line_of(text, match.start())}: {why}")
        for match in LAMBDA.finditer(text):
            body = text[match.end() : tree.closing(text, match.end() - 1)]
            if re.search(r"\bco_(await|return|yield)\b", body):
                findings.append(f"{path}:{tree.line_of(text, match.start())}: a lambda is a coroutine: make it a function")
        for match in re.finditer(r"\bco_yield\b", text):
            findings.append(f"{path}:{tree.line_of(text, match.start())}: co_yield is not among the allowed shapes")
    return findings


def body(statement):
    return {"resolver/a.cc": "Task<int> f(int x)\n{\n    int named = x;\n    " + statement + "\n}\n"}


GOOD = {
    "alone": body("co_await g(named);"),
    "no arguments": body("co_await g();"),
    "an object": body("co_await named;"),
    "sleeping": body("co_await SleepUntil(when);"),
    "initialiser": body("Result<int> value = co_await g(std::move(named));"),
    "qualified type": body("const std::optional<std::pair<int, Name>> value = co_await mailbox_.next(deadline);"),
    "reference": body("auto value =\n        co_await upstream_.ask(named,\n                               budget);"),
    "assignment": body("value_ = co_await g(named);"),
    "member": body("this->answers[0].value = co_await g(named);"),
    "returned": body("co_return co_await g(named);"),
    "body of a branch": body("if (named > 0 && more())\n        co_await g(named);\n    else\n        co_await h(named);"),
    "body of a loop": body("for (int i = 0; i < 3; ++i)\n        co_await g(i);"),
    "behind a label": body("switch (named) {\n    case Kind::referral:\n        co_await g(named);\n        break;\n    }"),
    "a comment": body("// if (co_await g()) is what we never write\n    co_await g(named);"),
    "an ordinary lambda": body("const auto h = [&](int y) { return y; };\n    co_await g(named);"),
}
BAD = {
    "condition": body("if (co_await g(named))\n        return;"),
    "negated condition": body("if (!co_await g(named))\n        return;"),
    "loop condition": body("while (co_await g(named)) {\n    }"),
    "argument": body("h(co_await g(named));"),
    "second argument": body("h(1,\n      co_await g(named));"),
    "and": body("bool value = co_await g(named) && co_await h(named);"),
    "or": body("bool value = co_await g(named) || named;"),
    "sum": body("int value = 1 + co_await g(named);"),
    "structured binding": body("auto [a, b] = co_await g(named);"),
    "aggregate argument": body("int value = co_await g(Question{1, 2});"),
    "constructed argument": body("int value = co_await g(dns::Question(1, 2));"),
    "lambda argument": body("int value = co_await g([&] { return 1; });"),
    "aggregate around": body("Pair value = {co_await g(named), 1};"),
    "aggregate without =": body("Pair value{co_await g(named), 1};"),
    "return of a product": body("co_return 2 * co_await g(named);"),
    "coroutine lambda": body("auto h = [&](int y) -> Task<int> { co_return y; };"),
    "generator": body("co_yield named;"),
}

if __name__ == "__main__":
    tree.run(check, GOOD, BAD)
