"""Several at once: what goes wrong in any of them goes wrong in the test."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

Given = TypeVar("Given")
Answer = TypeVar("Answer")


def all_at_once(work: Callable[[Given], Answer], *, of: Iterable[Given]) -> list[Answer]:
    """The answers of `work`, one thread each, in order; raises what one of them raised."""

    def alone(given: Given) -> Answer:
        try:
            return work(given)
        finally:
            connection.close()

    everything = list(of)
    with ThreadPoolExecutor(len(everything)) as pool:
        doing = [pool.submit(alone, given) for given in everything]
    return [one.result() for one in doing]
