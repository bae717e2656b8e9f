"""The web form: stored as it came, handled in the same transaction, acknowledged by mail."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from vitrine.channels.files import received_files
from vitrine.channels.mail.parse import ParsedFile
from vitrine.channels.sorting import organisation_facts, recipients_of, sort_request
from vitrine.correspondence.actions import settle_arrival, store_arrival
from vitrine.correspondence.choices import ArrivalOutcome, Channel
from vitrine.correspondence.models import Arrival
from vitrine.directory.actions import person_for_sender
from vitrine.directory.models import Organisation
from vitrine.kernel.languages import Language
from vitrine.tickets.actions import Request, receive_request
from vitrine.tickets.models import QuestionType, Ticket
from vitrine.tickets.rules import MessageFacts, ReceivedFile


def written(file: ReceivedFile) -> dict[str, str]:
    """The file as the arrival keeps it."""
    return {
        "name": file.name,
        "sha256": hashlib.sha256(file.content).hexdigest(),
        "base64": base64.b64encode(file.content).decode(),
    }


@transaction.atomic
def receive_form(
    *,
    name: str,
    email: str,
    subject: str,
    text: str,
    language: str,
    received_at: datetime,
    organisation: str = "",
    question_type: str = "",
    files: Sequence[ReceivedFile] = (),
) -> Ticket:
    """Turn a filled-in form into a ticket; its acknowledgement is promised.

    organisation   as the sender wrote it; kept in the message when the address does not tell
    question_type  the code of a question type that exists; blank: not known
    """
    asked = {
        "name": name,
        "email": email,
        "organisation": organisation,
        "question_type": question_type,
        "subject": subject,
        "text": text,
        "language": language,
        "files": [written(file) for file in files],
    }
    arrival = store_arrival(
        json.dumps(asked, ensure_ascii=False, sort_keys=True).encode(),
        channel=Channel.WEB,
        reception=uuid4(),
        envelope_from=email,
        envelope_to=(),
        received_at=received_at,
        defer=False,
    )
    person = person_for_sender(email, name=name, language=Language(language))
    ticket = receive_request(
        Request(
            requester=person,
            organisation=person.organisation,
            channel=Channel.WEB,
            subject=subject,
            text=text_with_organisation(text, organisation=organisation, known=person.organisation),
            language=language,
            received_at=received_at,
            files=received_files(
                tuple(ParsedFile(file.name, file.content_type, file.content) for file in files)
            ),
            arrival=arrival,
            question_type=QuestionType.objects.filter(code=question_type, is_active=True).first(),
            decision=sort_request(_facts(asked, arrival=arrival, organisation=person.organisation)),
        )
    )
    settle_arrival(arrival, outcome=ArrivalOutcome.TICKET)
    return ticket


def _facts(
    asked: Mapping[str, Any],
    *,
    arrival: Arrival,
    organisation: Organisation | None,
) -> MessageFacts:
    """What the sorting rules may know about a form."""
    return MessageFacts(
        sender=asked["email"],
        recipients=recipients_of(arrival),
        subject=asked["subject"],
        text=asked["text"],
        language=asked["language"],
        channel=Channel.WEB,
        has_files=bool(asked["files"]),
        **organisation_facts(organisation),
    )


def text_with_organisation(text: str, *, organisation: str, known: object | None) -> str:
    """What the sender wrote; with the name of an organisation that we could not recognise."""
    if not organisation.strip() or known is not None:
        return text
    return f"{text}\n\n({organisation.strip()})"
