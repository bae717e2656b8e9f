"""The state at the terminal of the machine room, without database and without browser.

vitrine status show
vitrine status set core=interrupted photos=slowed.partial --comment fr=... --expected-end 14:30
vitrine status publish       what is decided and not public yet
vitrine status verify        whether the published chain is whole
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from getpass import getpass

from vitrine.console.deciding import STRANGER, Confirmation, Console, Done, shown
from vitrine.console.export import Knowledge
from vitrine.console.forms import COMMENT, FIELD, Fields, body_of, fields_of
from vitrine.console.frame import OLD, Reader
from vitrine.console.options import options_from
from vitrine.console.pages import keys_to_ask
from vitrine.console.refusals import ConsoleRefused, sentence_of
from vitrine.console.standing import Standing
from vitrine.console.usb_keys import AtTheTerminal, ask_key
from vitrine.publication import reading, verify_chain
from vitrine.publication.bulletin import Bulletin
from vitrine.publication.errors import PublicationError
from vitrine.publication.events import Change, Json, challenge_of
from vitrine.publication.moments import duration, local
from vitrine.publication.pages.spoken import component_word
from vitrine.publication.refusals import Refused
from vitrine.publication.words import LANGUAGES, said_in

AskKey = Callable[..., Json]
PLACE = "machine-room"
HERE = "machine-room"
"""What stands in the attempts where a browser has an address."""


def main(words: Sequence[str], *, console: Console | None = None) -> int:
    """Do what `words` say; the exit status. Raises nothing that a person could not read."""
    parser = argparse.ArgumentParser(prog="vitrine status", description=__doc__.split("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("show", help="what the public reads, and what the console knows")
    change = verbs.add_parser("set", help="change positions, with password and USB key")
    change.add_argument("positions", nargs="*", metavar="CODE=POSITION")
    change.add_argument("--comment", action="append", default=[], metavar="LANGUAGE=TEXT")
    change.add_argument("--template", default="", help="code of a comment template")
    change.add_argument("--expected-end", help="14:30, 2026-11-23T14:30 (Belgian time), or none")
    change.add_argument("--as", dest="email", help="your e-mail address")
    verbs.add_parser("publish", help="publish what is decided and not public yet")
    verify = verbs.add_parser("verify", help="check the chain of public changes")
    verify.add_argument("--allow-unsigned", action="store_true")
    wanted = parser.parse_args(list(words))
    console = console or Console(options_from())
    try:
        return VERBS[wanted.verb](console, wanted)
    except (Refused, ConsoleRefused) as refused:
        say(
            f"{reader(console).gettext(sentence_of(refused.code))} {refused_about(refused)}".strip()
        )
    except (PublicationError, OSError) as error:
        say(str(error))
    return 1


def refused_about(refused: Refused | ConsoleRefused) -> str:
    """What the refusal is about, in brackets; empty when it does not say."""
    about = refused.about if isinstance(refused, Refused) else refused.why
    return f"({about})" if about else ""


def say(text: str) -> None:
    """A line for the person at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def reader(console: Console) -> Reader:
    """Who reads: the language of the terminal, if we have it."""
    code = (os.environ.get("LC_ALL") or os.environ.get("LANG") or "en")[:2].lower()
    return Reader(language=code if code in LANGUAGES else "en", at=console.now())


def show(console: Console, _wanted: argparse.Namespace) -> int:
    """Positions, what is pending, and the age of the export."""
    knowledge, fault = known(console)
    state = console.standing(knowledge)
    tell(state, reader=reader(console))
    gettext = reader(console).gettext
    if fault:
        say(f"! {gettext(fault)}")
        return 1
    assert knowledge is not None
    age = console.now() - knowledge.written_at
    words = gettext("Editors and keys as of {moment} ({age} ago).").format(
        moment=reader(console).when(knowledge.written_at),
        age=duration(age, language=reader(console).language),
    )
    say(f"{'! ' if age > OLD else ''}{words}")
    return 0


def known(console: Console) -> tuple[Knowledge | None, str]:
    """The export, or None and the sentence that says why it is not used."""
    try:
        return console.knowledge(), ""
    except ConsoleRefused as refused:
        return None, sentence_of(refused.code)


def tell(state: Standing, *, reader: Reader) -> None:
    """The state in a few lines."""
    bulletin, gettext = state.bulletin, reader.gettext
    say(f"{bulletin.version}  {reading.sentence(bulletin, language=reader.language).text}")
    for each in bulletin.components:
        word = component_word(each, gettext=gettext)
        say(f"   {each.code:24} {word} · {said_in(each.names, reader.language).text}")
    if not state.is_public:
        say(f"! {gettext('The last change is decided but not public yet.')}")


