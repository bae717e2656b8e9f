"""The three pages of the console: choose, check and confirm, done."""

import json
from collections.abc import Sequence

from vitrine.console.deciding import Done
from vitrine.console.export import Editor, Knowledge, Template
from vitrine.console.forms import COMMENT, FIELD, Fields
from vitrine.console.frame import Answer, Reader, age, notice, page
from vitrine.console.refusals import sentence_of
from vitrine.console.standing import Standing
from vitrine.publication import reading
from vitrine.publication.bulletin import Bulletin, Component, Phase, Position, SubReason
from vitrine.publication.events import Json, challenge_of
from vitrine.publication.pages.icons import icon
from vitrine.publication.pages.markup import Markup, joined, tag
from vitrine.publication.pages.spoken import component_word, phase_word, position_word
from vitrine.publication.proof import encode_bytes
from vitrine.publication.words import LANGUAGES, OWN_NAMES, said_in

CHOICES = (
    (Position.WORKS, SubReason.NONE),
    (Position.SLOWED, SubReason.SLOW),
    (Position.SLOWED, SubReason.PARTIAL),
    (Position.INTERRUPTED, SubReason.NONE),
)
TIMEOUT_MS = 60_000


# ------------------------------------------------------------------ choose


def form_page(
    reader: Reader,
    *,
    state: Standing,
    knowledge: Knowledge,
    fields: Fields,
    fault: str = "",
    status: str = "200 OK",
) -> Answer:
    """The state as it is, and the form to change it. `fault`: why the last try was refused."""
    gettext, bulletin = reader.gettext, state.bulletin
    form = tag(
        "form",
        tag("input", type="hidden", name="version", value=str(bulletin.version)),
        tag(
            "section",
            tag("h2", gettext("Positions")),
            *(position_field(reader, each, fields=fields) for each in bulletin.components),
        ),
        telling_fields(reader, bulletin=bulletin, knowledge=knowledge, fields=fields),
        tag(
            "label",
            gettext("Your e-mail address"),
            tag(
                "input",
                type="email",
                name="email",
                value=fields["email"],
                required=True,
                autocomplete="username",
            ),
        ),
        tag("button", gettext("Check what will be public"), type="submit"),
        method="post",
        action=f"/{reader.language}/review",
    )
    return page(
        reader,
        notice(tag("p", fault), tone="bad", role="alert") if fault else None,
        present(reader, state=state),
        form,
        age(reader, written_at=knowledge.written_at),
        status=status,
    )


def present(reader: Reader, *, state: Standing) -> Markup:
    """What the public reads, and what it does not read yet."""
    gettext, bulletin = reader.gettext, state.bulletin
    said = reading.sentence(bulletin, language=reader.language)
    since = gettext("Since {moment}").format(moment=reader.when(reading.since(bulletin)))
    pending = None
    if not state.is_public:
        pending = tag(
            "form",
            tag("p", gettext("The last change is decided but not public yet.")),
            tag("button", gettext("Publish it again"), type="submit"),
            method="post",
            action=f"/{reader.language}/publication-again",
            class_="notice warn",
        )
    return joined(
        tag(
            "section",
            icon(bulletin.position, size=32),
            tag("p", said.text, class_="says", lang=said.language),
            tag("p", since, class_="meta"),
            class_=f"now {bulletin.position}",
        ),
        pending,
    )


def position_field(reader: Reader, component: Component, *, fields: Fields) -> Markup:
    """The four choices for a component, each with its shape and its word."""
    name = FIELD + component.code
    choices = [
        tag(
            "label",
            tag(
                "input",
                type="radio",
                name=name,
                value=f"{position}.{reason}".rstrip("."),
                checked=fields[name] == f"{position}.{reason}".rstrip("."),
            ),
            icon(position, size=20),
            tag("span", position_word(position, reason, gettext=reader.gettext)),
            class_=f"choice {position}",
        )
        for position, reason in CHOICES
    ]
    called = said_in(component.names, reader.language)
    return tag("fieldset", tag("legend", called.text, lang=called.language), *choices)


