"""The emergency console as a WSGI application: any server runs it, none of Django is needed.

No cookie and no session: what is shown is sent back and signed by the key, so that there is
nothing to steal and nothing to lose when the console is restarted between two clicks.
"""

import hmac
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from vitrine.console import pages
from vitrine.console.deciding import STRANGER, Confirmation, Console, shown
from vitrine.console.export import Knowledge
from vitrine.console.forms import Fields, body_of, fields_in, fields_of
from vitrine.console.frame import Answer, Reader, notice, page, refused
from vitrine.console.options import Options, options_from
from vitrine.console.refusals import ConsoleRefused, sentence_of
from vitrine.publication.errors import PublicationError
from vitrine.publication.proof import encode_bytes
from vitrine.publication.refusals import Refused
from vitrine.publication.words import LANGUAGES

log = logging.getLogger(__name__)

Environ = dict[str, Any]
STATIC = Path(__file__).resolve().parent / "static"
FILES = {"/console.css": "text/css", "/console.js": "text/javascript"}
MOST_BYTES = 64 * 1024
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    # `no-referrer` would make browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "publickey-credentials-get=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
}
STATUSES = {
    "stale-version": "409 Conflict",
    "too-often": "429 Too Many Requests",
    "elsewhere": "403 Forbidden",
    "foreign-form": "403 Forbidden",
    "https-only": "403 Forbidden",
    "form-unreadable": "400 Bad Request",
    "nothing-published": "503 Service Unavailable",
    "export-missing": "503 Service Unavailable",
    "export-altered": "503 Service Unavailable",
    "export-stale": "503 Service Unavailable",
    "export-future": "503 Service Unavailable",
    "not-kept": "503 Service Unavailable",
}
"""Of a refusal; others are 422."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked, by whom, from where."""

    method: str
    path: str
    reader: Reader
    address: str
    origin: str
    """Of the page itself, as the browser names it."""
    fields: Fields


