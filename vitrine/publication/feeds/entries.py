"""What happened, as entries of a feed: each line of a timeline, each maintenance."""

from dataclasses import dataclass
from datetime import datetime

from vitrine.publication import moments
from vitrine.publication.addresses import interruption_page
from vitrine.publication.bulletin import Interruption, Maintenance, Update
from vitrine.publication.pages import spoken
from vitrine.publication.pages.frame import Telling
from vitrine.publication.pages.history import names_of
from vitrine.publication.words import said_in

MOST = 50


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry, in one language."""

    key: str
    """Stable for ever, and the same in all languages."""
    title: str
    text: str
    address: str
    published_at: datetime
    updated_at: datetime


def entries(telling: Telling) -> list[Entry]:
    """The newest first, at most 50."""
    found = [
        update_entry(update, interruption, number=number, telling=telling)
        for interruption in telling.bulletin.interruptions
        for number, update in enumerate(interruption.updates, start=1)
    ]
    found += [maintenance_entry(each, telling) for each in telling.bulletin.maintenances]
    return sorted(found, key=lambda each: (each.updated_at, each.key), reverse=True)[:MOST]


def update_entry(
    update: Update, interruption: Interruption, *, number: int, telling: Telling
) -> Entry:
    """A line of a timeline."""
    gettext, language = telling.gettext, telling.language
    position = spoken.step_word(update.position, gettext=gettext)
    phase = spoken.phase_word(update.phase, gettext=gettext)
    comment = said_in(update.comments, language).text
    names = names_of(interruption.components, telling)
    return Entry(
        key=f"interruption:{interruption.code}:{number}",
        title=f"{position}: {names}" if names else position,
        text=f"{phase}. {comment}".strip() if comment else f"{phase}.",
        address=f"{telling.site.absolute}{language}/{interruption_page(interruption.code)}",
        published_at=update.at,
        updated_at=update.at,
    )


def maintenance_entry(maintenance: Maintenance, telling: Telling) -> Entry:
    """A maintenance as it is now; the same entry when it changes."""
    gettext, language = telling.gettext, telling.language
    word = spoken.maintenance_word(maintenance.state, gettext=gettext)
    what = gettext("Planned maintenance")
    title = said_in(maintenance.titles, language).text
    window = moments.window(maintenance.starts_at, maintenance.ends_at, language=language)
    parts = [
        moments.zoned(window, language=language),
        spoken.effect_sentence(maintenance.effect, gettext=gettext),
        said_in(maintenance.texts, language).text,
    ]
    return Entry(
        key=f"maintenance:{maintenance.uid}",
        title=f"{what} ({word}): {title}",
        text="\n".join(part for part in parts if part),
        address=f"{telling.site.absolute}{language}/index.html",
        published_at=maintenance.announced_at,
        updated_at=max(maintenance.announced_at, maintenance.changed_at),
    )
