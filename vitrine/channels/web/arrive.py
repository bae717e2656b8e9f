"""The web form: what was typed becomes a person, a ticket and an acknowledgement, at once."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from vitrine.correspondence.choices import Channel
from vitrine.directory.actions import person_for_sender
from vitrine.kernel.languages import Language
from vitrine.kernel.text import without_controls
from vitrine.tickets.actions import receive_request
from vitrine.tickets.models import Ticket
from vitrine.tickets.queries.question_types import top_question_types
from vitrine.tickets.rules import ReceivedFile


@transaction.atomic
def receive_form(
    *,
    name: str,
    email: str,
    organisation: str,
    question_type: str,
    subject: str,
    text: str,
    language: str,
    received_at: datetime,
    files: Sequence[ReceivedFile] = (),
) -> Ticket:
    """Open the ticket of a checked form and promise its acknowledgement.

    organisation   as the person wrote it; stands above the text when the directory does not
                   know the person's organisation by the mail address
    question_type  code of a type of the first level; an unknown one is left out
    """
    person = person_for_sender(email, name=name, language=Language(language))
    written = without_controls(text)
    if organisation and not person.organisation:
        written = f"{without_controls(organisation)}\n\n{written}"
    return receive_request(
        requester=person,
        organisation=person.organisation,
        channel=Channel.WEB,
        subject=without_controls(subject),
        text=written,
        language=language,
        received_at=received_at,
        files=files,
        question_type=top_question_types().filter(code=question_type).first(),
    )
