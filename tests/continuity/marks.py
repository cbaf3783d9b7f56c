# SPDX-License-Identifier: EUPL-1.2
"""Marks and time of one site: a mark in two places that only rises, a clock that is believed while it keeps pace."""

DAY, HOUR, MINUTE = 86400, 3600, 60


class Refused(Exception):
    """A rule says no; its name is the first argument."""


def need(rule, holds):
    if not holds:
        raise Refused(rule)


class Remembered:
    """What a site remembers across events; `now` is set before each."""

    def mark(self):
        marks = [mark for mark in (self.file, self.journal) if mark is not None]
        if not marks:
            return None
        first, last = marks[0], marks[-1]
        best = dict(first if first["sequence"] >= last["sequence"] else last)
        if first["sequence"] == last["sequence"]:
            best["ended"] = first["ended"] or last["ended"]
            best["activation"] = first["activation"] or last["activation"]
            best["renewal"] = first["renewal"] or last["renewal"]
        best["drill"] = max(mark["drill"] for mark in marks)
        best["time"] = max(mark["time"] for mark in marks)
        return best

    def write(self, **changes):
        self.file = self.journal = {**self.mark(), **changes}

    def trusted(self):
        mark = self.mark()
        return max(mark["time"], self.now["system"]) if mark else self.now["system"]

    def restart_clock(self):
        self.lead = self.now["system"] - self.now["monotonic"]
        self.lead_since = self.last = self.now["monotonic"]
        self.fresh = True

    def jumped(self):
        if self.lead is None:
            return False
        passed = self.now["monotonic"] - self.lead_since
        slack = MINUTE + int(passed / 1000)
        return abs(self.now["system"] - self.now["monotonic"] - self.lead) > slack

    def times(self):
        """(earliest, latest, known)"""
        if self.now["synchronised"] and not self.jumped():
            return self.trusted(), self.trusted(), True
        mark = self.mark()
        floor = mark["time"] if mark else 0
        return floor, floor, False

    def advance(self):
        if self.lead is None:
            self.restart_clock()
        elapsed = max(0, self.now["monotonic"] - self.last)
        self.last = max(self.last, self.now["monotonic"])
        mark = self.mark()
        if mark and self.now["synchronised"] and not self.jumped():
            reach = mark["time"] + elapsed + (DAY if self.fresh else 0)
            self.fresh = False
            self.write(time=max(mark["time"], min(self.now["system"], reach)))
        return self.trusted()
