"""Mail servers and token servers that behave badly: nothing is lost, nothing comes twice."""

import socket
import threading

import pytest

from tests.servers.dovecot import running_dovecot
from tests.servers.house import wait_until
from tests.servers.strange_imap import END, SILENCE, Strange
from tests.servers.test_mailboxes import letter, look, mailbox_at, subjects, watched
from tests.servers.token_server import TokenServer
from vitrine.channels.mail.mailboxes import Failed, client, try_out, watching
from vitrine.channels.mail.mailboxes.target import Target
from vitrine.channels.mail.mailboxes.tokens import Tokens
from vitrine.correspondence.actions import create_mailbox
from vitrine.correspondence.models import Arrival, Mailbox, MailboxState
from vitrine.correspondence.queries import secrets_of

pytestmark = pytest.mark.django_db(transaction=True)


def opened(double):
    """`double` listening for the test."""
    server = double.open()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def strange():
    yield from opened(Strange(messages={1: letter("one"), 2: letter("two")}))


@pytest.fixture
def token_server():
    yield from opened(TokenServer())


def mailbox_of(strange, **settings):
    values = {
        "host": "127.0.0.1",
        "port": strange.port,
        "security": "none",
        "user": "helpdesk",
        "secrets": {"password": "pässwörd"},
        "start": "all",
        "by": None,
    }
    return create_mailbox("Strange", **(values | settings))


def test_a_server_without_idle_is_asked_from_time_to_time(strange, monkeypatch):
    monkeypatch.setattr(watching, "ASK_EVERY", 0.2)
    strange.capabilities = "IMAP4rev1"
    with watched(mailbox_of(strange)):
        wait_until(lambda: subjects() == ["one", "two"], within=10)
        strange.messages[3] = letter("three")
        wait_until(lambda: subjects() == ["one", "two", "three"], within=10)
    assert not any(command.startswith("IDLE") for command in strange.commands)
    assert not MailboxState.objects.get().waits_by_idle


@pytest.mark.parametrize("told", [["* 3 EXISTS"], ["* 3 EXISTS", "* 1 RECENT"]])
def test_what_is_told_just_before_idle_begins_is_not_missed(strange, told, monkeypatch):
    """The message comes between our look and IDLE: the server tells of it once."""
    mailbox = mailbox_of(strange)

    def arriving(name, _arguments):
        if name == "IDLE" and 3 not in strange.messages:
            strange.messages[3] = letter("three")
            strange.told_while_idle = told

    strange.before = arriving
    with watched(mailbox):
        wait_until(lambda: "three" in subjects(), within=10)


def test_idle_is_renewed_before_the_connection_is_forgotten(strange, monkeypatch):
    monkeypatch.setattr(watching, "IDLE_FOR", 0.2)
    with watched(mailbox_of(strange)):
        wait_until(lambda: strange.commands.count("IDLE") > 3, within=10)
    assert strange.sessions == 1


def test_a_server_that_says_good_bye_is_visited_again(strange, monkeypatch):
    monkeypatch.setattr(watching, "FIRST_PAUSE", 0.1)
    goodbyes = ["* BYE shutting down"] * 2

    def leaving(name, _arguments):
        return goodbyes.pop() if name == "IDLE" and goodbyes else None

    strange.before = leaving
    monkeypatch.setattr(client, "READING", 1.0)
    with watched(mailbox_of(strange)):
        wait_until(lambda: strange.sessions >= 3, within=20)
        strange.messages[3] = letter("three")
        strange.told_while_idle = ["* 3 EXISTS"]
        wait_until(lambda: subjects() == ["one", "two", "three"], within=20)


def test_a_half_open_connection_is_noticed(strange, monkeypatch):
    monkeypatch.setattr(client, "READING", 0.5)
    silent = [True]
    strange.before = lambda name, _a: SILENCE if name == "FETCH" and silent else None
    with watched(mailbox_of(strange)):
        wait_until(lambda: MailboxState.objects.get().failure == "silent", within=10)
        silent.clear()
        wait_until(lambda: subjects() == ["one", "two"], within=10)


