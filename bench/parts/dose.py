"""How much is measured."""

import dataclasses


@dataclasses.dataclass
class Dose:
    repeats: int
    faxes: int  # of 200 kB, in each run of efaxd and of the floor
    large_faxes: int  # of 20 MB
    sequential_share: int  # the script brings in so many times fewer
    rows: list  # sizes of the ledger
    poll_seconds: float
    mailboxes: list
    idle_seconds: float  # 60: one whole round of polls


FULL = Dose(3, 3000, 48, 15, [10**3, 10**4, 10**5, 10**6, 10**7], 3, [1000, 10000], 60)
QUICK = Dose(3, 800, 16, 10, [10**3, 10**6], 2, [1000], 20)
SMOKE = Dose(1, 24, 2, 6, [10**2, 10**3], 0.5, [20], 1)
