"""What is public now: one small row, read once per version and process."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from vitrine.kernel.clock import now
from vitrine.kernel.languages import Language
from vitrine.publication import moments
from vitrine.publication.bulletin import Bulletin, Maintenance, MaintenanceState, Position, Texts
from vitrine.publication.encoding import bulletin_from
from vitrine.status.models import Standing

_known: dict[str, Bulletin] = {}
"""The last bulletin by the hash of its event: reading it again is a tenth of a millisecond."""

REMINDER = timedelta(hours=24)
"""How long before a window begins it is told once more."""
BACK = {
    Language.FR: "Retour prévu vers {time}.",
    Language.NL: "Herstel verwacht rond {time}.",
    Language.DE: "Behebung voraussichtlich gegen {time}.",
    Language.EN: "Expected back around {time}.",
}


@dataclass(frozen=True, kw_only=True)
class Banner:
    """What everybody at the desk and in the portal is told while something is wrong."""

    position: Position
    sentence: str
    comment: str
    comment_language: str
    """Of the comment, when it is not there in the language asked for; else blank."""
    expected_end: datetime | None
    is_overrun: bool
    since: datetime | None
    interruption: str
    """The code of the only open interruption; blank when there is none, or more than one."""


def standing_bulletin() -> Bulletin | None:
    """What is public now, one short query; None before the first publication."""
    found = Standing.objects.values_list("hash", flat=True).first()
    if found is None:
        return None
    if found not in _known:
        content = Standing.objects.values_list("hash", "bulletin").first()
        if content is None:
            return None
        found = content[0]
        bulletin = bulletin_from(content[1])
        _known.clear()
        _known[found] = bulletin
        return bulletin
    return _known[found]


def banner(language: str) -> Banner | None:
    """What is to be told in `language`; None while everything works and nothing is said."""
    bulletin = standing_bulletin()
    return banner_of(bulletin, language=language) if bulletin else None


def banner_of(bulletin: Bulletin, *, language: str) -> Banner | None:
    """What `bulletin` tells in `language`; None while everything works and nothing is said."""
    if bulletin.position is Position.WORKS and not bulletin.comments:
        return None
    comment, spoken = in_language(bulletin.comments, language=language)
    opened = [each for each in bulletin.interruptions if each.ended_at is None]
    worst = [each for each in bulletin.components if each.position is bulletin.position]
    end = bulletin.expected_end
    return Banner(
        position=bulletin.position,
        sentence=sentence(bulletin, language=language),
        comment=comment,
        comment_language=spoken if spoken != language else "",
        expected_end=end,
        is_overrun=end is not None and end < now(),
        since=min((each.since for each in worst), default=None),
        interruption=opened[0].code if len(opened) == 1 else "",
    )


def sentence_key(bulletin: Bulletin) -> str:
    """Which official sentence tells the position of the whole."""
    if bulletin.position is not Position.SLOWED:
        return str(bulletin.position)
    reasons = {each.sub_reason for each in bulletin.components if each.position is Position.SLOWED}
    return "slowed.slow" if reasons == {"slow"} else "slowed.partial"


def sentence(bulletin: Bulletin, *, language: str) -> str:
    """The official sentence of the position of the whole."""
    return in_language(bulletin.sentences.texts[sentence_key(bulletin)], language=language)[0]


def in_language(texts: Texts, *, language: str) -> tuple[str, str]:
    """The text in `language`, else in another one, and in which; blank when there is none."""
    for code in (language, "fr", "nl", "de", "en"):
        if texts.get(code):
            return texts[code], code
    return "", ""


def spoken_state(language: str) -> str:
    """What the telephone menu says before its choices; blank while everything works.

    Position, comment and expected end, in whole sentences.
    """
    bulletin = standing_bulletin()
    if bulletin is None:
        return ""
    parts = []
    told = banner_of(bulletin, language=language)
    if told:
        parts.append(told.sentence)
        if told.comment and not told.comment_language:
            parts.append(told.comment)
        if told.is_overrun:
            parts.append(bulletin.sentences.texts["overrun"][language])
        elif told.expected_end and not told.comment:
            time = moments.time_of_day(told.expected_end, language=language)
            parts.append(BACK[Language(language)].format(time=time))
    return " ".join(parts)


def soon(bulletin: Bulletin) -> list[Maintenance]:
    """The announced windows that begin within REMINDER: everybody at the desk is reminded."""
    at = now()
    return [
        each
        for each in bulletin.maintenances
        if each.state is MaintenanceState.ANNOUNCED and at < each.starts_at <= at + REMINDER
    ]


def coming(bulletin: Bulletin) -> list[Maintenance]:
    """The windows that are announced or under way, the first to begin first."""
    alive = (MaintenanceState.ANNOUNCED, MaintenanceState.BEGUN)
    return [each for each in bulletin.maintenances if each.state in alive]
