"""The server of the status page as an application: what it remembers, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.bulletins import a_bulletin
from vitrine.publication import publish, serve
from vitrine.publication.bulletin import Position
from vitrine.publication.site import Site

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Reader:
    """Asks the application as a WSGI server does."""

    def __init__(self, directory):
        self.directory = directory
        self.application = serve.Server(Site(directory=directory))

    def ask(self, path, *, method="GET", **headers):
        """(status, headers, body); the link is looked at anew."""
        self.application.looked_at = 0.0
        said = []
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path}
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        body = self.application(environ, lambda *answer: said.append(answer))
        [(status, given)] = said
        return status, dict(given), b"".join(body)

    def publish(self, position, *, version):
        """Make this state public."""
        publish(
            a_bulletin(position, version=version),
            at=AT + timedelta(seconds=version),
            directory=self.directory,
            site=Site(directory=self.directory),
        )


@pytest.fixture
def reader(tmp_path):
    """A reader of an empty publication directory."""
    return Reader(tmp_path)


def test_what_is_remembered_of_a_page_ends_with_its_version(reader):
    reader.publish(Position.WORKS, version=1)
    first = [reader.ask("/de/", accept_encoding="gzip") for _ in range(3)]
    assert first[0] == first[1] == first[2]
    reader.publish(Position.INTERRUPTED, version=2)
    status, headers, body = reader.ask("/de/", accept_encoding="gzip")
    assert (status, headers["content-encoding"]) == ("200 OK", "gzip")
    assert body != first[0][2]
    status, _headers, _body = reader.ask(
        "/de/", accept_encoding="gzip", if_none_match=headers["etag"]
    )
    assert status == "304 Not Modified"


def test_each_encoding_is_remembered_apart(reader):
    reader.publish(Position.WORKS, version=1)
    for _ in range(2):
        for asked, given in (("gzip", "gzip"), ("br", "br"), ("", None)):
            headers = reader.ask("/de/", accept_encoding=asked)[1]
            assert headers.get("content-encoding") == given


def test_a_link_that_is_gone_for_an_instant_changes_nothing(reader):
    reader.publish(Position.WORKS, version=1)
    before = reader.ask("/status.json")
    (reader.directory / "current").unlink()
    assert reader.ask("/status.json") == before


def test_many_different_headers_and_paths_take_no_memory(reader):
    reader.publish(Position.WORKS, version=1)
    for number in range(2 * serve.MOST_REMEMBERED + 10):
        assert reader.ask("/status.json", accept_encoding=f"gzip, x{number}")[0] == "200 OK"
        assert reader.ask(f"/{number}")[0] == "404 Not Found"
    assert len(reader.application.remembered) <= serve.MOST_REMEMBERED


def test_the_heartbeat_and_old_versions_are_never_remembered(reader):
    reader.publish(Position.WORKS, version=1)
    for text in (b"first", b"other"):
        (reader.directory / "heartbeat.json").write_bytes(text)
        assert reader.ask("/heartbeat.json")[2] == text
    assert reader.ask("/v/1/status.json")[0] == "200 OK"
    assert not reader.application.remembered


@pytest.mark.parametrize("path", ["/", "/de/", "/status.json", "/nothing", "/de"])
def test_head_has_the_head_of_get_and_no_body(reader, path):
    for _ in ("before the first publication", "after it"):
        get, head = reader.ask(path), reader.ask(path, method="HEAD")
        assert head == (*get[:2], b"")
        reader.publish(Position.WORKS, version=1)


def test_before_the_first_publication_it_says_so(reader):
    status, headers, body = reader.ask("/de/")
    assert (status, headers["retry-after"]) == ("503 Service Unavailable", "10")
    assert int(headers["content-length"]) == len(body)


@pytest.mark.parametrize(
    "header", ['W/"{}"', '"other", "{}"', '"other",W/"{}"', "*", '"other" , "{}" ']
)
def test_a_known_etag_is_found_in_every_form(reader, header):
    reader.publish(Position.WORKS, version=1)
    etag = reader.ask("/status.json")[1]["etag"].strip('"')
    status, headers, body = reader.ask("/status.json", if_none_match=header.format(etag))
    assert (status, body) == ("304 Not Modified", b"")
    assert headers["etag"] == f'"{etag}"'


@pytest.mark.parametrize("path", ["", "*", "a:1", "xde", "//", "/\xff/", "/v/", "/v/1/../1/health"])
def test_a_strange_path_is_a_404(reader, path):
    reader.publish(Position.WORKS, version=1)
    assert reader.ask(path)[0] == "404 Not Found"
