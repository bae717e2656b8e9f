"""The public name of an account at the telephone: what the line, the core and the journal know."""

import re

_AGENT = re.compile(r"agent-([1-9][0-9]{0,17})")


def agent_name(account_id: int) -> str:
    """`agent-17`: says nothing about who it is, and is a valid SIP user name."""
    return f"agent-{account_id}"


def account_id_of(name: str) -> int | None:
    """The account behind a public name; None: a simulated agent, or nobody of ours."""
    found = _AGENT.fullmatch(name)
    return int(found[1]) if found else None
