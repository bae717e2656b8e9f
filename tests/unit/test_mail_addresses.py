"""What an address tells about its owner."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitrine.directory.rules import (
    domain_of,
    domains_to_try,
    is_shared_mailbox,
    name_from_address,
)


@pytest.mark.parametrize(
    ("address", "tried"),
    [
        ("a@kraainem.example", ["kraainem.example"]),
        ("a@Mail.Kraainem.Example.", ["mail.kraainem.example", "kraainem.example"]),
        ("a@gmail.com", []),
        ("a@mail.skynet.be", []),
        ("a@localhost", []),
        ("a", []),
        ("", []),
        ("a@", []),
    ],
)
def test_the_longest_domain_is_tried_first_and_free_mail_never(address, tried):
    assert domains_to_try(address) == tried


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("jan.peeters@x.example", "Jan Peeters"),
        ("anne-marie_dubois@x.example", "Anne Marie Dubois"),
        ("jpeeters@x.example", "jpeeters@x.example"),
        ("jan.peeters2@x.example", "jan.peeters2@x.example"),
        ("service.population@x.example", "service.population@x.example"),
    ],
)
def test_a_name_is_made_from_an_address_only_when_it_looks_like_one(address, name):
    assert name_from_address(address) == name


@pytest.mark.parametrize(
    "local",
    [
        "info",
        "population",
        "Burgerzaken",
        "dienst.bevolking",
        "etat-civil",
        "helpdesk-nl",
        "secretariaat",
        "secretariat",
        "meldeamt",
    ],
)
def test_mailboxes_of_offices_are_read_by_several_people(local):
    assert is_shared_mailbox(f"{local}@x.example")


@pytest.mark.parametrize("local", ["jan.peeters", "infante", "informatique.jan", "mailis", "ana"])
def test_people_are_not_taken_for_offices(local):
    assert not is_shared_mailbox(f"{local}@x.example")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_no_text_makes_it_stumble(text):
    assert "@" not in domain_of(text)
    assert name_from_address(text) is not None
    domains_to_try(text)
