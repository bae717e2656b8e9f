"""The pages of the emergency console, asked as a server asks them."""

import json
import re
from html import unescape
from io import BytesIO
from urllib.parse import urlencode

import pytest

from tests.console_rooms import ORIGIN, PASSWORD, Room
from tests.public_state import BEGIN, signed_event
from vitrine.console.application import Application, stand_ins
from vitrine.publication import current, publish
from vitrine.publication.proof import decode_bytes
from vitrine.publication.replay import apply

FORM = {
    "email": "ana@centre.example",
    "position-core": "interrupted",
    "position-photos": "works",
    "version": "1",
}


@pytest.fixture
def room(tmp_path):
    return Room(tmp_path)


class Page:
    """An answer."""

    def __init__(self, status, headers, body):
        self.status, self.headers = int(status.split()[0]), dict(headers)
        self.text = body.decode()

    def hidden(self, name):
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        return unescape(found[1])

    def key(self):
        return json.loads(unescape(re.search(r'data-key="([^"]*)"', self.text)[1]))


def ask(room, path, fields=None, *, application=None, **environ):
    body = urlencode(fields or {}).encode()
    told = []
    asked = {
        "REQUEST_METHOD": "GET" if fields is None else "POST",
        "PATH_INFO": path,
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_ORIGIN": ORIGIN,
        "wsgi.url_scheme": "http",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        **environ,
    }
    application = application or Application(room.console)
    parts = application(asked, lambda status, headers: told.extend([status, headers]))
    return Page(*told, b"".join(parts))


def confirm(room, review, *, password=PASSWORD, key=None, **altered):
    change = json.loads(review.hidden("change"))
    answer = (key or room.ana).sign(change)
    fields = {"change": json.dumps(change | altered), "password": password, **answer}
    return ask(room, "/fr/publication", fields)


def test_a_position_is_public_after_three_actions(room):
    assert "fonctionne" in ask(room, "/fr/").text or "works fr" in ask(room, "/fr/").text
    review = ask(room, "/fr/review", FORM | {"comment-fr": "Panne", "comment-nl": "Panne"})
    assert review.status == 200
    assert review.key()["allowCredentials"] == [
        room.ana.enrolled().credential_id,
        room.spare.enrolled().credential_id,
    ]
    assert review.key()["userVerification"] == "required"
    assert "Deutsch" in review.text  # a comment is missing there: said, and no obstacle

    done = confirm(room, review)

    assert done.status == 200
    assert re.search(r"\d+ ms", done.text)
    public = current(room.options.site.directory)
    assert (public.position, public.comments) == ("interrupted", {"fr": "Panne", "nl": "Panne"})


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
def test_each_page_says_its_language_and_names_no_foreign_origin(room, language):
    for page in (ask(room, f"/{language}/"), ask(room, f"/{language}/review", FORM)):
        assert f'<html lang="{language}">' in page.text
        assert "http://" not in page.text.replace(ORIGIN, "")
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert page.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in page.headers
        assert "style=" not in page.text


def test_the_root_goes_to_the_language_of_the_browser(room):
    page = ask(room, "/", HTTP_ACCEPT_LANGUAGE="es,de-BE;q=0.9,fr;q=0.8")
    assert (page.status, page.headers["Location"]) == (303, "/de/")


def test_a_template_says_it_in_four_languages_in_one_choice(room):
    form = FORM | {"template": "back", "expected_end": "2026-11-23T14:30"}
    confirm(room, ask(room, "/de/review", form))
    public = current(room.options.site.directory)
    assert public.comments["fr"] == "Back at 14\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30 fr"
    assert public.comments["en"] == "Back at 14:30 en"
    assert public.expected_end.isoformat() == "2026-11-23T13:30:00+00:00"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"template": "back"}, 422),  # it needs an expected end
        ({"expected_end": "2026-11-23T08:00"}, 422),  # in the past
        ({"expected_end": "soon"}, 422),
        ({"position-core": "slowed"}, 422),
        ({"position-core": "on fire"}, 422),
        ({"comment-de": "ß" * 281}, 422),
        ({"version": "0"}, 409),
        ({"version": "x"}, 409),
        ({"phase": "resolved"}, 422),
    ],
)
def test_what_may_not_be_comes_back_with_the_reason_and_what_was_typed(room, fields, status):
    page = ask(room, "/fr/review", FORM | {"comment-fr": "Bonjour"} | fields)
    assert page.status == status
    assert 'role="alert"' in page.text
    assert "Bonjour" in page.text
    assert 'value="ana@centre.example"' in page.text


def test_nothing_is_prepared_when_nothing_would_change(room):
    assert ask(room, "/fr/review", FORM | {"position-core": "works"}).status == 422


def test_a_comment_is_text_and_never_markup(room):
    page = ask(room, "/fr/review", FORM | {"comment-fr": "<script>alert(1)</script>"})
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


def test_an_altered_change_a_wrong_password_and_a_replay_are_refused(room):
    review = ask(room, "/fr/review", FORM)
    assert confirm(room, review, password="guess").status == 422
    assert confirm(room, review, body={"components": {}}).status == 422
    assert current(room.options.site.directory).version == 1
    assert confirm(room, review).status == 200
    assert confirm(room, review).status == 409


