"""`vitrine mail parse FILE...`: one JSON line a file, without a database."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from vitrine.channels.management.commands import mail_parse
from vitrine.ops import command

CAPTURED = Path(__file__).parents[1] / "captured" / "mail"
KEYS = ["file", "subject", "from", "to", "cc", "date", "message_id", "kind", "text", "html"]
KEYS += ["clean_html", "visible_text", "attachments", "failed_recipients", "quarantine"]


def lines(capsys, *files):
    call_command("mail_parse", *map(str, files))
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_file_has_a_line_with_the_same_keys(capsys, tmp_path):
    mail = tmp_path / "mail.eml"
    mail.write_bytes(
        b"From: =?utf-8?q?J=C3=BCrg?= <j@b.example>\r\nTo: a@b.example\r\nSubject: x\r\n"
        b"Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@b.example>\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"
        b"<p onclick=x()>Hallo</p>\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\nabc"
        b"\r\n--b--\r\n"
    )
    [found] = lines(capsys, mail)

    assert list(found) == KEYS
    assert found["from"] == {"name": "Jürg", "address": "j@b.example"}
    assert found["to"] == [{"name": "", "address": "a@b.example"}]
    assert found["date"] == "2026-11-23T10:00:00+01:00"
    assert (found["message_id"], found["kind"]) == ("<1@b.example>", "person")
    assert (found["text"], found["visible_text"]) == ("Hallo", "Hallo")
    assert "onclick" in found["html"]
    assert "onclick" not in found["clean_html"]
    assert found["attachments"] == [
        {
            "name": "a.pdf",
            "type": "application/pdf",
            "size": 3,
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        }
    ]
    assert found["quarantine"] is None


def test_a_bounce_names_its_recipients(capsys):
    [found] = lines(capsys, CAPTURED / "bounces" / "postfix-two-recipients.eml")

    assert found["failed_recipients"] == [
        {"address": "an@voorbeeldegem.example", "status": "5.2.2", "permanent": False},
        {"address": "bob@voorbeeldegem.example", "status": "5.4.4", "permanent": True},
    ]


def test_no_file_stops_the_others(capsys, tmp_path):
    broken = tmp_path / "broken.eml"
    broken.write_bytes(b"\x00\xff")
    good = CAPTURED / "people" / "list.eml"
    found = lines(capsys, tmp_path / "missing.eml", tmp_path, broken, good)

    assert [bool(each["quarantine"]) for each in found] == [True, True, True, False]
    assert [Path(each["file"]).name for each in found][-1] == "list.eml"
    assert all(list(each) == KEYS for each in found)


@pytest.mark.parametrize("verb", ["parse", "clean"])
def test_no_database_is_started_for_it(monkeypatch, verb):
    ran = []
    monkeypatch.setattr(command.os, "execvpe", lambda *words: ran.append(words))
    monkeypatch.setattr(command, "with_database", lambda _words: pytest.fail("asked a database"))
    command.dispatch(["mail", verb, "x.eml"])

    [(_program, words, _environment)] = ran
    assert words[-2:] == [f"mail_{verb}", "x.eml"]


def test_a_mail_that_we_cannot_print_has_its_line_and_the_next_one_too(tmp_path, monkeypatch):
    for name in ("first", "second"):
        (tmp_path / name).write_bytes(b"From: a@b.example\nSubject: x\n\nhello")
    really = mail_parse.clean_html
    answers = iter([RecursionError("too deep")])

    def clean_html(html):
        for error in answers:
            raise error
        return really(html)

    monkeypatch.setattr(mail_parse, "clean_html", clean_html)

    first, second = [mail_parse.fields_of(tmp_path / name) for name in ("first", "second")]

    assert first.keys() == second.keys()
    assert (first["quarantine"], first["clean_html"]) == (
        "The message could not be read (RecursionError).",
        "",
    )
    assert (second["quarantine"], second["text"]) == (None, "hello")
