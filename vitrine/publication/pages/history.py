"""The history: ninety days of each component, interruptions, past maintenance, availability."""

from vitrine.publication import moments
from vitrine.publication.addresses import interruption_page
from vitrine.publication.bulletin import (
    Availability,
    Component,
    Interruption,
    Maintenance,
    MaintenanceState,
)
from vitrine.publication.pages import spoken
from vitrine.publication.pages.frame import Telling, plain_page
from vitrine.publication.pages.markup import Markup, joined, tag

PAGE = "history.html"
DAYS = 90
BAR = 10
HEIGHTS = {
    Availability.UNKNOWN: (9, 30),
    Availability.WORKS: (0, 30),
    Availability.SLOWED: (1, 18),
    Availability.INTERRUPTED: (2, 36),
}
"""Class and height of the bar of a day: it is told by its height too, not by colour alone."""


def history_page(telling: Telling) -> bytes:
    """`history.html` of a language."""
    gettext = telling.gettext
    found = sorted(telling.bulletin.components, key=lambda each: (each.order, each.code))
    title = gettext("History")
    main = joined(
        tag("h2", gettext("The last 90 days")),
        tag("ul", *(days_row(each, telling) for each in found), class_="rows"),
        tag("h2", gettext("Interruptions and disruptions")),
        interruptions(telling),
        tag("h2", gettext("Past maintenance")),
        past_maintenance(telling),
        availability(telling, components=found),
    )
    return plain_page(telling, title=title, page=PAGE, root="../", main=main)


def days_row(component: Component, telling: Telling) -> Markup:
    """A bar a day, and the same in words."""
    gettext = telling.gettext
    days = component.days[-DAYS:]
    slowed = sum(day is Availability.SLOWED for day in days)
    interrupted = sum(day is Availability.INTERRUPTED for day in days)
    words = (
        gettext("Days with a disruption: {slowed}. Days with an interruption: {interrupted}.")
        .format(slowed=slowed, interrupted=interrupted)
    )  # fmt: skip
    first = DAYS - len(days)
    bars = [bar(first + place, day) for place, day in enumerate(days)]
    picture = tag(
        "svg", *bars, class_="days", viewBox=f"0 0 {DAYS * BAR} 36", preserveAspectRatio="none",
        aria_hidden="true",
    )  # fmt: skip
    ends = tag(
        "p",
        tag("span", gettext("90 days ago")),
        tag("span", gettext("Today")),
        class_="ends meta",
        aria_hidden="true",
    )
    return tag(
        "li",
        tag("h3", telling.text(component.names)),
        picture,
        ends,
        tag("p", words, class_="meta"),
    )


def bar(place: int, day: Availability) -> Markup:
    """The bar of a day."""
    number, height = HEIGHTS[day]
    return tag(
        "rect",
        x=str(place * BAR),
        y=str(36 - height),
        width=str(BAR - 3),
        height=str(height),
        class_=f"d{number}",
    )


def interruptions(telling: Telling) -> Markup:
    """Each with its page, the newest first."""
    found = sorted(telling.bulletin.interruptions, key=lambda each: each.began_at, reverse=True)
    if not found:
        return tag("p", telling.gettext("None is known."), class_="meta")
    return tag("ul", *(interruption_row(each, telling) for each in found), class_="rows")


def interruption_row(interruption: Interruption, telling: Telling) -> Markup:
    """When, what, how long."""
    day = moments.day(interruption.began_at, language=telling.language)
    link = tag("a", day, href=interruption_page(interruption.code))
    word = spoken.step_word(interruption.worst, gettext=telling.gettext)
    chip = tag("span", word, class_=f"chip {interruption.worst}")
    return tag(
        "li",
        tag("div", tag("h3", link), chip, class_="row"),
        tag("p", names_of(interruption.components, telling)),
        tag("p", lasted(interruption, telling), class_="meta"),
    )


def lasted(interruption: Interruption, telling: Telling) -> str:
    """From when to when, how long; or that it lasts."""
    gettext, language = telling.gettext, telling.language
    if interruption.ended_at is None:
        begin = moments.moment(interruption.began_at, language=language)
        return gettext("Since {moment}").format(moment=begin)
    length = moments.duration(interruption.ended_at - interruption.began_at, language=language)
    window = moments.window(interruption.began_at, interruption.ended_at, language=language)
    took = gettext("Duration: {duration}").format(duration=length)
    return f"{window} · {took}"


def names_of(codes: tuple[str, ...], telling: Telling) -> str:
    """The components that are meant."""
    return ", ".join(
        telling.plain(each.names) for each in telling.bulletin.components if each.code in codes
    )


def past_maintenance(telling: Telling) -> Markup:
    """What was finished or cancelled, the newest first."""
    found = [
        each
        for each in telling.bulletin.maintenances
        if each.state in (MaintenanceState.ENDED, MaintenanceState.CANCELLED)
    ]
    if not found:
        return tag("p", telling.gettext("None is known."), class_="meta")
    newest = sorted(found, key=lambda each: each.starts_at, reverse=True)
    return tag("ul", *(maintenance_row(each, telling) for each in newest), class_="rows")


def maintenance_row(maintenance: Maintenance, telling: Telling) -> Markup:
    """Planned and actual window."""
    gettext, language = telling.gettext, telling.language
    planned = moments.window(maintenance.starts_at, maintenance.ends_at, language=language)
    lines = [tag("p", gettext("Planned: {window}").format(window=planned), class_="meta")]
    if maintenance.began_at and maintenance.ended_at:
        actual = moments.window(maintenance.began_at, maintenance.ended_at, language=language)
        lines.append(tag("p", gettext("Actual: {window}").format(window=actual), class_="meta"))
    word = spoken.maintenance_word(maintenance.state, gettext=gettext)
    heading = tag("h3", telling.text(maintenance.titles))
    return tag("li", tag("div", heading, tag("span", word, class_="chip"), class_="row"), *lines)


def availability(telling: Telling, *, components: list[Component]) -> Markup:
    """The share of each year in which a component was not interrupted."""
    years = sorted({year for each in components for year, _share in each.availability})
    if not years:
        return joined()
    gettext = telling.gettext
    rows = []
    for component in components:
        shares = dict(component.availability)
        cells = [tag("td", share(shares.get(year), telling), class_="number") for year in years]
        rows.append(tag("tr", tag("th", telling.text(component.names), scope="row"), *cells))
    heads = [tag("th", str(year), scope="col", class_="number") for year in years]
    heading = tag("tr", tag("th", gettext("Component"), scope="col"), *heads)
    table = tag("table", tag("thead", heading), tag("tbody", *rows))
    note = gettext("The share of the time in which a component was not interrupted.")
    return joined(
        tag("h2", gettext("Availability per year")),
        tag("p", note, class_="meta"),
        tag("div", table, class_="scroll", tabindex="0", role="group",
            aria_label=gettext("Availability per year")),
    )  # fmt: skip


def share(value: float | None, telling: Telling) -> str:
    """Per cent with three decimals, cut and not rounded up: 100 means never interrupted."""
    if value is None:
        return "–"
    text = f"{int(value * 100_000) / 1000:.3f}"
    comma = text if telling.language == "en" else text.replace(".", ",")
    return f"{comma}\N{NO-BREAK SPACE}%"
