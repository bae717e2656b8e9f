"""How far each place of publication is: the version that it shows, how quickly, or why not."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from vitrine.desk.rendering.state.words import moment_words
from vitrine.publication.copies import TargetState
from vitrine.status.models import PublishedTarget


@dataclass(frozen=True, kw_only=True)
class Place:
    """One place: this machine, a second directory or host, a bucket."""

    name: str
    version: int
    """The last one that was read back there; 0: none."""
    took: str
    error: str
    """Why the last try failed; blank: it did not."""
    since: str
    """Since when it fails; blank when that is not known."""


def place_of_target(target: PublishedTarget) -> Place:
    """What was read back by the desk itself."""
    return Place(
        name=_("This machine") if target.name == "here" else target.name,
        version=target.version,
        took=duration_words(target.milliseconds or 0),
        error=target.error,
        since=moment_words(target.failing_since),
    )


def place_of_copy(copy: TargetState) -> Place:
    """What the keeper brought there."""
    return Place(
        name=copy.target,
        version=copy.version,
        took=duration_words(copy.milliseconds),
        error=copy.error,
        since="",
    )


def duration_words(milliseconds: float) -> str:
    """84 ms, 0.9 s: as the language of the page writes numbers."""
    if milliseconds < 500:
        return _("%(number)s ms") % {"number": number_format(milliseconds, decimal_pos=0)}
    return _("%(number)s s") % {"number": number_format(milliseconds / 1000, decimal_pos=1)}
