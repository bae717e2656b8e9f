"""What servers say when they refuse, put into the words of an agent."""

import pytest

from vitrine.channels.mail.deliver.refusals import meaning_of

SAID = [
    ("550 5.1.1 <a@b.example>: Recipient address rejected: User unknown", "no_mailbox", False),
    ("550 No such user here", "no_mailbox", False),
    ("550-5.1.1 The email account that you tried to reach does not exist.", "no_mailbox", False),
    ("550 5.4.1 Recipient address rejected: Access denied.", "no_mailbox", False),
    ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", "no_mailbox", False),
    ("550 5.1.2 Host or domain name not found", "no_domain", False),
    ("556 5.1.10 Recipient address has null MX", "no_domain", False),
    ("552 5.2.2 Over quota", "full", False),
    ("452 4.2.2 The email account is over quota", "full", True),
    ("552 5.3.4 Message size exceeds fixed limit", "too_large", False),
    ("554 5.7.1 Service unavailable; blocked using zen.spamhaus.org", "spam", False),
    ("550 5.7.1 Message rejected as spam by Content Filtering.", "spam", False),
    ("554 5.7.1 <a@b.example>: Relay access denied", "not_allowed", False),
    ("530 5.7.0 Must issue a STARTTLS command first", "not_allowed", False),
    ("535 5.7.8 Authentication credentials invalid", "not_allowed", False),
    ("550 5.7.26 unauthenticated email: DMARC policy", "policy", False),
    ("451 4.7.1 Greylisting in action, please come back later", "policy", True),
    ("452 4.3.1 Insufficient system storage", "full", True),
    ("451 4.4.1 connection timed out", "away", True),
    ("550 5.6.7 SMTPUTF8 required", "unwritable", False),
    ("571 whatever", "other", False),
]


@pytest.mark.parametrize(("words", "kind", "is_temporary"), SAID)
def test_the_words_of_a_server_become_a_class(words, kind, is_temporary):
    meaning = meaning_of(words)

    assert (meaning.kind, meaning.is_temporary) == (kind, is_temporary)


@pytest.mark.parametrize(
    ("words", "is_throttled"),
    [
        ("421 4.7.0 try again later", True),
        ("450 4.7.1 Error: too many connections", True),
        ("451 4.7.500 Server busy", True),
        ("452 4.5.3 Too many recipients", True),
        ("451 4.7.1 greylisted", False),
        ("550 5.7.1 rate limit exceeded", False),
    ],
)
def test_being_too_fast_is_no_refusal(words, is_throttled):
    assert meaning_of(words).is_throttled is is_throttled