def telling_fields(
    reader: Reader, *, bulletin: Bulletin, knowledge: Knowledge, fields: Fields
) -> Markup:
    """Comment, expected end, and how far the repair is."""
    gettext = reader.gettext
    return tag(
        "section",
        tag("h2", gettext("What is said about it")),
        template_field(reader, templates=knowledge.templates, fields=fields),
        tag(
            "details",
            tag("summary", gettext("Own words, at most 280 characters")),
            *(comment_field(code, fields=fields) for code in LANGUAGES),
            open=any(fields[COMMENT + code] for code in LANGUAGES),
        ),
        tag(
            "label",
            gettext("Expected end (Belgian time)"),
            tag("input", type="datetime-local", name="expected_end", value=fields["expected_end"]),
        ),
        phase_field(reader, fields=fields) if reading.open_interruptions(bulletin) else None,
    )


def template_field(reader: Reader, *, templates: Sequence[Template], fields: Fields) -> Markup:
    """A comment in four languages in one choice."""
    gettext = reader.gettext
    options = [tag("option", gettext("No template: own words or nothing"), value="")]
    for each in templates:
        said = said_in(each.texts, reader.language)
        is_chosen = fields["template"] == each.code
        options.append(
            tag("option", said.text, value=each.code, selected=is_chosen, lang=said.language)
        )
    return tag("label", gettext("Comment"), tag("select", *options, name="template"))


def comment_field(code: str, *, fields: Fields) -> Markup:
    """The comment in one language."""
    text = tag(
        "textarea",
        fields[COMMENT + code],
        name=COMMENT + code,
        rows="3",
        maxlength="280",
        lang=code,
    )
    return tag("label", tag("span", OWN_NAMES[code], lang=code), text)


def phase_field(reader: Reader, *, fields: Fields) -> Markup:
    """How far the repair is."""
    gettext = reader.gettext
    options = [tag("option", gettext("As it stands"), value="")] + [
        tag(
            "option",
            phase_word(each, gettext=gettext),
            value=each.value,
            selected=fields["phase"] == each,
        )
        for each in Phase
        if each is not Phase.RESOLVED
    ]
    return tag("label", gettext("How far is it?"), tag("select", *options, name="phase"))


# ------------------------------------------------------------------ check and confirm


def review_page(
    reader: Reader,
    *,
    before: Bulletin,
    after: Bulletin,
    keys: Sequence[str],
    rp_id: str,
    change: Json,
    email: str,
) -> Answer:
    """Exactly what will be public, then password and key.

    keys    credential ids that may answer
    change  `Change` as a dictionary: what the key signs
    """
    gettext = reader.gettext
    options = {
        "challenge": encode_bytes(challenge_of(change)),
        "rpId": rp_id,
        "timeout": TIMEOUT_MS,
        "userVerification": "required",
        "allowCredentials": list(keys),
    }
    return page(
        reader,
        tag("h2", gettext("This will be public")),
        outcome(reader, before=before, after=after),
        tag(
            "noscript",
            notice(tag("p", gettext("The key needs JavaScript in this browser.")), tone="warn"),
        ),
        confirmation_form(reader, change=change, options=options, email=email),
        title=gettext("This will be public"),
        script=True,
    )


def confirmation_form(reader: Reader, *, change: Json, options: Json, email: str) -> Markup:
    """Password and key; the script asks the key when the form is sent."""
    gettext = reader.gettext
    answer_fields = ("credential_id", "client_data", "authenticator_data", "signature")
    password = tag("input", type="password", name="password", required=True, autofocus=True,
                   autocomplete="current-password")  # fmt: skip
    says = {"data_touch": gettext("Touch your key now."),
            "data_failed": gettext("The key has not answered. Try again."),
            "data_elsewhere": gettext(sentence_of("wrong-host"))}  # fmt: skip
    return tag(
        "form",
        tag("input", type="hidden", name="change", value=json.dumps(change)),
        *(tag("input", type="hidden", name=name, value="") for name in answer_fields),
        # For password managers; what counts is in the change.
        tag("input", type="email", value=email, autocomplete="username", hidden=True),
        tag("label", gettext("Your password"), password),
        tag("p", role="status", class_="wait", **says),
        tag("button", gettext("Confirm with your key and publish"), type="submit"),
        tag("a", gettext("Change it"), href=f"/{reader.language}/"),
        method="post",
        action=f"/{reader.language}/publication",
        data_key=json.dumps(options),
    )