def test_a_connection_that_ends_at_one_message_leaves_only_that_one_out(strange):
    mailbox = mailbox_of(strange)
    strange.messages[3] = letter("three")

    def breaking(name, arguments):
        numbers = arguments.partition(" ")[0]
        if name == "FETCH" and "BODY" in arguments and 2 in strange.uids(numbers):
            return END
        return None

    strange.before = breaking
    with watched(mailbox):
        wait_until(lambda: Arrival.objects.count() == 3, within=60)
    outcomes = dict(Arrival.objects.values_list("outcome", "reason"))
    assert "the connection ended there" in outcomes["quarantined"]
    raws = [bytes(raw) for raw in Arrival.objects.order_by("id").values_list("raw", flat=True)]
    assert raws == [strange.messages[1], b"", strange.messages[3]]


def test_a_message_that_the_server_refuses_leaves_its_headers_and_a_reason(strange):
    mailbox = mailbox_of(strange)
    strange.messages[3] = letter("three")

    def refusing(name, arguments):
        numbers = arguments.partition(" ")[0]
        if name == "FETCH" and "BODY.PEEK[]" in arguments and 2 in strange.uids(numbers):
            return "NO [UNAVAILABLE] the message is damaged"
        return None

    strange.before = refusing
    look(mailbox)

    assert subjects() == ["one", "two", "three"]
    damaged = Arrival.objects.get(outcome="quarantined")
    assert "the message is damaged" in damaged.reason
    assert strange.flags.get(2) is None
    assert strange.flags[1] == {"\\Seen"}


def test_a_server_that_refuses_to_mark_is_told_in_words_and_gives_nothing_twice(strange):
    mailbox = mailbox_of(strange)
    strange.before = lambda name, _a: "NO [NOPERM] not yours" if name == "STORE" else None
    look(mailbox)
    look(mailbox)
    assert subjects() == ["one", "two"]
    assert "not yours" in MailboxState.objects.get().marking_refused


def test_a_read_only_folder_gives_each_message_once(strange):
    strange.is_read_only = True
    mailbox = mailbox_of(strange, after="delete")
    look(mailbox)
    look(mailbox)
    assert subjects() == ["one", "two"]
    assert MailboxState.objects.get().is_read_only
    assert not strange.flags


@pytest.mark.parametrize(
    "oddity",
    [
        {"literal8": True},
        {"date_told": '"the day before yesterday"'},
        {"date_told": "NIL"},
        {"size_told": 0},
        {"messages": {4_294_967_290: letter("one"), 4_294_967_295: letter("two")}},
        {"messages": {1: letter("one"), 90_000: letter("two")}},
    ],
    ids=lambda oddity: next(iter(oddity)),
)
def test_odd_answers_are_understood(strange, oddity):
    for name, value in oddity.items():
        setattr(strange, name, value)
    mailbox = mailbox_of(strange)
    look(mailbox)
    assert look(mailbox) == 0
    assert subjects() == ["one", "two"]


def test_a_message_larger_than_was_told_is_not_taken_whole(strange, settings):
    settings.MAX_MESSAGE_BYTES = 100_000
    strange.size_told = 10
    strange.messages[2] = letter("two", size=200_000)
    look(mailbox_of(strange))
    assert subjects() == ["one", "two"]
    assert len(bytes(Arrival.objects.get(outcome="quarantined").raw)) < 2_000


def test_a_server_that_talks_no_imap_is_refused_in_words(own_place):
    talker = socket.create_server(("127.0.0.1", 0))

    def talk():
        link, _address = talker.accept()
        link.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
        link.close()

    threading.Thread(target=talk, daemon=True).start()
    target = Target(
        host="127.0.0.1", port=talker.getsockname()[1], security="none", user="u", password="p"
    )
    [step] = try_out(target)
    assert step.failure in ("strange", "closed")
    talker.close()


def with_tokens(strange, token_server, **settings):
    strange.tokens = token_server.good
    return mailbox_of(
        strange,
        sign_in="xoauth2",
        token_url=token_server.token_url,
        client_id="desk",
        scope="mail offline_access",
        secrets={"refresh_token": "refresh-1", "client_secret": "s3cret"},
        **settings,
    )


