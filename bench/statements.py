"""SQL beside page time, seen from inside: one process, Django's own client, a clock per statement.

Run by `python -m bench` with the address of the database; prints JSON.
"""

import json
import os
import statistics
import sys
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vitrine.config.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from bench.pages import COMMON, LISTS  # noqa: E402
from vitrine.accounts.models import Account  # noqa: E402

ROUNDS = 12


class Clock:
    """Counts statements and their milliseconds."""

    def __init__(self) -> None:
        self.count, self.milliseconds = 0, 0.0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Around every statement."""
        begin = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.count += 1
            self.milliseconds += (time.perf_counter() - begin) * 1000


def measured(client: Client, paths: list[str]) -> dict[str, float]:
    """Medians over the addresses: statements, their time, the time of the page."""
    found = []
    for path in paths * (ROUNDS // len(paths) + 1):
        clock = Clock()
        begin = time.perf_counter()
        with connection.execute_wrapper(clock):
            status = client.get(path).status_code
        page = (time.perf_counter() - begin) * 1000
        if status != 200:
            raise SystemExit(f"{path}: {status}")
        found.append((clock.count, clock.milliseconds, page))
    found = found[len(paths) :]
    names = ("statements", "sql_ms", "page_ms")
    return {
        name: round(statistics.median(values), 2)
        for name, values in zip(names, zip(*found, strict=True), strict=True)
    }


def main() -> None:
    """Measure every page that is only read."""
    settings.ALLOWED_HOSTS = ["*"]
    rare, numbers = json.load(sys.stdin)
    client = Client()
    client.force_login(Account.objects.get(pk=1))
    paths = {
        "trivial": ["/account/"],
        "list": [f"/desk/lists/{name}/" for name in LISTS],
        "ticket": [f"/desk/tickets/{number}/" for number in numbers[:8]],
        "search rare": [f"/desk/search/?q={word}" for word in rare[:8]],
        "search common": [f"/desk/search/?q={word}" for word in COMMON.values()],
    }
    print(json.dumps({name: measured(client, each) for name, each in paths.items()}))


if __name__ == "__main__":
    main()
