"""`make bench`: time, SQL and CPU of each page at two sizes, against the budgets.

    BENCH_TICKETS    sizes, smallest first             (10000 1000000)
    BENCH_REQUESTS   requests per page, one after the other      (200)
    BENCH_JSON       where the figures go    (<state>/bench/figures.json)

Exit code 1 when a budget is not kept.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from bench import store
from bench.browser import Browser
from bench.budgets import Figures, verdicts
from bench.generator import PASSWORD, cores
from bench.pages import Page, pages, rare_words
from bench.product import Product, running
from vitrine.ops.environment import ROOT, state_directory

REQUESTS = int(os.environ.get("BENCH_REQUESTS", "200"))
WARM_UP = 10
IDLE_FOR = 10
"""Seconds after the start before memory is read."""
AT_ONCE = 4
FORM_LIMIT_RESET = 25
"""The web form refuses the 61st request of an hour from one machine: its counters are emptied."""


def main() -> int:
    """Measure every size; print and keep the figures."""
    sizes = sorted(int(word) for word in os.environ.get("BENCH_TICKETS", "10000 1000000").split())
    directories = {size: store.ensure(size) for size in sizes}
    figures: dict[int, Figures] = {}
    memory: dict[int, float] = {}
    for size, directory in directories.items():
        with running(directory) as product:
            memory[size] = idle_memory(product)
            figures[size] = measure(product, tickets=size)
            figures[size] = with_statements(figures[size], product=product)
            print_table(size, figures[size], memory=memory[size])
    judged = verdicts(figures, memory=memory)
    print("\n".join(str(verdict) for verdict in judged))
    keep(figures, memory=memory, judged=[str(verdict) for verdict in judged])
    return 0 if all(verdict.is_kept for verdict in judged) else 1


def idle_memory(product: Product) -> float:
    """MB of all processes ten seconds after the start, after one page."""
    time.sleep(IDLE_FOR)
    return round(sum(taken.pss for taken in product.memory()) / 1024, 1)


def measure(product: Product, *, tickets: int) -> Figures:
    """Each page in turn: one person, one request after the other."""
    found: Figures = {}
    browser = Browser(product.port)
    browser.sign_in("account1@desk.example", password=PASSWORD)
    for page in pages(product.database, tickets=tickets):
        try:
            found[page.name] = one_page(page, browser=browser, product=product)
        except AssertionError as error:
            print(f"{page.name}: not measured, {error}", file=sys.stderr)
    found["list"]["per_second"] = at_once(product, path="/desk/lists/open/")
    return found


def one_page(page: Page, *, browser: Browser, product: Product) -> dict[str, float]:
    """p50, p95 and CPU per request; AssertionError when the page is not what it should be."""
    times = []
    repeat(page, browser=browser, product=product, requests=WARM_UP)
    before = product.cpu()
    times = repeat(page, browser=browser, product=product, requests=REQUESTS)
    after = product.cpu()
    spent = {name: (after[name] - before[name]) / REQUESTS for name in before}
    times.sort()
    return {
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(times[int(len(times) * 0.95)], 2),
        "cpu_ms": round(sum(spent.values()), 2),
        **{f"cpu_{name}_ms": round(each, 2) for name, each in spent.items()},
    }


def repeat(page: Page, *, browser: Browser, product: Product, requests: int) -> list[float]:
    """The milliseconds of each request."""
    times = []
    for number in range(requests):
        if page.name.startswith("create") and number % FORM_LIMIT_RESET == 0:
            with psycopg.connect(product.database, autocommit=True) as connection:
                connection.execute("DELETE FROM kernel_rate_limit")
        answer = page.ask(browser)
        assert page.is_right(answer), f"answer {answer.status} {answer.location}"
        times.append(answer.milliseconds)
    return times


def at_once(product: Product, *, path: str) -> float:
    """Requests per second with four people at once."""
    people = [Browser(product.port) for _ in range(AT_ONCE)]
    for number, person in enumerate(people, 1):
        person.sign_in(f"account{number}@desk.example", password=PASSWORD)

    def ask(person: Browser) -> None:
        for _ in range(REQUESTS // AT_ONCE):
            person.get(path)

    begin = time.perf_counter()
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        list(pool.map(ask, people))
    return round(REQUESTS / (time.perf_counter() - begin), 1)


def with_statements(figures: Figures, *, product: Product) -> Figures:
    """The figures with statements and SQL time of each page, measured in a process apart."""
    with psycopg.connect(product.database, autocommit=True) as connection:
        rare = rare_words(connection)
        rows = connection.execute(
            "SELECT number FROM tickets_ticket ORDER BY id DESC LIMIT 8"
        ).fetchall()
    done = subprocess.run(
        [sys.executable, "-m", "bench.statements"],
        input=json.dumps([rare, [row[0] for row in rows]]),
        env=os.environ | {"DATABASE_URL": product.database, "VITRINE_STATE": str(product.state)},
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
        return figures
    counted = json.loads(done.stdout)
    return {name: row | counted.get(name, {}) for name, row in figures.items()}


def print_table(size: int, figures: Figures, *, memory: float) -> None:
    """One line per page."""
    print(f"\n{size} tickets, idle memory {memory} MB")
    columns = ("p50_ms", "p95_ms", "cpu_ms", "cpu_web_ms", "cpu_worker_ms", "cpu_postgresql_ms",
               "statements", "sql_ms", "page_ms", "per_second")  # fmt: skip
    print(f"{'':20}" + "".join(f"{name.removesuffix('_ms'):>16}" for name in columns))
    for name, row in figures.items():
        cells = (f"{row[key]:16.2f}" if key in row else f"{'':16}" for key in columns)
        print(f"{name:20}" + "".join(cells))


def keep(figures: dict[int, Figures], *, memory: dict[int, float], judged: list[str]) -> None:
    """Write everything as JSON, with when and where."""
    target = Path(os.environ.get("BENCH_JSON", state_directory() / "bench" / "figures.json"))
    target.write_text(
        json.dumps(
            {
                "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "cores": cores(),
                "python": platform.python_version(),
                "requests": REQUESTS,
                "figures": figures,
                "idle_memory_mb": memory,
                "budgets": judged,
            },
            indent=1,
        )
    )
    print(f"\n{target}")


if __name__ == "__main__":
    sys.exit(main())
