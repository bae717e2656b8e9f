"""What readers get from the servers of the status page: the same from serve.py and from nginx."""

import gzip
import json
import resource
import socket
import threading
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime

import brotli
import pytest

from tests.bulletins import AT, a_bulletin
from tests.servers import status_hosts
from vitrine.publication import publish
from vitrine.publication.bulletin import Position
from vitrine.publication.site import Site

SILENT = 1500
"""Connections on which nobody speaks; granian alone takes 1024."""
ALTERNATING = 50
"""Changes of equal length in the test; `make soak` makes 10 000."""


@pytest.fixture(params=["serve", "nginx"])
def host(request, tmp_path, own_place):
    """A server of an empty publication directory."""
    directory = tmp_path / "status"
    directory.mkdir()
    if request.param == "serve":
        running = status_hosts.running_serve(directory)
    elif status_hosts.NGINX is None:
        pytest.skip("no nginx on this machine: tools/install_servers")
    else:
        for folder in (directory, *directory.parents):
            if folder.stat().st_uid == status_hosts.os.geteuid():
                folder.chmod(folder.stat().st_mode | 0o755)
            if folder == tmp_path.parent.parent:
                break
        running = status_hosts.running_nginx(directory, own_place)
    with running as server:
        server.directory = directory
        server.site = Site(directory=directory, url=server.url)
        yield server


def say(host, position, *, version, **more):
    """Publish, and read back through the server itself."""
    bulletin = a_bulletin(position, version=version, **more)
    return publish(bulletin, at=AT, directory=host.directory, site=host.site)


def test_a_change_is_public_at_once_and_proven_through_the_public_address(host):
    for version in range(1, 6):
        position = [Position.WORKS, Position.INTERRUPTED][version % 2]
        done = say(host, position, version=version)
        assert done.seen.is_seen, done.seen
        assert done.seen.place == f"{host.url}status.json"
        assert json.loads(host.ask("/status.json").body)["version"] == version
        assert position.value.encode() in host.ask("/de/").body


def test_each_file_has_its_type_and_the_headers_of_a_public_page(host):
    say(host, Position.SLOWED, version=1)
    kinds = {
        "/fr/": "text/html; charset=utf-8",
        "/fr/history.html": "text/html; charset=utf-8",
        "/status.json": "application/json",
        "/health": "application/health+json",
        "/api/v2/summary.json": "application/json",
        "/nl/api/v2/incidents/unresolved.json": "application/json",
        "/de/feed.atom": "application/atom+xml; charset=utf-8",
        "/de/feed.rss": "application/rss+xml; charset=utf-8",
        "/en/maintenance.ics": "text/calendar; charset=utf-8; method=PUBLISH",
        "/de/badge.svg": "image/svg+xml",
        "/system-status.js": "text/javascript; charset=utf-8",
    }
    for path, kind in kinds.items():
        answer = host.ask(path)
        assert (answer.status, answer.headers["content-type"]) == (200, kind), path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["link"] == '</status.json>; rel="status"'
        assert "max-age=5" in answer.headers["cache-control"]
        assert "stale-if-error=86400" in answer.headers["cache-control"]
        assert "set-cookie" not in answer.headers
    assert host.ask("/fr/").headers["content-security-policy"] == "frame-ancestors 'none'"
    assert host.ask("/fr/embed.html").headers["content-security-policy"] == "frame-ancestors *"


