"""What a ticket is found by, kept in step with each write, in the same transaction."""

from collections.abc import Iterable, Sequence

from django.db import connection

from vitrine.kernel.languages import SEARCH_CONFIGURATIONS
from vitrine.kernel.text import mask_national_numbers, without_controls
from vitrine.tickets.models import Ticket

MOST_CHARACTERS = 100_000
"""Of one text: PostgreSQL refuses a document of more than 1 MB."""

MOST_LEXEMES = 30_000
"""Of one document: what is added later is then found in the ticket, not by search."""

LANGUAGES = tuple(SEARCH_CONFIGURATIONS)

TEXTS = " || ".join(
    f"setweight(to_tsvector('vitrine_{code}', left(coalesce(texts.{code}_{kind}, ''), "
    f"{MOST_CHARACTERS})), '{weight}')"
    for code in LANGUAGES
    for kind, weight in (("said", "C"), ("noted", "D"))
)

AGGREGATES = ", ".join(
    f"string_agg(left(text, {MOST_CHARACTERS}), ' ' ORDER BY id) "
    f"FILTER (WHERE language = '{code}' AND kind {sign} 'note') AS {code}_{kind}"
    for code in LANGUAGES
    for kind, sign in (("said", "<>"), ("noted", "="))
)

REMEMBER_WORDS = """
INSERT INTO tickets_searchword (word)
SELECT lexeme FROM (
    SELECT DISTINCT lexeme FROM written CROSS JOIN LATERAL unnest(written.document)
) AS found
WHERE lexeme ~ '^[a-z]{4,24}$'
  AND NOT EXISTS (SELECT FROM tickets_searchword WHERE word = found.lexeme)
ORDER BY lexeme
ON CONFLICT DO NOTHING
"""

SELECT_DOCUMENTS = f"""
SELECT
    ticket.id,
    array_to_tsvector(ARRAY['~' || (ticket.id >> 10), ticket.number])
    || setweight(to_tsvector(('vitrine_' || ticket.language)::regconfig, ticket.subject), 'A')
    || setweight(to_tsvector('vitrine_plain', concat_ws(' ',
        person.name,
        (SELECT string_agg(address, ' ') FROM directory_mailaddress
            WHERE person_id = person.id),
        organisation.code, organisation.name_fr, organisation.name_nl,
        organisation.name_de, organisation.name_en)), 'B')
    || {TEXTS}
    || setweight(to_tsvector('vitrine_plain', left(coalesce(
        (SELECT string_agg(name || ' ' || regexp_replace(name, '[._-]', ' ', 'g'), ' ')
            FROM tickets_attachment JOIN tickets_message AS message
            ON message.id = tickets_attachment.message_id WHERE message.ticket_id = ticket.id), ''),
        {MOST_CHARACTERS})), 'D')
FROM tickets_ticket AS ticket
LEFT JOIN directory_person AS person ON person.id = ticket.requester_id
LEFT JOIN directory_organisation AS organisation ON organisation.id = ticket.organisation_id
CROSS JOIN LATERAL (
    SELECT {AGGREGATES} FROM tickets_message WHERE ticket_id = ticket.id
) AS texts
"""  # noqa: S608 - only constants of this module

INDEX_TICKETS = f"""
WITH written AS (
    INSERT INTO tickets_searchdocument AS kept (ticket_id, document)
    {SELECT_DOCUMENTS}
    WHERE ticket.id = ANY(%(tickets)s)
    ON CONFLICT (ticket_id) DO UPDATE SET document = excluded.document
        WHERE kept.document <> excluded.document
    RETURNING document
)
{REMEMBER_WORDS}
"""

ADD_TO_DOCUMENTS = f"""
WITH added AS (
    SELECT ticket, setweight(
        to_tsvector(configuration::regconfig, left(text, {MOST_CHARACTERS})), %(weight)s::"char"
    ) AS document
    FROM unnest(%(tickets)s::bigint[], %(configurations)s::text[], %(texts)s::text[])
        AS given (ticket, configuration, text)
), written AS (
    UPDATE tickets_searchdocument AS kept
    SET document = kept.document || added.document
    FROM added WHERE ticket_id = ticket AND length(kept.document) < {MOST_LEXEMES}
    RETURNING added.document
)
{REMEMBER_WORDS}
"""  # noqa: S608 - only constants of this module


def index_ticket(ticket: Ticket) -> None:
    """Write the whole document of a ticket from its rows, in one statement."""
    index_tickets([ticket])


def index_tickets(tickets: Iterable[Ticket]) -> None:
    """Write the whole documents of some tickets from their rows, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(INDEX_TICKETS, {"tickets": [ticket.pk for ticket in tickets]})


def add_to_document(ticket: Ticket, *, text: str, language: str, weight: str = "C") -> None:
    """Make a further text of an indexed ticket found, without reading the earlier ones.

    weight   C for a message, D for a note or the name of a file
    """
    add_to_documents([(ticket, text, language)], weight=weight)


def add_to_documents(added: Sequence[tuple[Ticket, str, str]], *, weight: str = "C") -> None:
    """The same for several tickets, each with a text and its language, in one statement.

    Two statements in a transaction could wait crosswise for another's new words. No ticket
    may be named twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            ADD_TO_DOCUMENTS,
            {
                "tickets": [ticket.pk for ticket, _text, _language in added],
                "texts": [
                    mask_national_numbers(without_controls(text))
                    for _ticket, text, _language in added
                ],
                "configurations": [
                    SEARCH_CONFIGURATIONS.get(language, "vitrine_plain")
                    for _ticket, _text, language in added
                ],
                "weight": weight,
            },
        )
