"""`Test the connection`: each step of the way into a mailbox, with what was said."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from vitrine.channels.mail.mailboxes.client import Client, close, connect, select, sign_in
from vitrine.channels.mail.mailboxes.failures import Failed, told
from vitrine.channels.mail.mailboxes.target import Target
from vitrine.channels.mail.mailboxes.tokens import Tokens
from vitrine.correspondence.choices import AfterFetching, MailboxFailure, MailboxSignIn

PATIENCE = 8.0
"""Seconds for the connection: a person waits."""


class Way(StrEnum):
    """The steps, in their order."""

    TOKEN = "token"  # noqa: S105 - the name of a step
    CONNECTION = "connection"
    SIGN_IN = "sign_in"
    FOLDER = "folder"
    WRITING = "writing"
    TARGET = "target"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was tried: done when `failure` is None."""

    way: Way
    failure: MailboxFailure | None = None
    words: str = ""
    is_warning: bool = False
    """It works all the same, but less well."""
    count: int = 0
    """Of messages, for the folder."""


def try_out(target: Target, *, keep: Callable[[str], None] = lambda _token: None) -> list[Step]:
    """The steps up to the first that fails. Changes nothing in the mailbox.

    keep  called with a new refresh token, which the token server may give
    """
    steps: list[Step] = []
    tokens = Tokens(keep=keep)
    client: Client | None = None
    way = Way.TOKEN
    try:
        if target.sign_in == MailboxSignIn.XOAUTH2:
            tokens.current(target)
            steps.append(Step(way))
        way = Way.CONNECTION
        client = connect(target, patience=PATIENCE)
        steps.append(Step(way))
        way = Way.SIGN_IN
        sign_in(client, target=target, tokens=tokens)
        steps.append(Step(way))
        way = Way.FOLDER
        steps.extend(_looked_into(client, target=target))
    except Failed as failed:
        steps.append(Step(way, failed.failure, failed.words))
    finally:
        if client is not None:
            close(client)
    return steps


def _looked_into(client: Client, *, target: Target) -> list[Step]:
    """The folder, what we may do there, the folder to move to, and IDLE. Raises Failed."""
    answer, is_read_only = select(client, target.folder)
    steps = [Step(Way.FOLDER, count=int(answer.get(b"EXISTS", 0)))]
    if target.after != AfterFetching.KEEP:
        steps.append(Step(Way.WRITING, is_warning=is_read_only))
    with told():
        if target.after == AfterFetching.MOVE:
            steps.append(Step(Way.TARGET, is_warning=not client.folder_exists(target.move_to)))
        steps.append(Step(Way.IDLE, is_warning=not client.has_capability("IDLE")))
    return steps