@pytest.mark.parametrize(
    ("header", "encoding"),
    [("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("", None), ("gzip;q=0, br;q=0", None)],
)
def test_a_page_comes_in_the_encoding_that_is_asked_for(host, header, encoding):
    say(host, Position.WORKS, version=1)
    plain = host.ask("/de/index.html").body
    answer = host.ask("/de/index.html", Accept_Encoding=header)
    assert answer.headers.get("content-encoding") == encoding
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert (gzip.decompress(answer.body) if encoding else answer.body) == plain


def test_brotli_is_chosen_before_gzip(host):
    if host.kind == "nginx" and not status_hosts.has_brotli():
        pytest.skip("nginx has no brotli module here")
    say(host, Position.WORKS, version=1)
    answer = host.ask("/de/index.html", Accept_Encoding="gzip, deflate, br")
    assert answer.headers["content-encoding"] == "br"
    assert brotli.decompress(answer.body) == host.ask("/de/index.html").body


def test_what_the_reader_has_already_is_not_sent_again(host):
    say(host, Position.WORKS, version=1)
    for encoding in ("", "gzip"):
        first = host.ask("/fr/index.html", Accept_Encoding=encoding)
        again = host.ask(
            "/fr/index.html", Accept_Encoding=encoding, If_None_Match=first.headers["etag"]
        )
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    say(host, Position.INTERRUPTED, version=2)
    changed = host.ask("/fr/index.html", If_None_Match=first.headers["etag"])
    assert changed.status == 200


def test_head_tells_what_get_would_send(host):
    say(host, Position.WORKS, version=1)
    head, get = host.ask("/de/index.html", method="HEAD"), host.ask("/de/index.html")
    assert head.body == b""
    for name in ("content-length", "content-type", "etag"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        ("de", "de"),
        ("be,de;q=0.5", "de"),
        ("es-ES, en;q=0.7", "en"),
        ("DE-be", "de"),
        ("pt", "fr"),
        ("", "fr"),
    ],
)
def test_the_root_leads_to_the_language_of_the_browser(host, header, language):
    say(host, Position.WORKS, version=1)
    answer = host.ask("/", Accept_Language=header)
    assert (answer.status, answer.headers["location"]) == (302, f"/{language}/")
    assert answer.headers["vary"] == "Accept-Language"
    assert host.ask(f"/{language}/").status == 200
    assert host.ask("/index.html").status == 200, "where no server negotiates: the chooser"


def test_a_version_keeps_its_address_for_ever(host):
    say(host, Position.INTERRUPTED, version=1)
    say(host, Position.WORKS, version=2)
    old = host.ask("/v/1/de/index.html")
    assert old.status == 200
    assert "außer Betrieb" in old.body.decode()
    assert "immutable" in old.headers["cache-control"]
    assert old.headers["x-robots-tag"] == "noindex"
    assert host.ask("/v/3/de/index.html").status == 404
    frames = "content-security-policy"
    assert old.headers[frames] == "frame-ancestors 'none'"
    assert host.ask("/v/1/de/embed.html").headers[frames] == "frame-ancestors *"


@pytest.mark.parametrize(
    ("path", "status"), [("/", 302), ("/fr/", 200), ("/v/1/fr/index.html", 200), ("/no", 404)]
)
def test_nginx_says_what_protects_with_each_answer(host, path, status):
    if host.kind != "nginx":
        pytest.skip("serve.py stands behind no TLS")
    say(host, Position.WORKS, version=1)
    answer = host.ask(path)
    assert answer.status == status
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["server"] == "nginx", "its version is nobody's business"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/../lock",
        "/v/../lock",
        "/%2e%2e/lock",
        "/v/1/..%2f..%2flock",
        "/de/%00",
        "/v/1.tmp/de/index.html",
        "/event.json",
        "/v/1/event.json",
        "/de/index.html/",
        "//etc/passwd",
        "/v/" + "9" * 3000 + "/x",
    ],
)
def test_there_is_nothing_beside_what_was_published(host, path):
    say(host, Position.WORKS, version=1)
    (host.directory / "v" / "1.tmp").mkdir()
    (host.directory / "v" / "1" / "event.json").write_text("{}")
    answer = host.ask(path)
    assert answer.status in (400, 404), answer.body[:200]
    assert b"root:" not in answer.body
    if answer.status == 404:
        assert "no-store" in answer.headers["cache-control"]


def test_nobody_can_write(host):
    say(host, Position.WORKS, version=1)
    for method in ("POST", "PUT", "DELETE"):
        assert host.ask("/status.json", method=method).status == 405
    assert host.ask("/status.json").status == 200


def test_the_heartbeat_is_read_anew_each_time(host):
    say(host, Position.WORKS, version=1)
    assert host.ask("/heartbeat.json").status == 404
    for text in ("first", "other"):
        (host.directory / "heartbeat.json").write_text(text)
        assert host.ask("/heartbeat.json").body == text.encode()


def test_changes_of_equal_length_in_one_second_are_never_hidden_by_a_304(host):
    """nginx's ETag is mtime in seconds and length: the trap of S6, on each file that is asked."""
    known, wrong = {}, 0
    for version in range(1, ALTERNATING + 1):
        comment = f"{version:06d}"
        bulletin = replace(
            a_bulletin(Position.SLOWED, version=version),
            comments=dict.fromkeys(("fr", "nl", "de", "en"), comment),
        )
        publish(bulletin, at=datetime.now(UTC), directory=host.directory,
                site=Site(directory=host.directory))  # fmt: skip
        for path in ("/status.json", "/de/fragment.html"):
            answer = host.ask(
                path, If_None_Match=known.get(path, '"none"'), Connection="keep-alive"
            )
            for _look in range(200):
                if answer.status == 200 and comment.encode() in answer.body:
                    break
                # serve.py looks at the link at most every 5 ms.
                threading.Event().wait(0.001)
                answer = host.ask(path, If_None_Match=known.get(path, '"none"'))
            else:
                wrong += 1
            known[path] = answer.headers["etag"]
    assert wrong == 0


def test_readers_under_load_never_see_a_torn_or_an_older_version(host):
    say(host, Position.WORKS, version=1)
    stop, seen, problems = threading.Event(), [], []

    def read():
        reader = status_hosts.Host(host.port, host.process, host.kind)
        last = 0
        while not stop.is_set():
            for path in ("/status.json", "/fr/api/v2/status.json", "/nl/api/v2/summary.json"):
                answer = reader.ask(path)
                value = json.loads(answer.body)
                version = value["version"] if "version" in value else value["page"]["x_version"]
                if answer.status != 200 or version < last:
                    problems.append((path, answer.status, version, last))
                last = version
                seen.append(version)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for each in readers:
        each.start()
    for version in range(2, 40):
        say(host, Position.SLOWED if version % 2 else Position.WORKS, version=version)
    stop.set()
    for each in readers:
        each.join()
    assert not problems, problems[:5]
    assert len(set(seen)) > 10


@pytest.mark.parametrize("host", ["serve"], indirect=True)
def test_who_connects_and_says_nothing_keeps_nobody_out(host):
    say(host, Position.WORKS, version=1)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2 * SILENT:
        pytest.skip("too few files may be open here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * SILENT), hard))
    with ExitStack() as stack:
        for _ in range(SILENT):
            stack.enter_context(socket.create_connection(("127.0.0.1", host.port), timeout=20))
        assert host.ask("/status.json").status == 200
        other = status_hosts.Host(host.port, host.process, host.kind)
        assert other.ask("/status.json").status == 200
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
