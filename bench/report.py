# SPDX-License-Identifier: EUPL-1.2
"""What people see of a benchmark: a table in the terminal and a plot."""

import os
import platform
from html import escape
from pathlib import Path

from contestants import NAMES
from runs import RUNS

# run -> (title, how a figure is shown, figure, what the best peer's figure is multiplied by to give our objective)
ROWS = [
    ("hot", "Cache hit, CPU", "us", "cpu_us", 0.6),
    ("fresh-tcp", "Cache hit, a TCP connection each, CPU", "us", "cpu_us", None),
    ("cold", "Cold and validated, CPU", "us", "cpu_us", 0.6),
    ("cold", "Cold, without signatures, CPU", "us", "cpu_us_without_signatures", 0.4),
    ("mixed", "Mixed load, CPU", "us", "cpu_us", None),
    ("workers", "CPU with two workers / one", "x", "ratio", None),
    ("workers", "Two workers, waiting for locks", "% of the time", "lock_wait_percent", None),
    ("memory", "Memory of an RRset", "octets", "octets", 0.5),
    ("tail", "Latency p50 with dead servers about", "us", "p50_us", None),
    ("tail", "Latency p99 with dead servers about", "us", "p99_us", 1.0),
    ("tail", "Latency p99.9 with dead servers about", "us", "p99.9_us", None),
    ("start-up", "Start to first answer", "ms", "ms", None),
]
ORDER = ["rootward", "unbound", "named", "pdns_recursor", "kresd", "floor"]
COLOURS = {"rootward": "#0b5cad", "floor": "#b0b7bf"}
OTHERS = "#8fa3b5"


def machine():
    models = [line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
              if line.startswith("model name")]
    return {"cpu": models[0] if models else platform.machine(), "cores": os.cpu_count(), "kernel": platform.release()}


def shown(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}" if value >= 10 else f"{value:.2f}"


def rows(results):
    """(title, unit, {resolver: figure}, objective share, best peer's figure)"""
    for run, title, unit, figure, share in ROWS:
        found = {name: one[figure] for name, one in results.get(run, {}).items() if figure in one}
        peers = [value for name, value in found.items() if name not in ("rootward", "floor")]
        if found:
            yield title, unit, found, share, min(peers, default=None)


def spreads(results):
    """(title, {resolver: (lowest, highest)}) of each figure whose median was taken."""
    for run, title, _, figure, _ in ROWS:
        found = {name: tuple(one["spread"]) for name, one in results.get(run, {}).items() if one.get("repeats", 1) > 1}
        if RUNS[run].figure == figure and found:
            yield title, found


def against_best(found, best):
    if best is None or "rootward" not in found or best <= 0:
        return ""
    return f"{found['rootward'] / best:.2f}"


def table(results):
    present = [name for name in ORDER if any(name in found for _, _, found, _, _ in rows(results))]
    head = ["", "unit", *(NAMES.get(name, "floor") for name in present), "ours / best peer", "objective"]
    lines = [head]
    for title, unit, found, share, best in rows(results):
        lines.append([title, unit, *(shown(found[name]) if name in found else "-" for name in present),
                      against_best(found, best), f"<= {share}" if share else ""])
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    text = ["", *("  ".join(cell.ljust(width) if column < 2 else cell.rjust(width)
                            for column, (cell, width) in enumerate(zip(line, widths))) for line in lines), ""]
    hot, cold = results.get("hot", {}), results.get("cold", {})
    if "floor" in hot and "rootward" in hot:
        text.append(f"A cache hit costs {hot['rootward']['cpu_us'] / hot['floor']['cpu_us']:.2f} x the floor, a bare UDP "
                    f"echo (objective <= 1.4); its core was {hot['rootward']['busy']:.0%} busy.")
    if "floor" in cold:
        text.append("Cold, without signatures, in units of its floor (three exchanges on sockets of their own, nothing done "
                    "about them): " + ", ".join(f"{NAMES[name]} {one['cpu_us_without_signatures'] / cold['floor']['cpu_us']:.2f}"
                                                for name, one in cold.items() if name != "floor") + ".")
    if "rootward" in results.get("workers", {}):
        text.append(f"A query costs {results['workers']['rootward']['ratio']:.2f} x with two workers what it costs with one "
                    "(objective <= 1.05).")
    for title, found in spreads(results):
        text.append(f"{title}, lowest to highest: " + ", ".join(
            f"{NAMES.get(name, 'floor')} {shown(low)} to {shown(high)}" for name, (low, high) in found.items()))
    for run, found in results.items():
        for name, one in found.items():
            bad = sum(count for code, count in one.get("rcodes", {}).items() if code not in ("0", "3"))
            if one.get("lost") or bad or one.get("strange"):
                text.append(f"{run}, {NAMES.get(name, name)}: {one.get('lost', 0)} lost, {bad} failed, "
                            f"{one.get('strange', 0)} strange replies")
    return "\n".join(text)


def bar(y, name, value, longest, unit, spread):
    """A bar with its figure; the thin line goes from the lowest to the highest measurement."""
    scale = 420 / longest if longest else 0
    length = scale * value
    low, high = (scale * end for end in spread or (value, value))
    return (f'<text x="212" y="{y + 12}" text-anchor="end" class="name">{escape(NAMES.get(name, "floor"))}</text>'
            f'<rect x="220" y="{y}" width="{length:.1f}" height="15" rx="2" fill="{COLOURS.get(name, OTHERS)}"/>'
            f'<path d="M{220 + low:.1f} {y + 7.5}H{220 + high:.1f}" stroke="#222" stroke-width="1.5"/>'
            f'<text x="{226 + max(length, high):.1f}" y="{y + 12}" class="value">{shown(value)} {escape(unit)}</text>')


def plot(results, facts):
    """One block of bars for each row; shorter is better."""
    parts, y, spread = [], 64, dict(spreads(results))
    for title, unit, found, share, best in rows(results):
        objective = f" (objective {share} x the best peer)" if share else ""
        ratio = against_best(found, best)
        note = f": {ratio} x the best peer{objective}" if ratio else ""
        parts.append(f'<text x="20" y="{y}" class="title">{escape(title)}<tspan class="note">{escape(note)}</tspan></text>')
        y += 10
        for name in (name for name in ORDER if name in found):
            parts.append(bar(y, name, found[name], max(found.values()), unit, spread.get(title, {}).get(name)))
            y += 20
        y += 26
    head = f"{facts['cpu']}, {facts['cores']} cores, Linux {facts['kernel']}"
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 {y}" width="800" height="{y}" '
            'font-family="system-ui, sans-serif"><style>.title{font-size:15px;font-weight:600}.note{font-weight:400;'
            'fill:#555}.name,.value{font-size:12px;fill:#333}</style>'
            f'<rect width="800" height="{y}" fill="white"/>'
            '<text x="20" y="24" font-size="18" font-weight="700">rootward beside other resolvers; shorter is better</text>'
            f'<text x="20" y="42" class="value">{escape(head)}</text>{"".join(parts)}</svg>\n')
