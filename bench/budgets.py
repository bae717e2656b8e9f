"""The budgets of the product, and whether the figures keep them."""

from dataclasses import dataclass

CPU_LIMITS = {
    "list": 25.0,
    "ticket": 22.0,
    "search rare": 35.0,
    "search common": 216.0,
    "create (web form)": 10.8,
}
"""CPU milliseconds per request of all server processes at the largest size: 0.6 x the best
peer's figure at 100 000 tickets on two cores."""

GROWTH = 1.5
"""A page at the largest size against the same page at the smallest."""
AGAINST_TRIVIAL = 6.0
"""List and ticket page against the trivial signed-in page of the same server."""
SEARCH_AGAINST_LIST = 4.0
"""p95 of a search against p95 of the list page."""
IDLE_MEMORY = 400.0
"""MB of everything that `vitrine run` starts."""

Figures = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Verdict:
    """One budget: what it says, what was measured, whether it is kept."""

    budget: str
    measured: float
    limit: float

    @property
    def is_kept(self) -> bool:
        """Whether the figure is within the limit."""
        return self.measured <= self.limit

    def __str__(self) -> str:
        word = "pass" if self.is_kept else "FAIL"
        return f"{word}  {self.budget:58} {self.measured:8.2f}  (limit {self.limit:g})"


def verdicts(by_size: dict[int, Figures], *, memory: dict[int, float]) -> list[Verdict]:
    """Every budget that can be judged from what was measured."""
    sizes = sorted(by_size)
    largest = by_size[sizes[-1]]
    found = [
        Verdict(f"CPU ms per request, {name}, {sizes[-1]} tickets", largest[name]["cpu_ms"], limit)
        for name, limit in CPU_LIMITS.items()
        if name in largest
    ]
    for name in ("list", "ticket"):
        for key in ("p50_ms", "cpu_ms"):
            ratio = largest[name][key] / largest["trivial"][key]
            found.append(Verdict(f"{name} / trivial page, {key}", ratio, AGAINST_TRIVIAL))
    for name in ("search rare", "search common"):
        if name in largest:
            ratio = largest[name]["p95_ms"] / largest["list"]["p95_ms"]
            found.append(Verdict(f"{name} / list, p95", ratio, SEARCH_AGAINST_LIST))
    if len(sizes) > 1:
        small = by_size[sizes[0]]
        for name in largest:
            for key in ("p50_ms", "cpu_ms"):
                label = f"{name}, {key}: {sizes[-1]} / {sizes[0]} tickets"
                found.append(Verdict(label, largest[name][key] / small[name][key], GROWTH))
    found += [
        Verdict(f"idle memory MB, {size} tickets", memory[size], IDLE_MEMORY) for size in sizes
    ]
    return found
