"""What was measured, and how it compares with what is wanted."""

import statistics


class Sample:
    """The same figure of several repeats."""

    def __init__(self, values):
        self.values = list(values)

    @property
    def median(self):
        return statistics.median(self.values)

    def text(self, form):
        spread = "" if len(self.values) < 2 else f" [{form % min(self.values)}–{form % max(self.values)}]"
        return form % self.median + spread


def ratio(ones, others):
    """Each by the one of the same repeat, so that a busy machine troubles both alike."""
    return Sample(one / other for one, other in zip(ones.values, others.values))


class Table:
    def __init__(self):
        self.rows = []
        self.verdicts = []

    def head(self, text):
        self.rows.append((text, None, None, None))

    def add(self, name, value):
        self.rows.append((name, value, "", ""))

    def judge(self, name, value, wanted, met):
        """`met`: is it as wanted?"""
        verdict = "met" if met else "MISSED"
        self.rows.append((name, value, wanted, verdict))
        self.verdicts.append((name, met))

    def print(self):
        width = max(len(row[0]) for row in self.rows if row[1] is not None) + 2
        for name, value, wanted, verdict in self.rows:
            if value is None:
                print(f"\n{name}")
            else:
                print(f"  {name:<{width}}{value:<38}{wanted:<22}{verdict}".rstrip())
