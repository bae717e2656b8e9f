"""Search over everything: numbers, words in the language of each text, names, typing errors.

The language of what is typed is unknown: each word is put through every dictionary,
its alternatives are joined by OR, the words by AND. A word that is a stop word in one
of the languages is not insisted upon.

Only the newest NEWEST hits are ranked, so that a common word costs no more than a
rare one. They are collected window by window, from the newest tickets backwards: each
document holds the lexeme `~N` of its window (1 024 tickets), and the GIN index
intersects it with the words, starting from whichever is rarer. Without that a common
word reads every hit (0.2-1 s at a million tickets), and a walk backwards along the
newest tickets unpacks every document on its way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import connection

from vitrine.accounts.models import Account
from vitrine.kernel.clock import today
from vitrine.kernel.languages import SEARCH_CONFIGURATIONS
from vitrine.tickets.access import messages_for, tickets_for
from vitrine.tickets.models import SearchDocument, Ticket
from vitrine.tickets.queries.lists import TicketRow, rows_of
from vitrine.tickets.queries.search_words import (
    SearchWords,
    Segment,
    close_words,
    folded,
    headline,
    parse_words,
)

NEWEST = 1000
"""At most so many hits are ranked."""

ENOUGH = 200
"""With so many hits no older ones are looked for."""

FEW = 3
"""With fewer hits than this, words with a typing error and beginnings of words count too."""

SPANS = (4, 16)
"""Windows of 1 024 tickets looked at one after the other, before all the rest at once: a word
that has fewer than ENOUGH hits in 20 windows has at most 1 in 100 of the others. More windows
in one query cost more than they save: the index weighs each one against each hit."""

CONFIGURATIONS = (*SEARCH_CONFIGURATIONS.values(), "vitrine_plain")
WITH_ACCENTS = ("french", "dutch", "german", "english")


@dataclass(frozen=True)
class SearchHit:
    """A ticket that was found, as a row of a list, and where the words stand in it."""

    row: TicketRow
    headline: tuple[Segment, ...]
    is_close: bool = False
    """Found by a word that is only like the one typed."""


@dataclass(frozen=True)
class Term:
    """A word or phrase as the dictionaries read it."""

    queries: tuple[str, ...]
    """Text queries of which one must match."""
    is_stop_word: bool
    """In at least one language."""


@dataclass(frozen=True)
class Query:
    """A text query, as PostgreSQL reads it, and the lexemes to mark."""

    text: str
    lexemes: frozenset[str]


def search(account: Account, words: str, *, limit: int = 50) -> list[SearchHit]:
    """What `account` may see of the tickets with these words; archived ones included.

    words  as typed: `"side by side"`, `-without`, numbers as `2026-000418`, `2026-000 418`,
           `RN-2026-000418` or `418`
    limit  at most so many, tickets asked for by their number first, then by rank

    An empty list when nothing is asked for.
    """
    asked = parse_words(words, year=today().year)
    if asked.is_empty:
        return []
    numbered = [
        pk
        for pk, _number in sorted(
            tickets_for(account).filter(number__in=asked.numbers).values_list("pk", "number"),
            key=lambda found: asked.numbers.index(found[1]),
        )
    ]
    terms = _through_dictionaries(asked)
    query = _combined(asked, terms)
    exact = _ranked(account, query, limit=limit)
    close: list[int] = []
    if len(numbered) + len(exact) < FEW and (wider := _wider(asked, terms)):
        query = _combined(asked, wider)
        close = [pk for pk in _ranked(account, query, limit=limit) if pk not in exact]
    found = list(dict.fromkeys([*numbered, *exact, *close]))[:limit]
    return _hits(account, found, lexemes=query.lexemes, close=frozenset(close))


def _through_dictionaries(asked: SearchWords) -> dict[str, Term]:
    """Each word and phrase as each dictionary reads it.

    Our dictionaries take accents away before they look for stop words and so miss `für`
    and `à`: those without accents are asked too.
    """
    terms = list(dict.fromkeys([*asked.required, *asked.phrases, *asked.excluded]))
    if not terms:
        return {}
    columns = ", ".join(
        f"CASE WHEN side_by_side THEN phraseto_tsquery('{name}', term) "
        f"ELSE plainto_tsquery('{name}', term) END::text"
        for name in CONFIGURATIONS
    )
    stopped = ", ".join(f"plainto_tsquery('{name}', term)::text" for name in WITH_ACCENTS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT '' IN ({stopped}), {columns} "  # noqa: S608 - only constants of this module
            "FROM unnest(%s::text[], %s::boolean[]) WITH ORDINALITY "
            "AS asked (term, side_by_side, place) ORDER BY place",
            [terms, [" " in term for term in terms]],
        )
        rows = cursor.fetchall()
    return {
        term: Term(
            queries=tuple(dict.fromkeys(query for query in queries if query)),
            is_stop_word=is_stop_word,
        )
        for term, (is_stop_word, *queries) in zip(terms, rows, strict=True)
    }


def _combined(asked: SearchWords, terms: dict[str, Term]) -> Query:
    """The words joined by AND, their alternatives by OR, what is excluded by NOT."""
    insisted = [word for word in asked.required if not terms[word].is_stop_word]
    marked = [*(insisted or asked.required), *asked.phrases]
    wanted = [part for term in marked if (part := _any_of(terms[term].queries))]
    if not wanted:
        return Query(text="", lexemes=frozenset())
    excluded = [f"!{part}" for term in asked.excluded if (part := _any_of(terms[term].queries))]
    return Query(
        text=" & ".join([*wanted, *excluded]),
        lexemes=frozenset(
            lexeme for term in marked for query in terms[term].queries for lexeme in _lexemes(query)
        ),
    )


def _any_of(queries: Iterable[str]) -> str:
    joined = " | ".join(f"({query})" for query in queries)
    return f"({joined})" if joined else ""


def _lexemes(query: str) -> list[str]:
    """The lexemes that stand between quotes in a text query."""
    return [part for part in query.split("'")[1::2] if part]


def _wider(asked: SearchWords, terms: dict[str, Term]) -> dict[str, Term] | None:
    """The same with words that occur and are like the typed ones; None without any."""
    like = {
        word: _words_like(folded(word), begins=word == asked.required[-1])
        for word in asked.required
        if len(word) >= 3
    }
    if not any(like.values()):
        return None
    return {
        word: replace(term, queries=(*term.queries, *(f"'{w}'" for w in like.get(word, ()))))
        for word, term in terms.items()
    }


def _words_like(word: str, *, begins: bool) -> list[str]:
    """Words that occur in some ticket and begin with, or are written nearly as, `word`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM tickets_searchword WHERE word %% %s "
            "ORDER BY similarity(word, %s) DESC LIMIT 40",
            [word[:24], word[:24]],
        )
        like = close_words(word, among=[row[0] for row in cursor.fetchall()])
        if begins and word.isalpha():
            cursor.execute(
                "SELECT word FROM tickets_searchword WHERE word LIKE %s ORDER BY word LIMIT 20",
                [f"{word[:24]}%"],
            )
            like += [row[0] for row in cursor.fetchall()]
    return list(dict.fromkeys(like))


