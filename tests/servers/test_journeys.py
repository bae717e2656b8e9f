"""Mixed mails through a real Postfix and a real Dovecot: everything is counted exactly.

`make soak` does the same with 2 000.
"""

import os
from collections import Counter

from tests.servers.house import wait_until
from tests.servers.landscape import DOOR, IMAP, running_landscape
from tests.servers.post import Post

MAILS = int(os.environ.get("VITRINE_TEST_MAILS", "160"))
PATIENCE = 60 + MAILS


def test_mixed_mails_by_postfix_and_dovecot_are_counted_exactly(own_place):
    post = Post(seed=MAILS)
    first = post.first_mails(MAILS * 3 // 4)
    with running_landscape(own_place, programs=("door", "fetch", "work")) as land:
        for mail in first:
            land.send(mail)
        twice = [mail for mail in first if mail.kind == "twice"]
        arrivals = len(first)
        wait_until(lambda: land.settled(arrivals=arrivals), within=PATIENCE)
        assert land.outcomes() == Counter(mail.outcome for mail in first)

        later = second_wave(post, first=first, land=land, count=MAILS // 4)
        for mail in later:
            land.send(mail)
        for mail in twice:  # the same bytes by the other way, or by the same way again
            land.send(mail, to=DOOR)
            land.send(mail, to=IMAP)
        arrivals += len(later) + 2 * len(twice)
        wait_until(lambda: land.settled(arrivals=arrivals), within=PATIENCE)

        expected = Counter(mail.outcome for mail in (*first, *later))
        expected["duplicate"] += 2 * len(twice)
        assert land.outcomes() == {name: count for name, count in expected.items() if count}
        assert land.house.rows("SELECT count(*) FROM tickets_ticket") == [(expected["ticket"],)]
        assert_threads_are_whole(land, later=later)
        assert_acknowledged_where_due(land, first=first)


def second_wave(post, *, first, land, count):
    """Replies to our acknowledgements and to their own mails, and bounces of ours."""
    ours = dict(
        land.house.rows(
            "SELECT to_address, message_id FROM correspondence_promise"
            " WHERE kind = 'acknowledgement'"
        )
    )
    acknowledged = [mail for mail in first if mail.is_acknowledged and mail.kind != "twice"]
    mails = []
    for number, mail in zip(range(count), acknowledged, strict=False):
        if number % 3 == 0:
            mails.append(post.bounce(mail, of_message=ours[mail.sender]))
        else:
            to = ours[mail.sender] if number % 3 == 1 else mail.message_id
            mails.append(post.reply(mail, to_message=to))
    return mails


def assert_threads_are_whole(land, *, later):
    """Each reply stands in the ticket of the mail that it answers, and in no other."""
    place = dict(
        land.house.rows(
            "SELECT message_id, min(ticket_id) FROM tickets_message"
            " WHERE message_id <> '' GROUP BY 1 HAVING count(*) = 1"
        )
    )
    for mail in later:
        if mail.kind == "reply":
            assert place[mail.message_id] == place[mail.in_reply_to]


def assert_acknowledged_where_due(land, *, first):
    """One answer for each person who is due one, none for anybody else."""
    due = {mail.sender.partition("@")[0]: 1 for mail in first if mail.is_acknowledged}
    assert land.answers_by_address() == due
