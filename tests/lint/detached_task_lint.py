#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""A detached task ends before anything that it uses: what the types of resolver/io/task.h cannot say.

A TaskSet is a data member of the class that it is named after, made with *this, and the last one: its tasks, which use
their owner's members, are cancelled before any of those is destroyed. It is never handed around, and the list under it is
used by itself in tests alone.
"""

import re

import tree

HOME = ("resolver/io/task.h", "resolver/io/task.cc")
SET = re.compile(r"\bTaskSet\s*<\s*([\w:]+)\s*>")
MEMBER = re.compile(r"\s*(\w+)\s*(;|\{\s*(\*this\b)?)")
CLASS = re.compile(r"\b(?:class|struct)\s+((?:\w+::)*\w+)\b[^;{}()]*$")


def innermost_class(text, offset):
    """(name, end of the body) of the class whose body directly holds `offset`; nothing when another block does."""
    depth = 0
    for at in range(offset - 1, -1, -1):
        if text[at] == "}":
            depth += 1
        elif text[at] == "{":
            if depth == 0:
                header = CLASS.search(text[:at])
                return (header.group(1), tree.closing(text, at)) if header else None
            depth -= 1
    return None


def fault(text, match, everything):
    """What is wrong with the TaskSet at `match`; nothing when it is its owner's last member."""
    owner = innermost_class(text, match.start())
    member = MEMBER.match(text, match.end())
    if owner is None or member is None:
        return "a TaskSet is a data member by value, never a reference, a pointer, a parameter or a local variable"
    name, end = owner
    if name.split("::")[-1] != match.group(1).split("::")[-1]:
        return f"TaskSet<{match.group(1)}> is a member of {name}: a set belongs to the class that it is named after"
    made_here = member.group(2) != ";"
    if made_here and not member.group(3):
        return f"{member.group(1)} is not made with *this, its owner"
    if not made_here and not re.search(rf"\b{member.group(1)}\(\*this\b", everything):
        return f"no constructor makes {member.group(1)} with *this, its owner"
    after = text[text.index(";", member.start(2)) + 1 : end]
    if after.strip():
        return f"{member.group(1)} is not the last member: its tasks would use what is destroyed before them"
    return None


def check(files):
    findings = []
    texts = {path: tree.blank(text) for path, text in tree.cxx(files).items() if path not in HOME}
    everything = "\n".join(texts.values())
    for path, text in texts.items():
        for match in SET.finditer(text):
            why = None if path.startswith("tests/") else fault(text, match, everything)
            if why:
                findings.append(f"{path}:{tree.line_of(text, match.start())}: {why}")
        for match in re.finditer(r"\bDetachedTasks\b", text):
            if not path.startswith("tests/"):
                findings.append(f"{path}:{tree.line_of(text, match.start())}: use io::TaskSet, which knows whose tasks they are")
    return findings


def owner(members, name="Prober"):
    return {"resolver/a.h": f"namespace rw\n{{\nclass {name}\n{{\n public:\n    void f() {{}}\n\n private:\n    {members}\n}};\n}}\n"}


GOOD = {
    "last member": owner("int a;\n    io::TaskSet<Prober> tasks_{*this, scheduler_};"),
    "made by the constructor": {
        **owner("int a;\n    io::TaskSet<Prober> tasks_;"),
        "resolver/a.cc": "Prober::Prober(S& s) : a(1), tasks_(*this, s) {}\n",
    },
    "nested class": {"resolver/a.cc": "struct Engine::Parts {\n    int a;\n    io::TaskSet<Parts> tasks{*this, a};\n};\n"},
    "a comment": owner("int a;  // no TaskSet<X>& here"),
    "a test": {"tests/a_test.cc": "class X : public io::DetachedTasks {};\nvoid f(io::TaskSet<X>& tasks);\n"},
}
BAD = {
    "reference": owner("io::TaskSet<Prober>& tasks_;"),
    "pointer": owner("io::TaskSet<Prober>* tasks_;"),
    "held by pointer": owner("std::unique_ptr<io::TaskSet<Prober>> tasks_;"),
    "parameter": {"resolver/a.h": "void f(io::TaskSet<Prober>& tasks);\n"},
    "parameter of a member": owner("void g(io::TaskSet<Prober>& tasks);"),
    "local variable": {"resolver/a.cc": "void f(Prober& prober)\n{\n    io::TaskSet<Prober> tasks(prober, scheduler);\n}\n"},
    "of another class": owner("io::TaskSet<Prober> tasks_{*this, scheduler_};", "Other"),
    "owned by something else": owner("io::TaskSet<Prober> tasks_{other, scheduler_};"),
    "made with something else": {
        **owner("io::TaskSet<Prober> tasks_;"),
        "resolver/a.cc": "Prober::Prober(S& s) : tasks_(other, s) {}\n",
    },
    "not last": owner("io::TaskSet<Prober> tasks_{*this, scheduler_};\n    int a;"),
    "the list itself": owner("io::DetachedTasks tasks_;"),
    "a class on the list": {"resolver/a.h": "class Loose : public io::DetachedTasks {};\n"},
}

if __name__ == "__main__":
    tree.run(check, GOOD, BAD)
