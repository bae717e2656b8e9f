"""The least of a browser: one connection kept open, cookies, forms with their token."""

import http.client
import re
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Answer:
    """What came back, and how long it took."""

    status: int
    body: str
    location: str
    milliseconds: float


@dataclass
class Browser:
    """One person at one machine."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        """Fetch a page."""
        return self._ask("GET", path, body=None)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form with the token of the cookie."""
        body = urlencode({"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **fields})
        return self._ask("POST", path, body=body)

    def sign_in(self, email: str, *, password: str) -> None:
        """By the page of signing in, as everybody; raises SystemExit when refused."""
        page = self.get("/account/login/")
        found = _TOKEN.search(page.body)
        token = found[1] if found else ""
        answer = self.post(
            "/account/login/",
            {
                "login": email,
                "password": password,
                "csrfmiddlewaretoken": token,
            },
        )
        if answer.status != 302 or "sessionid" not in self.cookies:
            raise SystemExit(f"{email} could not sign in: {answer.status}\n{answer.body[:200]}")

    def _ask(self, method: str, path: str, *, body: str | None) -> Answer:
        connection = self.connection or http.client.HTTPConnection("127.0.0.1", self.port)
        self.connection = connection
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept-Language": "fr",
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begin = time.perf_counter()
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        content = response.read()
        milliseconds = (time.perf_counter() - begin) * 1000
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Answer(
            status=response.status,
            body=content.decode(errors="replace"),
            location=response.headers.get("Location", ""),
            milliseconds=milliseconds,
        )