class Application:
    """Answers requests; holds nothing between two of them."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.options: Options = console.options

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request, as PEP 3333 wants it."""
        answer = self.answered(environ)
        headers = {**HEADERS, **answer.headers, "Content-Length": str(len(answer.body))}
        if self.options.is_production:
            headers["Strict-Transport-Security"] = "max-age=63072000"
        start_response(answer.status, list(headers.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def answered(self, environ: Environ) -> Answer:
        """The answer to a request, whatever goes wrong."""
        reader = Reader(language=language_of(environ), at=self.console.now())
        try:
            self.check_admitted(environ)
            return self.routed(environ, reader=reader)
        except (Refused, ConsoleRefused) as error:
            status = STATUSES.get(error.code, "422 Unprocessable Content")
            return refused(reader, sentence=sentence_of(error.code), status=status)
        except Exception:
            # A page instead of a stack: the reason is in the log, the person tries again.
            log.exception("The console could not answer %s", environ.get("PATH_INFO"))
            sentence = reader.gettext("The console has failed. What was public stays public.")
            return refused(reader, sentence=sentence, status="500 Internal Server Error")

    def check_admitted(self, environ: Environ) -> None:
        """Check from where and how the console was asked. Raises ConsoleRefused."""
        if not self.options.admits(address_of(environ, options=self.options)):
            raise ConsoleRefused("elsewhere")
        if self.options.is_production and scheme_of(environ, options=self.options) != "https":
            raise ConsoleRefused("https-only")

    def routed(self, environ: Environ, *, reader: Reader) -> Answer:
        """The answer of the page that was asked for."""
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/")
        if path in FILES:
            return Answer(
                status="200 OK",
                body=(STATIC / path[1:]).read_bytes(),
                headers={"Content-Type": f"{FILES[path]}; charset=utf-8"},
            )
        if path == "/":
            place = {"Location": f"/{reader.language}/", "Content-Type": "text/plain"}
            return Answer(status="303 See Other", body=b"", headers=place)
        name = path.removeprefix(f"/{reader.language}/")
        wanted = "POST" if name else "GET"
        if name not in VIEWS or not path.startswith(f"/{reader.language}/"):
            sentence = reader.gettext("There is no such page.")
            return refused(reader, sentence=sentence, status="404 Not Found")
        if method != wanted and (method, wanted) != ("HEAD", "GET"):
            sentence = reader.gettext("Begin again from the state.")
            return refused(reader, sentence=sentence, status="405 Method Not Allowed")
        origin = f"{scheme_of(environ, options=self.options)}://{environ.get('HTTP_HOST', '')}"
        if wanted == "POST":
            self.check_own_form(environ, origin=origin)
        request = Request(
            method=method,
            path=path,
            reader=reader,
            address=address_of(environ, options=self.options),
            origin=origin,
            fields=fields_in(body_in(environ)) if wanted == "POST" else Fields(),
        )
        return VIEWS[name](self, request)

    def check_own_form(self, environ: Environ, *, origin: str) -> None:
        """Check that a form was sent by one of our own pages. Raises ConsoleRefused."""
        if environ.get("HTTP_ORIGIN", "") not in self.origins(origin):
            raise ConsoleRefused("foreign-form")

    def origins(self, origin: str) -> tuple[str, ...]:
        """Where a key may be used: as it is set up; in development the address asked for."""
        return self.options.origins or (origin,)

    # -------------------------------------------------------------- pages

    def show(self, request: Request) -> Answer:
        """`/fr/`: the state and the form."""
        knowledge = self.console.knowledge()
        state = self.console.standing(knowledge)
        fields = fields_of(state.bulletin)
        return pages.form_page(request.reader, state=state, knowledge=knowledge, fields=fields)

    def review(self, request: Request) -> Answer:
        """`/fr/review`: exactly what will be public; the form again when that may not be."""
        knowledge = self.console.knowledge()
        state = self.console.standing(knowledge)
        fields = request.fields
        editor = knowledge.editor(fields["email"])
        try:
            body = body_of(fields, bulletin=state.bulletin, knowledge=knowledge)
            version = fields["version"]
            change = self.console.prepare(
                "position",
                body=body,
                actor=editor.actor if editor else STRANGER,
                from_version=int(version) if version.isdecimal() else 0,
            )
            after = self.console.outcome(change)
        except (Refused, ConsoleRefused) as error:
            return pages.form_page(
                request.reader,
                state=state,
                knowledge=knowledge,
                fields=fields,
                fault=request.reader.gettext(sentence_of(error.code)),
                status=STATUSES.get(error.code, "422 Unprocessable Content"),
            )
        ask = pages.keys_to_ask(editor, stand_ins=stand_ins(fields["email"], knowledge=knowledge))
        return pages.review_page(
            request.reader,
            before=state.bulletin,
            after=after,
            keys=ask,
            rp_id=self.options.rp_id,
            change=shown(change),
            email=fields["email"],
        )

    def publish(self, request: Request) -> Answer:
        """`/fr/publication`: public, with password and key."""
        fields = request.fields
        names = ("credential_id", "client_data", "authenticator_data", "signature")
        try:
            change = json.loads(fields["change"])
        except (ValueError, RecursionError):
            raise ConsoleRefused("form-unreadable") from None
        asked = Confirmation(
            change=change,
            password=fields["password"],
            answer={name: fields[name] for name in names},
            problem=fields["problem"],
            origins=self.origins(request.origin),
            address=request.address,
        )
        done = self.console.confirm(asked)
        return pages.done_page(request.reader, done=done, url=self.options.site.url)

    def publish_again(self, request: Request) -> Answer:
        """`/fr/publication-again`: what is decided already, once more."""
        try:
            published = self.console.publish_again()
        except (PublicationError, OSError) as error:
            log.warning("Not published again: %s", error)
            raise ConsoleRefused("not-public", why=str(error)) from error
        gettext = request.reader.gettext
        words = gettext("Everything that is decided is public.")
        if published:
            words = gettext("Version {version} is public, in {milliseconds} ms.").format(
                version=published.version, milliseconds=round(published.milliseconds)
            )
        return page(request.reader, notice(words, role="status"))


VIEWS: dict[str, Callable[[Application, Request], Answer]] = {
    "": Application.show,
    "review": Application.review,
    "publication": Application.publish,
    "publication-again": Application.publish_again,
}


def language_of(environ: Environ) -> str:
    """The language of the address, else the first one of the browser that we have, else French."""
    first = environ.get("PATH_INFO", "/").strip("/").split("/")[0]
    if first in LANGUAGES:
        return str(first)
    for part in environ.get("HTTP_ACCEPT_LANGUAGE", "").split(","):
        code = part.split(";")[0].split("-")[0].strip().lower()
        if code in LANGUAGES:
            return str(code)
    return LANGUAGES[0]


def address_of(environ: Environ, *, options: Options) -> str:
    """The IP address that asks; what our proxy saw when there is one."""
    if options.is_behind_proxy:
        return str(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip())
    return str(environ.get("REMOTE_ADDR", ""))


def scheme_of(environ: Environ, *, options: Options) -> str:
    """`https` or `http`, as the browser sees it."""
    if options.is_behind_proxy:
        return str(environ.get("HTTP_X_FORWARDED_PROTO", "http"))
    return str(environ.get("wsgi.url_scheme", "http"))


def body_in(environ: Environ) -> bytes:
    """The body of a form. Raises ConsoleRefused for one that is too long or of another kind."""
    kind = environ.get("CONTENT_TYPE", "").split(";")[0].strip().lower()
    length = environ.get("CONTENT_LENGTH") or "0"
    if kind != "application/x-www-form-urlencoded" or not length.isdecimal():
        raise ConsoleRefused("form-unreadable")
    if int(length) > MOST_BYTES:
        raise ConsoleRefused("form-unreadable", why="too long")
    return bytes(environ["wsgi.input"].read(int(length)))


def stand_ins(email: str, *, knowledge: Knowledge) -> list[str]:
    """Two ids that look like keys, always the same for an address that nobody has.

    Who asks for addresses learns not which of them are of editors.
    """
    secret = sha256("".join(each.password for each in knowledge.editors).encode()).digest()
    made = [hmac.digest(secret, f"{number}{email}".encode(), "sha384") for number in range(2)]
    return [encode_bytes(each) for each in made]


def application_from() -> Application:
    """The console that the environment describes."""
    options = options_from()
    if options.is_production and urlsplit(options.origins[0]).scheme != "https":
        raise ValueError("VITRINE_CONSOLE_ORIGINS must begin with https://")
    return Application(Console(options))
