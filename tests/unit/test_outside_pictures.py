"""Pictures from outside: fetched only from the public internet, bounded, written anew."""

import io
import socket
import threading

import pytest
from PIL import Image

from vitrine.channels import outside_pictures
from vitrine.channels.outside_pictures import NoPicture, Ways, fetch_picture, is_public


def png(size=(20, 10)):
    content = io.BytesIO()
    Image.new("RGB", size, "teal").save(content, "PNG")
    return content.getvalue()


def answer(body=b"", *, status="200 OK", **headers):
    lines = [f"HTTP/1.1 {status}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Outside:
    """A server on this machine that plays the internet: what it says, and what it was asked."""

    def __init__(self, *answers, drip=0.0):
        self.answers = list(answers)
        self.asked = []
        self.drip = drip
        self.addresses = {}
        self.connected = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.over = threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while self.answers:
            try:
                connection, _address = self.server.accept()
            except OSError:
                return
            with connection:
                self.asked.append(connection.recv(65536).decode())
                self.say(connection, self.answers.pop(0))

    def say(self, connection, words):
        try:
            if not self.drip:
                connection.sendall(words)
            for letter in words if self.drip else b"":
                connection.sendall(bytes([letter]))
                if self.over.wait(self.drip):
                    return
        except OSError:
            pass

    def resolve(self, host, port):
        return self.addresses.get(host, ["93.184.216.34"])

    def connect(self, address, port, *, seconds):
        self.connected.append((address, port))
        return socket.create_connection(self.server.getsockname(), timeout=seconds)

    @property
    def ways(self):
        return Ways(resolve=self.resolve, connect=self.connect)


@pytest.fixture
def outside():
    opened = []

    def begin(*answers, **more):
        opened.append(Outside(*answers, **more))
        return opened[-1]

    yield begin
    for one in opened:
        one.over.set()
        one.server.close()


def test_a_picture_comes_as_a_webp_of_ours(outside):
    there = outside(answer(png(), Content_Type="text/html", Set_Cookie="a=b"))

    content = fetch_picture("http://pictures.example/a b.png?x=1&y=2", ways=there.ways)

    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (20, 10))
    [asked] = there.asked
    assert asked.startswith("GET /a%20b.png?x=1&y=2 HTTP/1.1\r\n")
    assert "cookie" not in asked.lower()
    assert "referer" not in asked.lower()
    assert there.connected == [("93.184.216.34", 80)]


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254",
        "172.16.0.1", "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "224.0.0.1",
        "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0",
        "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::",
        "2001::1", "64:ff9b::7f00:1", "2001:db8::1", "not an address", "",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused(outside, address):
    there = outside(answer(png()))
    there.addresses["inside.example"] = [address]

    assert not is_public(address)
    with pytest.raises(NoPicture, match="public"):
        fetch_picture("http://inside.example/x.png", ways=there.ways)
    assert there.connected == []


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111"])
def test_the_public_internet_is_allowed(address):
    assert is_public(address)


def test_a_name_with_one_inside_address_is_refused(outside):
    there = outside(answer(png()))
    there.addresses["both.example"] = ["93.184.216.34", "127.0.0.1"]

    with pytest.raises(NoPicture):
        fetch_picture("http://both.example/x.png", ways=there.ways)


@pytest.mark.parametrize(
    "target",
    [
        "http://inside.example/", "//inside.example/", "http://user:secret@pictures.example/",
        "http://pictures.example:22/", "ftp://pictures.example/", "file:///etc/passwd",
        "gopher://inside.example/", "data:image/png;base64,AAAA",
    ],
)  # fmt: skip
def test_a_redirection_is_examined_like_the_first_address(outside, target):
    there = outside(answer(status="302 Found", Location=target), answer(png()))
    there.addresses["inside.example"] = ["127.0.0.1"]

    with pytest.raises(NoPicture):
        fetch_picture("http://pictures.example/x.png", ways=there.ways)
    assert len(there.connected) == 1


def test_a_redirection_within_the_public_internet_is_followed(outside):
    there = outside(answer(status="301 Moved", Location="/y.png"), answer(png()))

    assert fetch_picture("http://pictures.example/x.png", ways=there.ways)
    assert there.asked[1].startswith("GET /y.png ")


def test_redirections_end(outside):
    there = outside(*[answer(status="302 Found", Location="/again")] * 9)

    with pytest.raises(NoPicture, match="too many redirections"):
        fetch_picture("http://pictures.example/x.png", ways=there.ways)


@pytest.mark.parametrize(
    "body", [b"", b"<svg onload=alert(1)>", b"<html>", b"GIF89a", b"\x89PNG\r\n", b"BM" + b"x" * 99]
)
def test_what_is_no_picture_is_not_given_on(outside, body):
    there = outside(answer(body, Content_Type="image/png"))

    with pytest.raises(NoPicture, match="no picture"):
        fetch_picture("http://pictures.example/x.png", ways=there.ways)


def test_a_picture_that_is_too_large_is_left(outside, monkeypatch):
    monkeypatch.setattr(outside_pictures, "MOST_BYTES", 10_000)
    there = outside(answer(png() + b"x" * 20_000))

    with pytest.raises(NoPicture, match="too large"):
        fetch_picture("http://pictures.example/x.png", ways=there.ways)


@pytest.mark.parametrize("words", [answer(png()), b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 99])
def test_a_server_that_drips_is_left_in_time(outside, monkeypatch, words):
    monkeypatch.setattr(outside_pictures, "PATIENCE", 0.5)
    there = outside(words, drip=0.05)

    with pytest.raises(NoPicture):
        fetch_picture("http://pictures.example/x.png", ways=there.ways)


@pytest.mark.parametrize("words", [b"", b"\0", b"HTTP/1.1 200", answer(status="404 No"), b"x" * 99])
def test_whatever_a_server_says_is_an_answer_to_us(outside, words):
    there = outside(words)

    with pytest.raises(NoPicture):
        fetch_picture("http://pictures.example/x.png", ways=there.ways)


@pytest.mark.parametrize("address", ["http://[", "http://\udcff.example/", "http://" + "a" * 300])
def test_whatever_stands_in_a_message_is_an_address_to_us(outside, address):
    there = outside(answer(png()))

    with pytest.raises(NoPicture):
        fetch_picture(address, ways=there.ways)


def test_slow_senders_do_not_occupy_every_thread(outside, monkeypatch):
    monkeypatch.setattr(outside_pictures, "PATIENCE", 3)
    there = outside(*[answer(png())] * 3, drip=0.5)

    def wait():
        with pytest.raises(NoPicture):
            fetch_picture("http://a.example/", ways=there.ways)

    slow = [threading.Thread(target=wait) for _number in range(outside_pictures.AT_ONCE)]
    for one in slow:
        one.start()
    while len(there.connected) < outside_pictures.AT_ONCE:
        threading.Event().wait(0.01)

    with pytest.raises(NoPicture, match="at once"):
        fetch_picture("http://pictures.example/x.png", ways=there.ways)
    there.over.set()
    for one in slow:
        one.join()
