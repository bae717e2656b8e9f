"""Who is calling: a few signs typed while the telephone rings.

Digits are a telephone number, a NIS code or a postal code; with an @ it is a part of a
mail address; letters are names of persons and organisations in any language, without
accents, typing errors forgiven. One statement finds, two fetch. Typing errors are looked
for only when the letters as typed give nothing, as a name and as `name employer`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from vitrine.directory.models import Organisation, Person
from vitrine.directory.queries.organisations import LONGEST_CHAIN
from vitrine.kernel.text import without_controls

ENOUGH_TO_RANK = 120
"""Hits that are ranked; of a name that more persons have, some are shown."""

SIMILAR = "0.5"
"""Share of trigrams in common from which a name may be a typing error; two swapped letters pass."""

FEWEST_DIGITS = 3
MOST_LETTERS = 80

MOST_SPLITS = 3
"""Places at which words are divided into a name and an employer."""

_NOBODY = "SELECT 'person' AS kind, 0::bigint AS id, '' AS name WHERE false"
_DIGITS = re.compile(r"[\d\s./()+-]+")


@dataclass(frozen=True)
class Caller:
    """A person with the organisation, or an organisation alone."""

    person: Person | None
    organisation: Organisation | None
    """As it exists today, when the one found has merged since."""
    found_as: str
    """The name by which it was found; of an old organisation when that has merged."""


_BY_DIGITS = """
(SELECT 'person', person_id, min(length(number)) FROM directory_phonenumber
    WHERE number LIKE ANY(%(numbers)s) GROUP BY person_id ORDER BY 3, 2 LIMIT %(limit)s)
UNION ALL
(SELECT 'organisation', id, length(code) FROM directory_organisation
    WHERE code LIKE %(code)s OR postal_code = %(digits)s
    ORDER BY valid_to IS NOT NULL, code LIMIT %(limit)s)
"""

_BY_ADDRESS = """
SELECT 'person', person_id, min(length(address)) FROM directory_mailaddress
    WHERE lower(address) LIKE lower(%(part)s) GROUP BY person_id ORDER BY 3, 2 LIMIT %(limit)s