def test_a_colleague_at_the_desk_who_was_quicker_is_told(room):
    review = ask(room, "/fr/review", FORM)
    body = {"components": {"photos": {"position": "slowed", "sub_reason": "slow"}}}
    event = signed_event(room.bulletin, body, key=room.bert, at=room.at)
    publish(apply(room.bulletin, event), at=room.at, event=event, site=room.options.site)
    assert confirm(room, review).status == 409


def test_forms_of_other_sites_other_networks_and_plain_http_are_refused(room, tmp_path):
    for origin in ("https://evil.example", "null", "", "http://localhost.example"):
        assert ask(room, "/fr/review", FORM, HTTP_ORIGIN=origin).status == 403
    assert ask(room, "/fr/", REMOTE_ADDR="192.0.2.7").status == 403
    assert ask(room, "/fr/", REMOTE_ADDR="").status == 403
    assert ask(room, "/fr/", REMOTE_ADDR="::ffff:127.0.0.1").status == 200
    production = Room(
        tmp_path / "production",
        VITRINE_PRODUCTION="1",
        VITRINE_STATUS_RP_ID="status.register.example",
        VITRINE_CONSOLE_ADDRESSES="10.1.0.0/16",
        VITRINE_CONSOLE_BEHIND_PROXY="1",
    )
    near = {"HTTP_X_FORWARDED_FOR": "6.6.6.6, 10.1.2.3"}
    assert ask(production, "/fr/", **near).status == 403  # not https
    secure = near | {"HTTP_X_FORWARDED_PROTO": "https"}
    page = ask(production, "/fr/", **secure)
    assert page.status == 200
    assert "Strict-Transport-Security" in page.headers
    spoofed = secure | {"HTTP_X_FORWARDED_FOR": "10.1.2.3, 6.6.6.6"}
    assert ask(production, "/fr/", **spoofed).status == 403


def test_production_refuses_the_key_that_browsers_play(tmp_path):
    room = Room(
        tmp_path,
        VITRINE_PRODUCTION="1",
        VITRINE_STATUS_RP_ID="localhost",
        VITRINE_CONSOLE_ORIGINS=ORIGIN,
        VITRINE_STATUS_KEY_MODELS="01020304-0506-0708-0102-030405060708",
    )
    environ = {"wsgi.url_scheme": "https"}
    review = ask(room, "/fr/review", FORM, **environ)
    change = json.loads(review.hidden("change"))
    fields = {"change": json.dumps(change), "password": PASSWORD, **room.ana.sign(change)}
    page = ask(room, "/en/publication", fields, **environ)
    assert page.status == 422
    assert "model" in page.text
    assert current(room.options.site.directory).version == 1


def test_nobody_learns_which_addresses_are_of_editors(room):
    page = ask(room, "/fr/review", FORM | {"email": "eve@elsewhere.example"})
    assert page.status == 200
    again = ask(room, "/fr/review", FORM | {"email": "eve@elsewhere.example"})
    assert page.key()["allowCredentials"] == again.key()["allowCredentials"]
    made = stand_ins("eve@elsewhere.example", knowledge=room.console.knowledge())
    assert all(len(decode_bytes(each)) == 48 for each in made)


@pytest.mark.parametrize(
    ("path", "fields", "environ", "status"),
    [
        ("/fr/nowhere", None, {}, 404),
        ("/xx/", None, {}, 404),
        ("/fr/publication", None, {}, 405),
        ("/fr/", FORM, {}, 405),
        ("/fr/publication", {"change": "{"}, {}, 400),
        ("/fr/publication", {"change": "[" * 60000}, {}, 400),
        ("/fr/publication", {"change": "[]"}, {}, 422),
        ("/fr/publication", {"change": "null"}, {}, 422),
        ("/fr/publication", {"change": '{"actor": {"a": 1}}'}, {}, 422),
        ("/fr/review", FORM, {"CONTENT_TYPE": "text/plain"}, 400),
        ("/fr/review", FORM, {"CONTENT_LENGTH": "x"}, 400),
        ("/fr/review", FORM, {"CONTENT_LENGTH": "70000"}, 400),
        ("/fr/review", FORM, {"wsgi.input": BytesIO(b"\xff\xfe=1")}, 400),
        ("/console.js", None, {}, 200),
        ("/../export.json", None, {}, 404),
        ("/fr/../../export.json", None, {}, 404),
    ],
)
def test_whatever_is_sent_gets_an_answer(room, path, fields, environ, status):
    assert ask(room, path, fields, **environ).status == status


def test_without_a_good_export_the_console_says_so(room):
    room.options.export.unlink()
    page = ask(room, "/en/")
    assert page.status == 503
    assert "no export" in page.text


def test_what_could_not_be_published_is_published_with_one_click(room, monkeypatch):
    review = ask(room, "/en/review", FORM)
    with monkeypatch.context() as patched:
        patched.setattr("vitrine.console.deciding.publish", full)
        assert confirm(room, review).status == 503
    assert "not public yet" in ask(room, "/en/").text
    page = ask(room, "/en/publication-again", {})
    assert page.status == 200
    assert "Version 2 is public" in page.text
    assert current(room.options.site.directory).position == "interrupted"


def full(*_args, **_more):
    raise OSError(28, "No space left on device")


def test_the_age_of_the_export_is_shown_and_loud_when_a_night_was_missed(room):
    assert 'class="meta"' in ask(room, "/de/").text
    room.at = BEGIN.replace(day=25)
    assert 'class="late"' in ask(room, "/de/").text