def change(console: Console, wanted: argparse.Namespace, *, ask: AskKey = ask_key) -> int:
    """Show what will be public, ask for password and key, publish."""
    knowledge = console.knowledge()
    state = console.standing(knowledge)
    gettext = reader(console).gettext
    fields = asked_fields(wanted, bulletin=state.bulletin, console=console)
    body = body_of(fields, bulletin=state.bulletin, knowledge=knowledge)
    email = wanted.email or input(f"{gettext('Your e-mail address')}: ")
    editor = knowledge.editor(email)
    actor = editor.actor if editor else STRANGER
    made = console.prepare("position", body=body, actor=actor, from_version=state.bulletin.version)
    preview(console, change=made)
    password = getpass(f"{gettext('Your password')}: ")
    # Again, as the reading took time: what is signed is dated when it is signed.
    made = console.prepare("position", body=body, actor=actor, from_version=state.bulletin.version)
    options = console.options
    answer = ask(
        challenge_of(shown(made)),
        keys=keys_to_ask(editor, stand_ins=()),
        rp_id=options.rp_id,
        interaction=AtTheTerminal(
            touch=gettext("Touch your key now."), pin=gettext("PIN of your key:")
        ),
    )
    done = console.confirm(
        Confirmation(
            change=shown(made),
            password=password,
            answer=answer,
            origins=[f"https://{options.rp_id}"],
            address=HERE,
            place=PLACE,
        )
    )
    return told(done, console=console)


def asked_fields(wanted: argparse.Namespace, *, bulletin: Bulletin, console: Console) -> Fields:
    """What the command line says, as the fields of the form. Raises ConsoleRefused."""
    values = dict(fields_of(bulletin).values)
    codes = {each.code for each in bulletin.components}
    for word in wanted.positions:
        code, _, position = word.partition("=")
        if code not in codes:
            raise Refused("unknown-component", about=code)
        values[FIELD + code] = position
    for word in wanted.comment:
        language, _, text = word.partition("=")
        values[COMMENT + language] = text
    if wanted.expected_end is not None:
        values["expected_end"] = instant_text(wanted.expected_end, console=console)
    return Fields(values={**values, "template": wanted.template})


def instant_text(text: str, *, console: Console) -> str:
    """`14:30` as the next half past two; `none` as nothing; others as they are."""
    if text == "none":
        return ""
    if len(text) != len("14:30"):
        return text
    at = local(console.now())
    day = at.date() if text > at.strftime("%H:%M") else at.date() + timedelta(days=1)
    return f"{day}T{text}"


def preview(console: Console, *, change: Change) -> None:
    """What the public will read."""
    after = console.outcome(change)
    gettext = reader(console).gettext
    say(f"\n{gettext('This will be public')}:")
    for language in LANGUAGES:
        comment = after.comments.get(language, "")
        say(f"   {language}  {reading.sentence(after, language=language).text} {comment}".rstrip())
    for each in after.components:
        say(f"   {each.code:24} {component_word(each, gettext=gettext)}")
    if after.expected_end:
        when = reader(console).when(after.expected_end)
        say(f"   {gettext('Expected to work again by {moment}').format(moment=when)}")
    say("")


def told(done: Done, *, console: Console) -> int:
    """Say what became of a change; 1 when it is not public yet."""
    gettext = reader(console).gettext
    if done.published is None or done.problem:
        say(f"! {gettext(sentence_of('not-public'))} {done.problem}")
        return 1
    say(
        gettext("Version {version} is public, in {milliseconds} ms.").format(
            version=done.published.version, milliseconds=round(done.published.milliseconds)
        )
    )
    return 0


def publish(console: Console, _wanted: argparse.Namespace) -> int:
    """Publish what is decided and not public yet."""
    published = console.publish_again()
    gettext = reader(console).gettext
    if published is None:
        say(gettext("Everything that is decided is public."))
        return 0
    say(
        gettext("Version {version} is public, in {milliseconds} ms.").format(
            version=published.version, milliseconds=round(published.milliseconds)
        )
    )
    return 0


def verify(console: Console, wanted: argparse.Namespace) -> int:
    """Check the published chain with the program that an outsider would use."""
    words = [str(console.options.site.directory)]
    if console.options.rp_id:
        words += ["--rp-id", console.options.rp_id]
    if wanted.allow_unsigned:
        words.append("--allow-unsigned")
    return verify_chain.main(words)


VERBS: dict[str, Callable[[Console, argparse.Namespace], int]] = {
    "show": show,
    "set": change,
    "publish": publish,
    "verify": verify,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