"""

_BY_LETTERS = """
WITH exact AS MATERIALIZED (
    (SELECT 'person' AS kind, id, {person} AS name, false AS ended
        FROM directory_person WHERE {exact_person} LIMIT %(enough)s)
    UNION ALL
    (SELECT 'organisation', id, {organisation}, valid_to IS NOT NULL
        FROM directory_organisation WHERE {exact_organisation} LIMIT %(enough)s)
), together AS MATERIALIZED (
    {together}
), similar_names AS (
    (SELECT 'person' AS kind, id, {person} AS name, false AS ended
        FROM directory_person
        WHERE {needed} AND {person} %%> {words} LIMIT %(enough)s)
    UNION ALL
    (SELECT 'organisation', id, {organisation}, valid_to IS NOT NULL
        FROM directory_organisation
        WHERE {needed} AND {organisation} %%> {words} LIMIT %(enough)s)
)
SELECT kind, id, rank FROM (
    SELECT kind, id,
        1 + (name LIKE {begins})::int + similarity({words}, name) - ended::int AS rank
        FROM exact
    UNION ALL
    SELECT kind, id, word_similarity({words}, name) FROM together
    UNION ALL
    SELECT kind, id, word_similarity({words}, name) - ended::int FROM similar_names
) AS hits
ORDER BY rank DESC, kind, id LIMIT %(limit)s
"""

_TOGETHER = """SELECT 'person' AS kind, id, {person} AS name
        FROM directory_person
        WHERE (SELECT count(*) FROM exact) = 0 AND {exact_person} AND organisation_id IN
            (SELECT id FROM directory_organisation WHERE {exact_organisation})
        LIMIT %(enough)s"""
"""Somebody of an organisation: some words are his name, the others that of his employer."""

_NEEDED = """(SELECT count(*) FROM exact) = 0 AND (SELECT count(*) FROM together) = 0
    AND (SELECT set_config('pg_trgm.word_similarity_threshold', %(similar)s, true)) IS NOT NULL"""
"""Decided once, before the scan begins, which then follows the threshold just set."""

_PERSON = "vitrine_unaccent(name)"
_ORGANISATION = (
    "vitrine_unaccent(code || ' / ' || name_fr || ' / ' || name_nl || ' / ' || name_de"
    " || ' / ' || name_en)"
)
"""As in the index of migration 0002_search."""


def find_callers(words: str, *, limit: int = 8) -> list[Caller]:
    """Those who fit `words`, best first, at most `limit`; three SQL statements at most.

    Empty when `words` has fewer than three digits and no letter.
    """
    typed = " ".join(without_controls(words).split())[:MOST_LETTERS]
    if _DIGITS.fullmatch(typed):
        hits = _hits_by_digits(typed, limit=limit)
    elif "@" in typed:
        hits = _run(_BY_ADDRESS, values={"part": f"%{_literal(typed)}%", "limit": limit})
    elif typed:
        hits = _hits_by_letters(typed, limit=limit)
    else:
        hits = []
    return _callers(hits)


def number_patterns(typed: str) -> list[str]:
    """LIKE patterns of stored numbers for digits typed in any form, or a part of them."""
    digits = re.sub(r"\D", "", typed.replace("(0)", ""))
    if typed.startswith("+"):
        return [f"+{digits}%"]
    if digits.startswith("00"):
        return [f"+{digits[2:]}%"]
    if digits.startswith("0"):
        return [f"+32{digits[1:]}%", f"%{digits}%"]
    return [f"%{digits}%"]


def _hits_by_digits(typed: str, *, limit: int) -> list[tuple[str, int]]:
    digits = re.sub(r"\D", "", typed)
    if len(digits) < FEWEST_DIGITS:
        return []
    values = {
        "numbers": number_patterns(typed),
        "code": f"{digits}%",
        "digits": digits,
        "limit": limit,
    }
    return _run(_BY_DIGITS, values=values)[:limit]


def _hits_by_letters(typed: str, *, limit: int) -> list[tuple[str, int]]:
    values: dict[str, Any] = {
        "words": typed,
        "begins": f"{_literal(typed)}%",
        "enough": ENOUGH_TO_RANK,
        "similar": SIMILAR,
        "limit": limit,
    }
    parts = [f"part{number}" for number, _part in enumerate(typed.split())]
    values |= {name: f"%{_literal(part)}%" for name, part in zip(parts, typed.split(), strict=True)}
    sql = _BY_LETTERS.format(
        person=_PERSON,
        organisation=_ORGANISATION,
        needed=_NEEDED,
        exact_person=_all_in(_PERSON, parts=parts),
        exact_organisation=_all_in(_ORGANISATION, parts=parts),
        together=" UNION ALL ".join(_splits(parts)) or _NOBODY,
        words="vitrine_unaccent(%(words)s)",
        begins="vitrine_unaccent(%(begins)s)",
    )
    return _run(sql, values=values)


def _splits(parts: list[str]) -> Iterator[str]:
    """Each way to read the words as a name beside an employer, in either order."""
    for cut in range(1, min(len(parts), MOST_SPLITS + 1)):
        first, second = parts[:cut], parts[cut:]
        for person, organisation in ((first, second), (second, first)):
            yield "({})".format(
                _TOGETHER.format(
                    person=_PERSON,
                    exact_person=_all_in(_PERSON, parts=person),
                    exact_organisation=_all_in(_ORGANISATION, parts=organisation),
                )
            )


def _all_in(column: str, *, parts: list[str]) -> str:
    """The condition that every part occurs in `column`."""
    return " AND ".join(f"{column} LIKE vitrine_unaccent(%({name})s)" for name in parts)


def _run(sql: str, *, values: dict[str, Any]) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [(kind, number) for kind, number, _rank in cursor.fetchall()]


def _callers(hits: list[tuple[str, int]]) -> list[Caller]:
    persons = Person.objects.select_related(
        "organisation__category", "organisation__merged_into__merged_into"
    ).in_bulk([number for kind, number in hits if kind == "person"])
    organisations = Organisation.objects.select_related(
        "category", "merged_into__category", "merged_into__merged_into__category"
    ).in_bulk([number for kind, number in hits if kind == "organisation"])
    found: list[Caller] = []
    offered: set[Organisation] = set()
    for kind, number in hits:
        if kind == "person":
            person = persons[number]
            employer = _living(person.organisation) if person.organisation else None
            found.append(Caller(person, employer, found_as=person.name))
            continue
        living = _living(organisations[number])
        if living not in offered:  # an old one and its successor are one
            offered.add(living)
            found.append(Caller(None, living, found_as=organisations[number].name_fr))
    return found


def _living(organisation: Organisation) -> Organisation:
    """The living successor; mergers of mergers are fetched with the hits."""
    for _step in range(LONGEST_CHAIN):
        if organisation.merged_into is None:
            break
        organisation = organisation.merged_into
    return organisation


def _literal(text: str) -> str:
    """`text` for LIKE, its own signs escaped."""
    return re.sub(r"([\\%_])", r"\\\1", text)
