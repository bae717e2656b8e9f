"""Sorting rules and spam as arithmetic: no database, linear time, whatever is typed or sent."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrine.tickets.choices import SortingField, SortingOperator
from vitrine.tickets.rules import (
    OPERATORS,
    Block,
    Effects,
    MessageFacts,
    Rule,
    block_on,
    condition,
    decide,
    domain_with_parents,
    folded,
    opinion_of,
    spam_reason,
    try_rule,
)

HOST = "mx.register.example"
FROM_OUTSIDE = ("received", "from mail.elsewhere.example by mx.register.example with ESMTP; Mon")


def met(what, operator, *values, **facts):
    """Whether a message with these facts meets one condition."""
    return condition(what, operator, values=values).is_met(MessageFacts(**facts))


def rule(number, *conditions, **more):
    """A rule; without effects it decides the urgency."""
    more.setdefault("effects", Effects(urgency=1))
    return Rule(number, f"R{number}", tuple(conditions), **more)


def about(*words):
    """A condition on the subject."""
    return condition("subject", "contains", values=words)


@pytest.mark.parametrize(
    ("what", "operator", "value", "facts", "expected"),
    [
        ("subject", "contains", "CLÉ usb", {"subject": "Ma cle  USB perdue"}, True),
        ("subject", "lacks", "clé", {"subject": "Ma cle"}, False),
        ("subject", "lacks", "clé", {"subject": ""}, True),
        ("subject", "begins", "fwd:", {"subject": "FWD: x"}, True),
        ("subject", "is", "straße", {"subject": "Strasse"}, True),
        ("subject", "words", "key new", {"subject": "A new key, please"}, True),
        ("subject", "words", "key", {"subject": "Keyboard"}, False),
        ("domain", "is", "example.org", {"sender": "a@mail.example.org"}, True),
        ("domain", "is", "example.org", {"sender": "a@badexample.org"}, False),
        ("domain", "is_not", "example.org", {"sender": "a@mail.example.org"}, False),
        ("domain", "is", "@Example.org", {"sender": "a@example.org"}, True),
        (
            "recipient",
            "is",
            "fax@x.example",
            {"recipients": ("a@x.example", "FAX@x.example")},
            True,
        ),
        ("files", "is", "yes", {"has_files": True}, True),
        ("files", "is", "no", {"has_files": True}, False),
        ("language", "is_not", "fr", {"language": "de"}, True),
        ("organisation", "is", "com/1", {"organisations": ("COM/1",)}, True),
        ("header", "begins", "x-priority: 1", {"headers": (("X-Priority", "1 (High)"),)}, True),
        ("header", "lacks", "list-id", {"headers": (("List-Id", "x"),)}, False),
    ],
)
def test_each_comparison_says_what_a_person_expects(what, operator, value, facts, expected):
    assert met(what, operator, value, **facts) is expected


@pytest.mark.parametrize(
    ("what", "operator", "values"),
    [
        ("subject", "contains", ["", "  "]),
        ("subject", "words", ["!?"]),
        ("language", "contains", ["fr"]),
        ("domain", "is", ["*."]),
        ("nowhere", "is", ["x"]),
        ("subject", "like", ["x"]),
    ],
)
def test_a_condition_that_everything_would_meet_is_refused(what, operator, values):
    with pytest.raises(ValueError, match=r"condition|compared|not a valid"):
        condition(what, operator, values=values)


def test_a_rule_without_conditions_is_never_met():
    assert not rule(1).is_met(MessageFacts(subject="x"))
    assert not rule(1, any_suffices=True).is_met(MessageFacts(subject="x"))


def test_all_or_one_of_the_conditions():
    both = (about("a"), about("b"))

    assert not rule(1, *both).is_met(MessageFacts(subject="a"))
    assert rule(1, *both, any_suffices=True).is_met(MessageFacts(subject="a"))


def test_an_upper_rule_decides_a_lower_fills_in_and_a_stop_ends_it():
    facts = MessageFacts(subject="a")
    upper = rule(1, about("a"), effects=Effects(question_type=1))
    lower = rule(2, about("a"), effects=Effects(question_type=2, urgency=1), stops=True)
    never = rule(3, about("a"), effects=Effects(impact=1))

    decision = decide(facts, rules=[upper, lower, never])

    assert decision.effects == Effects(question_type=1, urgency=1)
    assert [each.effects for each in decision.applied] == [
        Effects(question_type=1),
        Effects(urgency=1),
    ]
    assert try_rule(never, facts=facts, upper=[upper, lower]).stopped_by == "R2"
    assert try_rule(lower, facts=facts, upper=[upper]).effects == Effects(urgency=1)
    assert not try_rule(lower, facts=MessageFacts(subject="b"), upper=[]).is_met


fields = st.sampled_from(list(SortingField))
texts = st.text(max_size=60)
messages = st.builds(
    MessageFacts,
    sender=texts,
    recipients=st.tuples(texts),
    subject=texts,
    text=texts,
    organisations=st.tuples(texts),
    headers=st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
)


@given(fields, st.sampled_from(list(SortingOperator)), st.lists(texts, max_size=3), messages)
def test_whatever_is_typed_and_sent_a_condition_answers_yes_or_no(what, operator, values, facts):
    try:
        one = condition(what, operator, values=values)
    except ValueError:
        return
    assert operator in OPERATORS[what]
    assert one.is_met(facts) in (True, False)


@given(texts, texts)
def test_a_text_contains_each_part_of_itself(before, after):
    if folded(before):
        assert met("text", "contains", before, text=f"{after} {before} {after}")


@given(messages, st.integers(0, 5))
def test_what_is_decided_never_depends_on_rules_below_a_stop(facts, count):
    stop = rule(1, condition("files", "is", values=["no"]), stops=True)
    below = [rule(n, condition("files", "is", values=["no"])) for n in range(2, 2 + count)]

    assert decide(facts, rules=[stop, *below]) == decide(facts, rules=[stop])


def test_a_hundred_rules_on_a_large_message_take_milliseconds():
    facts = MessageFacts(subject="a" * 998, text="aaab " * 40_000)
    rules = [
        rule(n, condition("text", op, values=["aaaa" * 40 + "c"] * 50))
        for n, op in enumerate(["contains", "words", "begins", "lacks"] * 25)
    ]

    began = time.process_time()
    decide(facts, rules=rules)

    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("header", "value", "points", "expected"),
    [
        ("x-spam-flag", "YES", None, True),
        ("x-spam-flag", "NO", None, False),
        ("x-spam-status", "Yes, score=15.2 required=5.0 tests=A", None, True),
        ("x-spam-status", "No, score=3.1 required=5.0", None, False),
        ("x-spam-status", "No, score=3.1 required=5.0", 3.0, True),
        ("x-spam-status", "Yes, hits=5.2 required=5.0", 8.0, False),
        ("x-spam-score", "7.5", 5.0, True),
        ("x-spam-score", "-2.5", 5.0, False),
        ("x-spam-level", "******", 5.0, True),
        ("x-spam-level", "**", 5.0, False),
        ("x-rspamd-score", "12.10", 10.0, True),
        ("x-spamd-result", "default: True [16.4 / 15.0]; A", None, True),
        ("x-rspamd-action", "add header", None, True),
        ("x-rspamd-action", "no action", None, False),
        ("x-ms-exchange-organization-scl", "6", None, True),
        ("x-ms-exchange-organization-scl", "-1", 5.0, False),
        ("x-forefront-antispam-report", "CIP:1.2.3.4;SCL:9;SRV:;", 5.0, True),
        ("x-forefront-antispam-report", "CIP:1.2.3.4;SCL:1;", None, False),
        ("subject", "X-Spam-Flag: YES", None, False),
    ],
)
def test_the_header_of_each_filter_is_understood(header, value, points, expected):
    opinion = opinion_of([(header, value), FROM_OUTSIDE], trusted=[HOST])

    assert bool(spam_reason(opinion, points=points)) is expected


def test_only_a_filter_that_we_trust_is_believed():
    flag = ("x-spam-flag", "YES")
    elsewhere = ("received", "from a by filter.elsewhere.example; Mon")

    assert opinion_of([flag, FROM_OUTSIDE], trusted=[]) is None
    assert opinion_of([flag, elsewhere], trusted=[HOST]) is None
    assert opinion_of([elsewhere, flag, FROM_OUTSIDE], trusted=[HOST]) is None
    assert opinion_of([flag], trusted=[HOST]) is None
    assert opinion_of([flag, FROM_OUTSIDE], trusted=["register.example"]) is not None


def test_who_forges_a_good_opinion_below_ours_gains_nothing():
    ours, forged = ("x-spam-score", "9"), ("x-spam-score", "-50")
    elsewhere = ("received", "from a by filter.elsewhere.example; Mon")

    above = opinion_of([ours, FROM_OUTSIDE, elsewhere, forged], trusted=[HOST])
    below = opinion_of([FROM_OUTSIDE, elsewhere, forged, ours], trusted=[HOST])

    assert spam_reason(above, points=5.0)
    assert spam_reason(below, points=5.0)


def test_the_opinion_of_a_filter_on_the_way_counts_less_than_ours():
    theirs = ("x-spam-score", "9")
    elsewhere = ("received", "from a by filter.elsewhere.example; Mon")
    headers = [("x-spam-score", "1"), FROM_OUTSIDE, elsewhere, theirs]

    assert spam_reason(opinion_of(headers, trusted=[HOST]), points=5.0) == ""


@given(st.lists(st.tuples(st.sampled_from(["x-spam-score", "received", "x-spam-level"]), texts)))
def test_whatever_stands_in_the_headers_there_is_an_answer(headers):
    spam_reason(opinion_of(headers, trusted=[HOST]), points=5.0)


def test_a_block_covers_sub_domains_and_ends_by_itself():
    at = datetime(2026, 11, 23, tzinfo=UTC)
    blocks = {
        "offers.example": Block(1),
        "a@b.example": Block(2, expires_at=at),
        "c@b.example": Block(3, expires_at=at + timedelta(days=1)),
    }

    assert block_on("X@mail.OFFERS.example", blocks=blocks, at=at) == Block(1)
    assert block_on("x@notoffers.example", blocks=blocks, at=at) is None
    assert block_on("a@b.example", blocks=blocks, at=at) is None
    assert block_on("c@b.example", blocks=blocks, at=at) is not None
    assert block_on("", blocks=blocks, at=at) is None


@given(texts)
def test_the_parents_of_a_domain_have_two_labels_at_least(address):
    assert all(domain.count(".") >= 1 for domain in domain_with_parents(address))
