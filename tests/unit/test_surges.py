"""When similar tickets are a surge."""

from datetime import UTC, datetime, timedelta

import pytest

from vitrine.status.rules import Report, surges

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TEN = timedelta(minutes=10)


def report(number, *, minutes=1, topics=("keys",), who=None):
    return Report(
        ticket=number,
        at=AT - timedelta(minutes=minutes),
        topics=frozenset(topics),
        organisation=who or f"o{number}",
    )


def found(reports, *, tickets=3, organisations=2):
    return surges(reports, tickets=tickets, organisations=organisations, within=TEN, at=AT)


def test_enough_tickets_from_enough_organisations_are_a_surge():
    [surge] = found([report(1), report(2, minutes=9), report(3)])
    assert (surge.topic, surge.tickets, surge.organisations) == ("keys", (1, 2, 3), 3)
    assert surge.since == AT - timedelta(minutes=9)


@pytest.mark.parametrize(
    "reports",
    [
        [],
        [report(1), report(2)],
        [report(number, who="o1") for number in range(9)],
        [report(1), report(2), report(3, minutes=11)],
        [report(1), report(2), report(3, minutes=-1)],
        [report(1), report(2), report(3, topics=["address"])],
    ],
)
def test_too_few_too_old_too_new_or_from_one_place_is_none(reports):
    assert found(reports) == []


def test_a_ticket_counts_for_the_largest_surge_only():
    reports = [report(n, topics=["keys", "login"]) for n in range(4)]
    reports += [report(n, topics=["login"]) for n in range(4, 6)]
    assert [(one.topic, len(one.tickets)) for one in found(reports)] == [("login", 6)]


def test_the_edges_of_the_window_belong_to_it():
    assert len(found([report(1, minutes=10), report(2, minutes=0), report(3)])) == 1