def test_a_refresh_token_opens_the_mailbox(strange, token_server):
    mailbox = with_tokens(strange, token_server)
    look(mailbox)
    assert subjects() == ["one", "two"]
    assert token_server.asked == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "refresh-1",
            "client_id": "desk",
            "client_secret": "s3cret",
            "scope": "mail offline_access",
        }
    ]


def test_without_a_refresh_token_the_application_signs_in_itself(strange, token_server):
    mailbox = mailbox_of(
        strange,
        sign_in="xoauth2",
        token_url=token_server.token_url,
        client_id="desk",
        secrets={"client_secret": "s3cret"},
    )
    strange.tokens = token_server.good
    look(mailbox)
    assert token_server.asked[0]["grant_type"] == "client_credentials"


def test_a_token_is_replaced_before_its_end_and_when_it_is_refused(strange, token_server):
    target = Target.of(with_tokens(strange, token_server))
    tokens = Tokens()
    assert tokens.current(target) == tokens.current(target) == "access-1"
    token_server.expires_in = 60  # less than two minutes: replaced at once
    assert tokens.forget()
    assert tokens.current(target) == "access-2"
    assert tokens.current(target) == "access-3"
    token_server.expires_in = 3600
    tokens.forget()
    tokens.current(target)
    token_server.good.clear()  # revoked, though not at its end
    with client.opened(target, tokens=tokens) as opened_again:
        assert opened_again.noop()
    assert len(token_server.given) == 5


def test_a_new_refresh_token_is_kept_at_once(strange, token_server, monkeypatch):
    token_server.rotates = True
    mailbox = with_tokens(strange, token_server)
    with watched(mailbox):
        wait_until(lambda: subjects() == ["one", "two"], within=10)
    row = Mailbox.objects.get()
    assert secrets_of(row)["refresh_token"] == "refresh-2"
    assert secrets_of(row)["client_secret"] == "s3cret"
    look(row)
    assert token_server.asked[-1]["refresh_token"] == "refresh-2"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((400, {"error": "invalid_grant", "error_description": "expired"}), "invalid_grant"),
        ((200, {"no": "token"}), "no token"),
        ((200, ["a list"]), "no JSON object"),
        ((302, {}), "302"),
        ((500, "down"), "500"),
    ],
)
def test_a_refusal_of_the_token_server_is_told(strange, token_server, answer, words):
    target = Target.of(with_tokens(strange, token_server))
    token_server.answer = answer
    [step] = try_out(target)
    assert (step.way, step.failure) == ("token", "token")
    assert words in step.words


def test_a_secret_goes_only_over_https(strange):
    target = Target.of(
        mailbox_of(
            strange,
            sign_in="xoauth2",
            token_url="http://login.example/token",
            secrets={"refresh_token": "r"},
        )
    )
    with pytest.raises(Failed, match="https is needed"):
        Tokens().current(target)


def test_a_secret_is_never_stored_or_printed_in_clear(strange):
    mailbox = mailbox_of(strange)
    assert b"p\xc3\xa4ssw\xc3\xb6rd" not in bytes(mailbox.secrets)
    assert "pässwörd" not in repr(Target.of(mailbox))


def test_another_secret_key_asks_for_the_password_again(strange, settings):
    mailbox = mailbox_of(strange)
    settings.SECRET_KEY = "another key, forgotten"
    with pytest.raises(Failed) as told:
        Target.of(mailbox)
    assert told.value.failure == "secret"


def test_dovecot_takes_our_token(own_place, token_server):
    place = own_place / "dovecot"
    place.mkdir()
    with running_dovecot(place, tokens_url=token_server.introspection_url) as dovecot:
        dovecot.deliver(letter("by token"))
        mailbox = mailbox_at(
            dovecot,
            sign_in="xoauth2",
            token_url=token_server.token_url,
            client_id="desk",
            secrets={"refresh_token": "refresh-1"},
        )
        look(mailbox)
        assert subjects() == ["by token"]