def outcome(reader: Reader, *, before: Bulletin, after: Bulletin) -> Markup:
    """The sentence, each component that moves, the comment in each language, the expected end."""
    gettext = reader.gettext
    said = reading.sentence(after, language=reader.language)
    rows = [
        moved_row(reader, before=was, after=now)
        for was, now in zip(before.components, after.components, strict=True)
        if (was.position, was.sub_reason) != (now.position, now.sub_reason)
    ]
    missing = [code for code in LANGUAGES if after.comments and code not in after.comments]
    names = ", ".join(OWN_NAMES[code] for code in missing)
    end = after.expected_end
    return joined(
        tag(
            "section",
            icon(after.position, size=32),
            tag("p", said.text, class_="says", lang=said.language),
            class_=f"now {after.position}",
        ),
        tag("ul", *rows, class_="rows") if rows else None,
        tag("dl", *comment_rows(after)) if after.comments else None,
        notice(
            tag("p", gettext("Without a comment in: {languages}.").format(languages=names)),
            tone="warn",
        )
        if missing
        else None,
        tag("p", gettext("Expected to work again by {moment}").format(moment=reader.when(end)))
        if end
        else None,
    )


def moved_row(reader: Reader, *, before: Component, after: Component) -> Markup:
    """A component: where it was, where it will be."""
    gettext = reader.gettext
    called = said_in(after.names, reader.language)
    return tag(
        "li",
        tag("b", called.text, lang=called.language),
        tag("span", component_word(before, gettext=gettext), class_="was"),
        tag(
            "span",
            icon(after.position, size=20),
            component_word(after, gettext=gettext),
            class_=f"state {after.position}",
        ),
    )


def comment_rows(bulletin: Bulletin) -> list[Markup]:
    """The comment in each language that has one."""
    return [
        joined(
            tag("dt", OWN_NAMES[code], lang=code),
            tag("dd", bulletin.comments[code], lang=code),
        )
        for code in LANGUAGES
        if code in bulletin.comments
    ]


def keys_to_ask(editor: Editor | None, *, stand_ins: Sequence[str]) -> list[str]:
    """The keys that may answer; for a stranger some that look like keys."""
    if editor is None:
        return list(stand_ins)
    return [key.credential_id for key in editor.keys if not key.revoked]


# ------------------------------------------------------------------ done


def done_page(reader: Reader, *, done: Done, url: str) -> Answer:
    """Public in so many milliseconds, or why not yet."""
    gettext = reader.gettext
    back = tag("p", tag("a", gettext("Back to the state"), href=f"/{reader.language}/"))
    published = done.published
    if published is None or done.problem:
        again = tag(
            "form",
            tag("button", gettext("Publish it again"), type="submit"),
            method="post",
            action=f"/{reader.language}/publication-again",
        )
        words = gettext("The change is kept, but it could not be published yet.")
        sight = notice(tag("p", words), tag("p", done.problem), again, tone="bad", role="alert")
        return page(reader, sight, back, status="503 Service Unavailable")
    words = gettext("Version {version} is public, in {milliseconds} ms.").format(
        version=published.version, milliseconds=round(published.milliseconds)
    )
    link = tag("p", tag("a", gettext("See the public page"), href=url)) if url else None
    said = outcome(reader, before=done.bulletin, after=done.bulletin)
    sight = notice(tag("p", words, class_="says"), role="status")
    return page(reader, sight, said, link, back, title=gettext("Public"))
