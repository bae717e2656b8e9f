"""The page: the sentence of the position, and everything around it."""

from vitrine.publication import moments, reading
from vitrine.publication.bulletin import Component, Position
from vitrine.publication.pages import spoken
from vitrine.publication.pages.assets import PAGE_CSS, PAGE_JS, policy
from vitrine.publication.pages.frame import Telling, document, head, top
from vitrine.publication.pages.icons import icon
from vitrine.publication.pages.markup import Markup, joined, tag
from vitrine.publication.pages.planned import maintenances
from vitrine.publication.status_json import short_instant
from vitrine.publication.words import OWN_NAMES, said_in

PAGE = "index.html"
ROOT = "../"


def present_page(telling: Telling) -> bytes:
    """`index.html` of a language."""
    bulletin, language, gettext = telling.bulletin, telling.language, telling.gettext
    said = reading.sentence(bulletin, language=language)
    hosts = tuple(telling.site.others)
    main = tag(
        "main",
        old_notice(telling),
        now(telling),
        meanwhile(telling),
        components(telling),
        maintenances(telling),
        desk(telling),
        id="main",
    )
    skip = tag("a", gettext("Skip to the state of the system"), href="#main", class_="skip")
    page = tag("div", skip, top(telling, page=PAGE, root=ROOT), main, foot(telling), class_="page")
    rules = policy(style=PAGE_CSS, script=PAGE_JS, connect=hosts)
    title = " · ".join((said.text, gettext("System status")))
    start = head(telling, title=title, page=PAGE, root=ROOT, style=PAGE_CSS, rules=rules)
    script = tag("script", Markup(PAGE_JS))
    return document(start, tag("body", page, script, **told(telling)), language=language)


def told(telling: Telling) -> dict[str, str]:
    """What the script must know: the version, its hosts, and every sentence that it may say."""
    bulletin, language, gettext = telling.bulletin, telling.language, telling.gettext
    return {
        "data_version": str(bulletin.version),
        "data_edition": str(telling.edition),
        "data_position": bulletin.position.value,
        "data_published": short_instant(bulletin.published_at),
        "data_root": ROOT,
        "data_page": f"{language}/{PAGE}",
        "data_others": " ".join(telling.site.others),
        "data_overrun": ""
        if bulletin.position is Position.WORKS
        else said_in(bulletin.sentences.texts["overrun"], language).text,
        "data_confirmed": gettext("Confirmed at {time}."),
        "data_unconfirmed": gettext("Not confirmed since {moment}: the state may have changed."),
        "data_pause": gettext("Pause automatic updates"),
        "data_resume": gettext("Resume automatic updates"),
        "data_time": moments.TIME[language],
        "data_moment": moments.MOMENT[language]
        .replace("{day}", moments.DAY[language])
        .replace("{time}", moments.TIME[language]),
        "data_hours": "2" if language == "en" else "1",
        "data_days": " ".join(moments.DAYS[language]),
        "data_months": " ".join(moments.MONTHS[language]),
    }


def old_notice(telling: Telling) -> Markup:
    """Shown by the script where the address is that of one version for ever."""
    gettext = telling.gettext
    moment = moments.moment(telling.bulletin.published_at, language=telling.language)
    words = gettext("This is the page as it was published on {moment}.").format(moment=moment)
    link = tag(
        "a", gettext("Present state of the system"), href=f"../../../{telling.language}/{PAGE}"
    )
    return tag("p", words, " ", link, class_="old", hidden=True)


def now(telling: Telling) -> Markup:
    """The position: shape, sentence, comment, when, and its place among three."""
    bulletin, language, gettext = telling.bulletin, telling.language, telling.gettext
    said = reading.sentence(bulletin, language=language)
    comment = said_in(bulletin.comments, language)
    return tag(
        "section",
        tag("div", icon(bulletin.position), class_="mark", data_part="mark"),
        tag(
            "p",
            tag("span", said.text, class_="sentence", lang=foreign(said.language, telling)),
            " ",
            tag("span", comment.text, class_="comment", lang=foreign(comment.language, telling)),
            role="status",
            class_="says",
        ),
        tag("p", role="alert", class_="unseen"),
        tag("div", when(telling), class_="when", data_part="when"),
        tag("div", scale(bulletin.position, telling), class_="scale", aria_hidden="true",
            data_part="scale"),
        class_=f"now {bulletin.position.value}",
        aria_label=gettext("Present state"),
        data_part="now",
        data_skin=True,
    )  # fmt: skip


def foreign(language: str, telling: Telling) -> str | None:
    """The `lang` of a text, when it is not that of the page."""
    return None if language == telling.language else language


