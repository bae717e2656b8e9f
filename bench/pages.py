"""What is asked of the product: each page with its addresses or forms, and what is right."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count, cycle

import psycopg

from bench.browser import Answer, Browser
from bench.words import Voice, voice

COMMON = {"fr": "dossier", "nl": "sleutel", "de": "Schlüssel"}
LISTS = ("mine", "new", "open", "closed", "archived")


@dataclass(frozen=True)
class Page:
    """One kind of request, asked again and again."""

    name: str
    ask: Callable[[Browser], Answer]
    is_right: Callable[[Answer], bool]


def pages(database: str, *, tickets: int) -> list[Page]:
    """Every page that has a budget, the trivial one first."""
    chance = random.Random(11)
    with psycopg.connect(database, autocommit=True) as connection:
        numbers = cycle(_numbers(connection, tickets=tickets, chance=chance))
        rare = cycle(rare_words(connection))
        [kind] = connection.execute(
            "SELECT code FROM tickets_questiontype WHERE parent_id IS NULL AND is_active LIMIT 1"
        ).fetchone() or ("",)
    lists, common = cycle(LISTS), cycle(COMMON.values())
    fresh = count(random.SystemRandom().randrange(10**9))
    return [
        Page("trivial", lambda browser: browser.get("/account/"), _shown),
        Page("list", lambda browser: browser.get(f"/desk/lists/{next(lists)}/"), _shown),
        Page("ticket", lambda browser: browser.get(f"/desk/tickets/{next(numbers)}/"), _shown),
        Page("search rare", lambda browser: _search(browser, next(rare)), _shown),
        Page("search common", lambda browser: _search(browser, next(common)), _shown),
        Page("create (web form)", lambda b: _web_form(b, number=next(fresh), kind=kind), _sent),
        Page("create (call)", lambda b: _call(b, number=next(fresh)), _logged),
    ]


def _search(browser: Browser, word: str) -> Answer:
    encoded = "".join(f"%{byte:02X}" for byte in word.encode())
    return browser.get(f"/desk/search/?q={encoded}")


def _web_form(browser: Browser, *, number: int, kind: str) -> Answer:
    speaker = SPEAKER.setdefault("fr", voice("fr"))
    chance = random.Random(number)
    return browser.post(
        "/request/",
        {
            "name": f"Personne {number}",
            "email": f"personne{number}@exempleville.example",
            "organisation": "",
            "language": "fr",
            "question_type": kind,
            "subject": speaker.rare(chance, many=5),
            "text": speaker.text(chance, sentences=4),
            "website": "",
        },
    )


def _call(browser: Browser, *, number: int) -> Answer:
    speaker = SPEAKER.setdefault("fr", voice("fr"))
    chance = random.Random(number)
    return browser.post(
        "/desk/calls/new/",
        {
            "caller": f"p{chance.randint(1, 100)}",
            "channel": "phone",
            "language": "fr",
            "subject": speaker.rare(chance, many=5),
            "text": speaker.text(chance, sentences=2),
            "urgency": "3",
            "impact": "4",
            "outcome": "1",
            "answer": speaker.text(chance, sentences=2),
        },
    )


SPEAKER: dict[str, Voice] = {}


def _shown(answer: Answer) -> bool:
    return answer.status == 200


def _sent(answer: Answer) -> bool:
    return answer.status == 302 and "received" in answer.location


def _logged(answer: Answer) -> bool:
    return answer.status in (302, 303) and "/desk/tickets/" in answer.location


def _numbers(connection: psycopg.Connection, *, tickets: int, chance: random.Random) -> list[str]:
    wanted = [chance.randint(1, tickets) for _ in range(400)]
    rows = connection.execute(
        "SELECT number FROM tickets_ticket WHERE id = ANY(%s)", [wanted]
    ).fetchall()
    found = [row[0] for row in rows]
    chance.shuffle(found)
    return found


def rare_words(
    connection: psycopg.Connection, *, least: int = 5, most: int = 60, wanted: int = 20
) -> list[str]:
    """Words that stand in `least` to `most` tickets, the same ones each time."""
    found: list[str] = []
    for (word,) in connection.execute(
        "SELECT word FROM tickets_searchword WHERE length(word) > 7 ORDER BY md5(word) LIMIT 3000"
    ).fetchall():
        [hits] = connection.execute(
            "SELECT count(*) FROM tickets_searchdocument WHERE document @@ %s::tsquery",
            [f"'{word}'"],
        ).fetchone() or (0,)
        if least <= hits <= most:
            found.append(word)
        if len(found) == wanted:
            break
    return found