def _ranked(account: Account, query: Query, *, limit: int) -> list[int]:
    """The ids of the best of the newest hits, best first."""
    if not query.text:
        return []
    newest = _newest_hits(account, query.text)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ticket_id FROM tickets_searchdocument WHERE ticket_id = ANY(%s) "
            "ORDER BY ts_rank('{0.1, 0.2, 0.6, 1.0}', document, %s::tsquery) DESC, "
            "ticket_id DESC LIMIT %s",
            [newest, query.text, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def _newest_hits(account: Account, text: str) -> list[int]:
    """The ids of the newest hits, newest first, at most NEWEST."""
    visible = tickets_for(account)
    if not visible.query.where and not visible.query.is_empty():
        return _newest_in_windows(text)
    found = SearchDocument.objects.filter(ticket__in=visible).extra(
        where=["document @@ %s::tsquery"], params=[text]
    )
    return list(found.order_by("-pk").values_list("pk", flat=True)[:NEWEST])


def _newest_in_windows(text: str) -> list[int]:
    found: list[int] = []
    last = Ticket.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    upper = last >> 10
    for span in SPANS:
        lower = max(0, upper - span + 1)
        windows = " | ".join(f"'~{window}'" for window in range(lower, upper + 1))
        found += _matching(f"({text}) & ({windows})", below=None, most=NEWEST - len(found))
        upper = lower - 1
        if upper < 0 or len(found) >= ENOUGH:
            return found
    below = (upper + 1) << 10
    return found + _matching(text, below=below, most=NEWEST - len(found))


def _matching(text: str, *, below: int | None, most: int) -> list[int]:
    """The newest ids whose document matches; `below` bounds them, None does not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH hits AS MATERIALIZED (SELECT ticket_id FROM tickets_searchdocument "
            "WHERE document @@ %s::tsquery) SELECT ticket_id FROM hits "
            "WHERE %s::bigint IS NULL OR ticket_id < %s ORDER BY ticket_id DESC LIMIT %s",
            [text, below, below, most],
        )
        return [row[0] for row in cursor.fetchall()]


def _hits(
    account: Account, found: Sequence[int], *, lexemes: frozenset[str], close: frozenset[int]
) -> list[SearchHit]:
    rows = {row.id: row for row in rows_of(tickets_for(account).filter(pk__in=found))}
    texts: dict[int, list[str]] = {}
    for ticket, text in (
        messages_for(account)
        .filter(ticket__in=found)
        .order_by("ticket_id", "at", "id")
        .values_list("ticket_id", "text")
    ):
        texts.setdefault(ticket, []).append(text)
    return [
        SearchHit(
            row=rows[pk],
            headline=headline(texts.get(pk, [rows[pk].excerpt]), lexemes=lexemes),
            is_close=pk in close,
        )
        for pk in found
        if pk in rows
    ]
