"""Who may do what at which address: one table, every address of the product.

A row is `address name: {method: who}`. Everybody else is refused, which means
404 for somebody who is signed in and the sign-in page for somebody who is not.
A method that a row does not name is answered 405 (or is refused all the same).
The ticket in the address is one that the second line of the service
Applications has: `second line` is that person, `other second line` belongs to
another service.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from tests.cast import World
from vitrine.accounts.models import Account

ANONYMOUS = "anonymous"
CAST = {
    "project leader": "paula",
    "manager": "marc",
    "supervisor": "sofie",
    "call taker": "bruno",
    "second line": "dora",
    "other second line": "fanny",
    "external relations": "rita",
    "status editor": "stan",
    "auditor": "iris",
    "administrator": "otto",
}
"""Each role of S-01 and who plays it; the second line twice."""

STAFF = frozenset(CAST)
ANYBODY = STAFF | {ANONYMOUS}
NOBODY: frozenset[str] = frozenset()
DESK = frozenset({"project leader", "manager", "supervisor", "call taker"})
PLANNERS = frozenset({"project leader", "manager", "administrator"})
"""Who changes question types, services and the calendar."""
SECOND_LINE = frozenset({"second line", "other second line"})
READERS = DESK | SECOND_LINE | {"auditor"}
"""Who has lists of tickets."""
CONCERNED = DESK | {"second line", "auditor"}
"""Who reads the ticket in the address."""
ADMINISTRATOR = frozenset({"administrator"})

SIGNED_OUT = frozenset({ANONYMOUS})

Row = dict[str, frozenset[str]]


def page(who: frozenset[str]) -> Row:
    """An address that is only read."""
    return {"GET": who}


def form(who: frozenset[str]) -> Row:
    """An address that shows a form and takes it."""
    return {"GET": who, "POST": who}


def act(who: frozenset[str]) -> Row:
    """An address that is only posted to."""
    return {"POST": who}


@dataclass(frozen=True)
class Address:
    """A place in the URL conf: its name with namespace and the arguments it needs."""

    name: str
    route: str
    arguments: tuple[str, ...]


def addresses(
    resolver: URLResolver | None = None, *, prefix: str = "", around: Address | None = None
) -> Iterator[Address]:
    """Every address of the product, those of other packages included."""
    outside = around or Address("", "", ())
    for pattern in (resolver or get_resolver()).url_patterns:
        route = f"{outside.route}{pattern.pattern}"
        arguments = (*outside.arguments, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from addresses(pattern, prefix=inner, around=Address("", route, arguments))
        elif isinstance(pattern, URLPattern):
            yield Address(f"{prefix}{pattern.name or route}", route, arguments)


def player(world: World, *, role: str) -> Account:
    """The account that plays a role."""
    account = getattr(world, CAST[role])
    assert isinstance(account, Account)
    return account


ALLAUTH: dict[str, Row] = {
    "account_login": form(ANYBODY),
    "account_logout": form(ANYBODY),
    "account_inactive": page(ANYBODY),
    "account_signup": form(ANYBODY),  # says that nobody signs up by himself
    "account_reauthenticate": form(STAFF),
    # What allauth offers and this house does otherwise leads to one's own account.
    "account/email/": page(STAFF),
    "account/confirm-email/": page(STAFF),
    "account/login/code/confirm/": page(STAFF),
    "account_email": page(STAFF),
    "account_email_verification_sent": page(STAFF),
    "account_change_password": form(STAFF),
    "account_set_password": form(STAFF),
    "account_reset_password": form(ANYBODY),
    "account_reset_password_done": page(ANYBODY),
    "account_reset_password_from_key": form(ANYBODY),
    "account_reset_password_from_key_done": page(ANYBODY),
    "account_confirm_email": page(ANYBODY),
    "account_confirm_login_code": page(STAFF),
    "mfa_index": page(STAFF),
    "mfa_authenticate": form(STAFF),  # only in the middle of signing in
    "mfa_reauthenticate": form(STAFF),
    "mfa_activate_totp": form(STAFF),
    "mfa_deactivate_totp": form(NOBODY),  # nobody here has an app or codes
    "mfa_view_recovery_codes": page(NOBODY),
    "mfa_generate_recovery_codes": form(STAFF),
    "mfa_download_recovery_codes": page(NOBODY),
    "mfa_list_webauthn": page(STAFF),
    "mfa_add_webauthn": form(STAFF),
    "mfa_reauthenticate_webauthn": form(STAFF),
    # Asks for the password again first; somebody else's key is then not found.
    "mfa_remove_webauthn": form(STAFF),
    "mfa_edit_webauthn": form(STAFF),
    "usersessions_list": form(STAFF),
}

PORTAL: dict[str, Row] = {
    "portal:home": page(ANYBODY),
    "portal:request": form(ANYBODY),
    "portal:received": page(ANYBODY),
    "portal:accessibility": page(ANYBODY),
    "portal:privacy": page(ANYBODY),
    "portal:development-mail": page(ANYBODY),  # 404 in production
    "portal:account": form(STAFF),
    "portal:session_end": act(NOBODY),  # somebody else's session
}

EDITOR = frozenset({"status editor"})
WATCHERS = DESK | EDITOR | ADMINISTRATOR
"""Who is told whom to call."""
STATE_PLANNERS = EDITOR | ADMINISTRATOR | {"supervisor", "manager"}
KEY_SEES = EDITOR | ADMINISTRATOR | {"auditor"}

STATE_TABLE: dict[str, Row] = {
    "desk:state": page(STAFF),
    "desk:banner": page(STAFF),
    "desk:state-change": form(EDITOR),
    "desk:state-sign-in": form(STAFF),  # only in the middle of signing in
    "desk:state-review": form(EDITOR),  # one's own only
    "desk:state-review-again": act(EDITOR),
    "desk:state-review-page": page(EDITOR),  # one's own only
    "desk:state-aside": page(KEY_SEES),
    "desk:state-aside-anew": act(EDITOR),
    "desk:dismissal": act(EDITOR | {"supervisor"}),
    "desk:interruptions": page(STAFF),
    "desk:interruption": {"GET": STAFF, "POST": EDITOR},
    "desk:interruption-tickets": form(DESK),
    "desk:ticket-interruption": act(DESK),
    "desk:maintenances": page(STAFF),
    "desk:maintenance-new": form(EDITOR),
    "desk:maintenance": {"GET": STAFF, "POST": EDITOR},
    "desk:changes": page(STAFF),
    "desk:duties": {"GET": WATCHERS, "POST": STATE_PLANNERS},
    "desk:duty-end": act(STATE_PLANNERS),
    "desk:surge-threshold": form(STATE_PLANNERS),
    "desk:probes": form(ADMINISTRATOR),
    "desk:probe": form(ADMINISTRATOR),
    "desk:probe-removal": act(ADMINISTRATOR),
    "desk:state-texts": page(KEY_SEES),
    "desk:state-sentences": form(EDITOR),
    "desk:state-templates": {"GET": KEY_SEES, "POST": EDITOR},
    "desk:state-template": form(EDITOR),
    "desk:state-components": {"GET": KEY_SEES, "POST": EDITOR},
    "desk:state-component": form(EDITOR),
    "desk:state-component-owner": act(EDITOR),
    "desk:state-component-retirement": act(EDITOR),
    "desk:state-keys": {"GET": KEY_SEES, "POST": EDITOR | ADMINISTRATOR},
    "desk:revocation": act(ADMINISTRATOR),  # and the owner
    "desk:attempts": page(ADMINISTRATOR | {"auditor"}),
}

DESK_TABLE: dict[str, Row] = {
    "desk:home": page(STAFF),
    "desk:counts": page(READERS),
    "desk:list": page(DESK | {"auditor"}),  # the list of closed tickets
    "desk:search": page(READERS),
    "desk:call": form(DESK),
    "desk:callers": page(DESK),
    "desk:soft-phone-credential": act(DESK),
    "desk:handing-over": form(DESK),
    "desk:phone-told": page(frozenset({"call taker"})),  # one's own order
    "desk:phone": page(DESK),
    "desk:wallboard": page(DESK),
    "desk:phone-figures": page(DESK),
    "desk:phone-calls": page(DESK | {"auditor"}),
    "desk:phone-call": page(DESK | {"auditor"}),
    "desk:call-backs": page(DESK),
    "desk:call-back": act(DESK),
    "desk:phone-report": page(frozenset({"project leader", "manager", "supervisor"})),
    "desk:what-ifs": form(frozenset({"project leader", "manager", "supervisor"})),
    "desk:what-if": page(frozenset({"project leader", "manager", "supervisor"})),
    "desk:phone-rules": form(PLANNERS | {"supervisor"}),
    "desk:phone-menu": form(PLANNERS | {"supervisor"}),
    "desk:phone-recordings": page(PLANNERS | {"supervisor"}),
    "desk:phone-recording": form(PLANNERS | {"supervisor"}),
    "desk:phone-recording-removal": act(PLANNERS | {"supervisor"}),
    "desk:phone-recording-sound": page(PLANNERS | {"supervisor"}),
    "desk:phone-machine-sound": page(PLANNERS | {"supervisor"}),
    "desk:phone-several": act(PLANNERS | {"supervisor"}),
    "desk:phone-script": page(PLANNERS | {"supervisor"}),
    "desk:telephones": page(PLANNERS | {"supervisor"}),
    "desk:telephone": form(PLANNERS | {"supervisor"}),
    "desk:phone-numbers": form(PLANNERS | {"supervisor"}),
    "desk:phone-number-removal": act(PLANNERS | {"supervisor"}),
    "desk:messages-for-me": page(STAFF),
    "desk:message-read": act(frozenset({"second line"})),  # for whom it was left
    "desk:phone-bar": page(DESK),
    "desk:phone-mine": act(DESK),
    "desk:phone-oversight": act(frozenset({"project leader", "manager", "supervisor"})),
    "desk:live-token": page(READERS | EDITOR | ADMINISTRATOR),
    "desk:quarantine": page(DESK),
    "desk:arrival-source": page(DESK),
    "desk:arrival-again": act(DESK),
    "desk:arrival-dismissal": act(DESK),
    "desk:ticket-spam": form(DESK),
    "desk:ticket-no-spam": act(DESK),
    "desk:fax-page": page(CONCERNED),
    "desk:letter": page(CONCERNED),
    "desk:spam": page(DESK),
    "desk:spam-source": page(DESK),
    "desk:spam-belief": act(DESK),
    "desk:sorting-rules": page(PLANNERS),
    "desk:sorting-rule-new": form(PLANNERS),
    "desk:sorting-rule-edit": form(PLANNERS),
    "desk:sorting-rule-place": act(PLANNERS),
    "desk:sorting-rule-switch": act(PLANNERS),
    "desk:sorting-rule-removal": act(PLANNERS),
    "desk:blocked-senders": form(PLANNERS),
    "desk:block-end": act(PLANNERS),
    "desk:reception": form(PLANNERS),
    "desk:settings": page(PLANNERS),
    "desk:question-types": form(PLANNERS),
    "desk:question-type-edit": form(PLANNERS),
    "desk:mailboxes": page(PLANNERS | {"supervisor"}),
    "desk:mailbox-new": form(PLANNERS),
    "desk:mailbox": form(PLANNERS),
    "desk:services": form(PLANNERS),
    "desk:service-edit": form(PLANNERS),
    "desk:absences": form(PLANNERS),
    "desk:absence-end": act(PLANNERS),
    "desk:calendar": form(PLANNERS),
    "desk:opening-hours": form(PLANNERS),
    "desk:closing-day-removal": act(PLANNERS),
    "desk:year": act(PLANNERS),
    "desk:accounts": {"GET": PLANNERS, "POST": ADMINISTRATOR},
    "desk:account-edit": form(ADMINISTRATOR),
    "desk:ticket": page(CONCERNED),
    "desk:timeline": page(CONCERNED),
    "desk:print": page(CONCERNED),
    "desk:attachment": page(CONCERNED),
    "desk:thumbnail": page(CONCERNED),
    "desk:as-sent": page(CONCERNED),
    "desk:message-page": page(CONCERNED),
    "desk:pictures": act(DESK),
    "desk:outside-picture": page(CONCERNED),
    "desk:original": page(DESK),
    "desk:message-source": page(DESK),
    "desk:message-file": page(DESK),
    "desk:message-language": act(DESK),
    "desk:replies": act(DESK),
    "desk:notes": act(DESK | {"second line"}),
    "desk:follow-up": form(DESK),
    "desk:delegation": form(DESK),
    "desk:second-line-answer": form(DESK | {"second line"}),
    "desk:return": form(DESK | {"second line"}),
    "desk:own": act(DESK),
    "desk:owner": form(DESK),
    "desk:waiting": act(DESK),
    "desk:colleague-message": form(DESK),
    "desk:reopening": form(DESK),
    "desk:requester": form(DESK),
    "desk:subject": act(DESK),
    "desk:question-type": form(DESK),
    "desk:priority": form(DESK),
    "desk:reply-language": form(DESK),
    "desk:merge": form(DESK),
    "desk:unmerge": act(DESK),
    "desk:archive": act(DESK),
    "desk:resend": act(DESK),
    "desk:other-address": form(DESK),
    "desk:arrived": act(DESK),
    "desk:links": form(DESK),
    "desk:split": form(DESK),
}

TABLE: dict[str, Row] = ALLAUTH | PORTAL | DESK_TABLE | STATE_TABLE
