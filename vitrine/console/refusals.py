"""Why the console refuses something that the desk would not be asked."""

from vitrine.publication.refusals import SENTENCES, gettext_noop

OF_THE_CONSOLE: dict[str, str] = {
    "export-missing": gettext_noop("The console has no export of the application to work with."),
    "export-altered": gettext_noop("The export of the application has been altered: not used."),
    "export-stale": gettext_noop("The export of the application is too old: not used."),
    "export-future": gettext_noop("The export is dated in the future: check the clock."),
    "nothing-published": gettext_noop("Nothing was ever published: there is no state to change."),
    "wrong-password": gettext_noop("E-mail address, password or key is wrong."),
    "no-key": gettext_noop("No security key was used."),
    "wrong-host": gettext_noop("The key works only at the address of the console: open it there."),
    "no-usb-key": gettext_noop("There is no security key at a USB port of this machine."),
    "too-often": gettext_noop("Too many attempts. Wait a few minutes."),
    "elsewhere": gettext_noop("The console is not open to this address."),
    "https-only": gettext_noop("The console is opened with https."),
    "form-unreadable": gettext_noop("The form could not be read."),
    "no-time": gettext_noop("The expected end is no date and time."),
    "template-needs-end": gettext_noop("This comment needs an expected end."),
    "foreign-form": gettext_noop("The form came from another site."),
    "not-kept": gettext_noop("The change could not be written down: is the disk full?"),
    "not-public": gettext_noop("The change is kept, but it could not be published yet."),
}


class ConsoleRefused(Exception):
    """The console does not do it. `code` is a key of `OF_THE_CONSOLE`; `why` is for the log."""

    def __init__(self, code: str, *, why: str = "") -> None:
        super().__init__(f"{OF_THE_CONSOLE[code]} {why}".strip())
        self.code = code
        self.why = why


def sentence_of(code: str) -> str:
    """The English sentence of a refusal of the console, of a change or of a proof."""
    return OF_THE_CONSOLE.get(code) or SENTENCES.get(code) or code
