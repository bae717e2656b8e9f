"""The page of one interruption: what was said when, how long it lasted, what was learnt."""

from vitrine.publication import moments
from vitrine.publication.addresses import interruption_page
from vitrine.publication.bulletin import Interruption, Position, Update
from vitrine.publication.pages import spoken
from vitrine.publication.pages.frame import Telling, plain_page
from vitrine.publication.pages.history import lasted, names_of
from vitrine.publication.pages.markup import Markup, joined, tag


def title_of(interruption: Interruption, telling: Telling) -> str:
    """Its worst position and its components."""
    word = spoken.step_word(interruption.worst, gettext=telling.gettext)
    names = names_of(interruption.components, telling)
    return f"{word}: {names}" if names else word


def incident_page(interruption: Interruption, telling: Telling) -> bytes:
    """`interruption/CODE.html` of a language; it names no version: it changes when it changes."""
    gettext = telling.gettext
    title = title_of(interruption, telling)
    updates = sorted(interruption.updates, key=lambda each: each.at, reverse=True)
    history = tag("a", gettext("History"), href="../history.html")
    main = joined(
        tag("h2", title),
        tag("p", lasted(interruption, telling), class_="meta"),
        section(gettext("What was learnt"), telling.text(interruption.review)),
        section(gettext("What you can do meanwhile"), telling.text(interruption.meanwhile))
        if interruption.ended_at is None
        else None,
        tag("h2", gettext("What was said")) if updates else None,
        tag("ol", *(update_row(each, telling) for each in updates), class_="line"),
        tag("p", history),
    )
    page = interruption_page(interruption.code)
    return plain_page(telling, title=title, page=page, root="../../", main=main)


def section(heading: str, text: Markup) -> Markup | None:
    """A heading with its text; None when there is none."""
    return joined(tag("h2", heading), tag("p", text, class_="text")) if text else None


def update_row(update: Update, telling: Telling) -> Markup:
    """One line of the timeline."""
    gettext, language = telling.gettext, telling.language
    moment = moments.moment(update.at, language=language)
    phase = spoken.phase_word(update.phase, gettext=gettext)
    position = spoken.step_word(update.position, gettext=gettext)
    words = phase if update.position is Position.WORKS else f"{phase} · {position}"
    comment = telling.text(update.comments)
    return tag(
        "li",
        tag("h3", words),
        tag("p", comment, class_="text") if comment else None,
        tag("p", tag("time", moment, datetime=update.at.isoformat()), class_="meta"),
        class_=update.position.value,
    )
