"""Files that came by any channel: measured, their type sniffed, made ready for a ticket."""

import puremagic
from django.conf import settings
from django.utils.translation import gettext_noop

from vitrine.channels.files.dangers import danger_of
from vitrine.channels.mail.parse import ParsedFile
from vitrine.kernel.archives import Archive, examined
from vitrine.kernel.pictures import MOST_PIXELS_KEPT, measured
from vitrine.tickets.rules import ReceivedFile

MAX_FILES = 100
TOO_LARGE = gettext_noop("The file is too large to be kept here; it stays in the original message.")
TOO_MANY = gettext_noop("The message has too many files; this one stays in the original message.")
UNPACKS_TO_TOO_MUCH = gettext_noop(
    "The archive would unpack to an absurd size; it stays in the original message."
)
TOO_MANY_PIXELS = gettext_noop(
    "The picture has an absurd number of pixels; it stays in the original message."
)
UNKNOWN_TYPE = "application/octet-stream"
_SNIFFED_BYTES = 16 * 1024


def received_files(files: tuple[ParsedFile, ...]) -> list[ReceivedFile]:
    """The files as a ticket takes them; what is refused keeps its name and says why."""
    return [_received(file, position=number) for number, file in enumerate(files)]


def _received(file: ParsedFile, *, position: int) -> ReceivedFile:
    archive = examined(file.content)
    refused = _refusal(file.content, position=position, archive=archive)
    return ReceivedFile(
        name=file.name,
        content=b"" if refused else file.content,
        content_type=sniffed_type(file.content),
        size=len(file.content),
        refused=refused,
        content_id=file.content_id,
        danger=danger_of(file.name, content=file.content, archive=archive) or "",
    )


def _refusal(content: bytes, *, position: int, archive: Archive | None) -> str:
    """Why a file is not kept as a file of its own, a sentence; blank when it is."""
    if len(content) > settings.MAX_ATTACHMENT_BYTES:
        return TOO_LARGE
    if position >= MAX_FILES:
        return TOO_MANY
    if archive is not None and archive.is_bomb:
        return UNPACKS_TO_TOO_MUCH
    measure = measured(content)
    if measure is not None and measure.pixels > MOST_PIXELS_KEPT:
        return TOO_MANY_PIXELS
    return ""


def sniffed_type(content: bytes) -> str:
    """The media type that the bytes themselves show; never a type that a browser would run."""
    head = content[:_SNIFFED_BYTES]
    try:
        found = str(puremagic.from_string(head, mime=True))
    except (puremagic.PureError, ValueError, IndexError):
        found = ""
    if found and not found.startswith("text/"):
        return found[:120]
    return "text/plain" if found or _is_text(head) else UNKNOWN_TYPE


def _is_text(head: bytes) -> bool:
    if not head or b"\x00" in head:
        return False
    try:
        head[: len(head) - 3 or None].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 8
    return True
