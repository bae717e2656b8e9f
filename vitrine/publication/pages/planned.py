"""Planned maintenance, as the page shows it."""

from vitrine.publication import moments, reading
from vitrine.publication.addresses import maintenance_calendar
from vitrine.publication.bulletin import Maintenance, MaintenanceState
from vitrine.publication.pages import spoken
from vitrine.publication.pages.frame import Telling
from vitrine.publication.pages.markup import Markup, joined, tag


def maintenances(telling: Telling) -> Markup:
    """What is planned, and how to have it in one's own calendar."""
    gettext = telling.gettext
    planned = reading.coming(telling.bulletin, at=telling.at)
    rows = [maintenance_row(each, telling) for each in sorted(planned, key=lambda m: m.starts_at)]
    shown = (
        tag("ul", *rows, class_="rows")
        if rows
        else tag("p", gettext("No maintenance is planned."), class_="meta")
    )
    link = tag("a", gettext("Subscribe to the maintenance calendar"), href="maintenance.ics")
    heading = tag("h2", gettext("Planned maintenance"))
    return tag("section", heading, shown, tag("p", link, class_="meta"), data_part="maintenance")


def maintenance_row(maintenance: Maintenance, telling: Telling) -> Markup:
    """Window, title, what is to be expected, estimated duration, a calendar entry."""
    language, gettext = telling.language, telling.gettext
    window = moments.window(maintenance.starts_at, maintenance.ends_at, language=language)
    is_gone = maintenance.state is MaintenanceState.CANCELLED
    names = [
        telling.plain(each.names)
        for each in telling.bulletin.components
        if each.code in maintenance.components
    ]
    length = moments.duration(maintenance.ends_at - maintenance.starts_at, language=language)
    facts = [gettext("Estimated duration: {duration}").format(duration=length), ", ".join(names)]
    calendar = tag(
        "a", gettext("Put into your calendar"), href=maintenance_calendar(maintenance.uid)
    )
    word = spoken.maintenance_word(maintenance.state, gettext=gettext)
    texts = maintenance.texts if any(maintenance.texts.values()) else None
    return tag(
        "li",
        tag("h3", telling.text(maintenance.titles)),
        tag("p", moments.zoned(window, language=language)),
        tag("p", telling.text(texts), class_="text") if texts else None,
        None if is_gone else tag(
            "p", spoken.effect_sentence(maintenance.effect, gettext=gettext)),
        tag("p", joined(*facts, calendar, between=" · "), class_="meta"),
        tag("span", word, class_="chip"),
        class_="plan gone" if is_gone else f"plan {maintenance.effect}"
        if maintenance.state is MaintenanceState.BEGUN else "plan",
    )  # fmt: skip
