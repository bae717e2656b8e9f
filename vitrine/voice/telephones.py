"""How an agent is reached: which telephone rings for him."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Telephone:
    """An agent's telephone."""

    address: str
    """What Asterisk dials: `PJSIP/name`, or `PJSIP/+32...@trunk` for one outside."""
    must_accept: bool = False
    """Press 1 to take the call: of a mobile telephone, whose answering machine must not."""
    registers_as: str = ""
    """The name under which a softphone or desk telephone registers; blank: it does not."""
    ha1: str = ""
    """MD5 of name, realm and password, hexadecimal."""
    is_browser: bool = True
    """Else a telephone on the desk."""