def when(telling: Telling) -> Markup:
    """Expected end, or that it has passed; since when; and a comment's missing translation."""
    bulletin, language, gettext = telling.bulletin, telling.language, telling.gettext
    lines = []
    comment = said_in(bulletin.comments, language)
    if comment and comment.language != language:
        name = tag("span", OWN_NAMES[comment.language], lang=comment.language)
        words = gettext("There is no English translation of this comment yet. It is shown in:")
        lines.append(tag("p", words, " ", name))
    if bulletin.expected_end and bulletin.position is not Position.WORKS:
        lines.append(expected_end(telling))
    since = moments.zoned(
        moments.moment(reading.since(bulletin), language=language), language=language
    )
    lines.append(tag("p", gettext("Since {moment}").format(moment=since)))
    return joined(*lines)


def expected_end(telling: Telling) -> Markup:
    """When it is expected to work again; the sentence of the overrun when that has passed."""
    bulletin, language = telling.bulletin, telling.language
    assert bulletin.expected_end is not None
    instant = short_instant(bulletin.expected_end)
    if reading.is_overrun(bulletin, at=telling.at):
        text = telling.text(bulletin.sentences.texts["overrun"])
        return tag("p", text, class_="over", data_expected=instant)
    moment = moments.moment(moments.before_midnight(bulletin.expected_end), language=language)
    words = telling.gettext("Expected to work again by {moment}").format(
        moment=moments.zoned(moment, language=language)
    )
    return tag("p", tag("time", words, datetime=instant), class_="end", data_expected=instant)


def scale(position: Position, telling: Telling) -> Markup:
    """The place among the three positions, as decoration: its words are no text of the page."""
    return joined(
        *(
            tag(
                "i",
                data_word=spoken.step_word(each, gettext=telling.gettext),
                class_="on" if each is position else None,
            )
            for each in Position
        )
    )


def meanwhile(telling: Telling) -> Markup:
    """What one can do while it lasts."""
    texts = [
        tag("p", telling.text(each.meanwhile), class_="text")
        for each in reading.open_interruptions(telling.bulletin)
        if any(text.strip() for text in each.meanwhile.values())
    ]
    if not texts:
        return tag("section", hidden=True, data_part="meanwhile")
    heading = tag("h2", telling.gettext("What you can do meanwhile"))
    return tag("section", heading, *texts, data_part="meanwhile")


def components(telling: Telling) -> Markup:
    """Each component with its position."""
    found = sorted(telling.bulletin.components, key=lambda each: (each.order, each.code))
    if not found:
        return tag("section", hidden=True, data_part="components")
    rows = [component_row(each, telling) for each in found]
    heading = tag("h2", telling.gettext("By component"))
    return tag("section", heading, tag("ul", *rows, class_="rows"), data_part="components")


def component_row(component: Component, telling: Telling) -> Markup:
    """Name, shape, word; since when, unless it works."""
    word = spoken.component_word(component, gettext=telling.gettext)
    state = tag(
        "span", icon(component.position, size=18), word, class_=f"state {component.position}"
    )
    row = tag("div", tag("span", telling.text(component.names)), state, class_="row")
    if component.position is Position.WORKS:
        return tag("li", row)
    since = moments.moment(component.since, language=telling.language)
    note = tag("p", telling.gettext("Since {moment}").format(moment=since), class_="meta")
    return tag("li", row, note)


def desk(telling: Telling) -> Markup:
    """How to reach the desk."""
    gettext, ways = telling.gettext, telling.bulletin.desk
    links = []
    if phone := ways.get("phone"):
        dialled = "".join(each for each in phone if each.isdigit() or each == "+")
        links.append(tag("a", phone, href=f"tel:{dialled}"))
    if mail := ways.get("mail"):
        links.append(tag("a", mail, href=f"mailto:{mail}"))
    if (url := ways.get("url", "")).startswith(("https://", "http://")):
        links.append(tag("a", gettext("Ask your question on the web"), href=url))
    if not links:
        return tag("section", hidden=True, data_part="desk")
    heading = tag("h2", gettext("Reach the help desk"))
    return tag("section", heading, tag("p", *links, class_="desk"), data_part="desk")


def foot(telling: Telling) -> Markup:
    """When it was published and last confirmed; the pause button; other forms of the same."""
    gettext, language = telling.gettext, telling.language
    moment = moments.zoned(
        moments.moment(telling.bulletin.published_at, language=language), language=language
    )
    links = [
        ("history.html", gettext("History"), None),
        ("feed.atom", "Atom", "application/atom+xml"),
        ("maintenance.ics", gettext("Calendar"), "text/calendar"),
        (f"{ROOT}status.json", "JSON", "application/json"),
        (f"{ROOT}v/{version_name(telling)}/{language}/{PAGE}",
         gettext("Permanent address of this version"), None),
    ]  # fmt: skip
    entries = [tag("li", tag("a", text, href=href, type=kind)) for href, text, kind in links]
    return tag(
        "footer",
        tag("p", gettext("Published on {moment}.").format(moment=moment), data_part="published"),
        tag("p", class_="confirmation"),
        tag("button", type="button", hidden=True),
        tag("ul", *entries, data_part="links"),
        class_="foot",
    )


def version_name(telling: Telling) -> str:
    """The directory of this version and edition."""
    version = telling.bulletin.version
    return f"{version}.{telling.edition}" if telling.edition else str(version)
