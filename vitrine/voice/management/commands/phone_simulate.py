"""`phone_simulate`: random days of the telephone in virtual time, and what becomes of the calls."""

import json
import math
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from vitrine.telephony.rules.routing import Policy, Strategy
from vitrine.voice.simulator import Report, Scenario, simulate

Group = tuple[tuple[str, ...], int]
MOST_AGENTS = 10_000
"""No desk is larger; a slip of the finger would fill the memory."""


class Command(BaseCommand):
    """Times are exponential; unless told, nobody wraps up and telephones answer at once."""

    help = "Simulate random days of the telephone through the core that routes real calls."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        parser.add_argument("--calls-per-hour", type=finite, required=True)
        parser.add_argument("--handle-time", type=finite, required=True, metavar="SECONDS")
        parser.add_argument("--patience", type=finite, metavar="SECONDS", help="none: for ever")
        parser.add_argument("--agents", required=True, help="'fr+nl:9,fr+nl+de+en:2'")
        parser.add_argument("--languages", help="'fr=48,nl=40,en=7,de=5'; none: spoken ones alike")
        parser.add_argument(
            "--policy", choices=[each.value for each in Strategy], default=Strategy.DEFAULT.value
        )
        parser.add_argument("--calls", type=int, default=100_000)
        parser.add_argument("--warm-up", type=whole, metavar="CALLS", help="before counting begins")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--within", type=finite, default=20.0, metavar="SECONDS")
        parser.add_argument("--wrap-up", type=finite, default=0.0, metavar="SECONDS")
        parser.add_argument("--answer-after", type=finite, default=0.0, metavar="SECONDS")
        parser.add_argument("--reserve-for", type=finite, default=20.0, metavar="SECONDS")
        parser.add_argument("--json", action="store_true", help="one JSON object, nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and print."""
        try:
            report = simulate(scenario_of(options))
        except ValueError as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json()))
        else:
            self.stdout.write(table(report))


def finite(text: str) -> float:
    """A number, 0 or more. Raises ArgumentTypeError with a sentence for anything else."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number >= 0):
        raise ArgumentTypeError(f"{text!r} is not a number of 0 or more")
    return number


def whole(text: str) -> int:
    """A whole number, 0 or more. Raises ArgumentTypeError with a sentence for anything else."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text!r} is not a whole number of 0 or more")
    return int(text)


def scenario_of(options: dict[str, Any]) -> Scenario:
    """What the options ask for. Raises ValueError with a sentence."""
    agents = agent_groups(options["agents"])
    spoken = {language: 1.0 for languages, _count in agents for language in languages}
    wanted = options["languages"]
    return Scenario(
        calls_per_hour=options["calls_per_hour"],
        handle_time=options["handle_time"],
        patience=options["patience"],
        agents=agents,
        languages=language_shares(wanted) if wanted else spoken,
        calls=options["calls"],
        warm_up=options["warm_up"],
        seed=options["seed"],
        within=options["within"],
        answer_after=options["answer_after"],
        policy=Policy(
            strategy=Strategy(options["policy"]),
            wrap_up=options["wrap_up"],
            reserve_for=options["reserve_for"],
        ),
    )


def agent_groups(text: str) -> list[Group]:
    """`fr+nl:9,fr:2` as groups. Raises ValueError for anything else."""
    groups = []
    for word in text.split(","):
        names, colon, count = word.strip().partition(":")
        languages = tuple(name.strip() for name in names.split("+") if name.strip())
        if not languages or (colon and not count.strip().isdigit()):
            raise ValueError(f"--agents: {word.strip()!r} is not like fr+nl:9")
        groups.append((languages, int(count) if colon else 1))
    if not 0 < sum(count for _languages, count in groups) <= MOST_AGENTS:
        raise ValueError(f"--agents: 1 to {MOST_AGENTS} people")
    return groups


def language_shares(text: str) -> dict[str, float]:
    """`fr=48,nl=40` as shares. Raises ValueError for anything else."""
    shares = {}
    for word in text.split(","):
        name, _equals, share = word.strip().partition("=")
        try:
            shares[name.strip()] = finite(share)
        except ArgumentTypeError:
            raise ValueError(f"--languages: {word.strip()!r} is not like fr=48") from None
    return shares


def table(report: Report) -> str:
    """For people: the whole, then a line for each language."""
    lines = [f"{'':8}{'offered':>10}{'answered':>10}{'given up':>10}{'in time':>9}{'wait':>9}"]
    for name, tally in (("all", report.whole), *report.by_language.items()):
        shown = tally.as_json()
        lines.append(
            f"{name:8}{tally.offered:10}{tally.answered:10}{tally.abandoned:10}"
            f"{shown['service_level']:9.1%}{shown['mean_wait_seconds']:8.1f}s"
        )
    return "\n".join([*lines, f"occupancy {report.occupancy:.1%}"])
