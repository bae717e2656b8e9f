"""A token endpoint as Microsoft 365 and Google have one, and as RFC 6749 says."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class TokenServer:
    """Gives access tokens for good refresh tokens; `introspect` is for Dovecot."""

    user: str = "helpdesk"
    refresh_tokens: set = field(default_factory=lambda: {"refresh-1"})
    rotates: bool = False
    expires_in: int = 3600
    asked: list = field(default_factory=list)
    given: list = field(default_factory=list)
    good: set = field(default_factory=set)
    """Access tokens that mail servers take."""
    answer: tuple | None = None
    """(status, body) instead of what is right."""

    def open(self):
        """Listen; returns the server, to be shut down."""
        tokens = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers["Content-Length"])
                fields = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
                self.tell(*tokens.token_for(fields))

            def do_GET(self):
                token = parse_qs(urlsplit(self.path).query).get("token", [""])[0]
                is_good = token in tokens.good
                self.tell(200, {"active": str(is_good).lower(), "email": tokens.user})

            def tell(self, status, body):
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                if status in (301, 302, 307, 308):
                    self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_arguments):
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = server.server_address[1]
        self.token_url = f"http://127.0.0.1:{self.port}/token"
        self.introspection_url = f"http://127.0.0.1:{self.port}/introspect?token="
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        return server

    def token_for(self, fields):
        """Status and body for a request."""
        self.asked.append(fields)
        if self.answer:
            return self.answer
        is_refresh = fields.get("grant_type") == "refresh_token"
        if is_refresh and fields.get("refresh_token") not in self.refresh_tokens:
            return 400, {"error": "invalid_grant", "error_description": "AADSTS70008: expired"}
        token = f"access-{len(self.given) + 1}"
        self.given.append(token)
        self.good.add(token)
        body = {"token_type": "Bearer", "access_token": token, "expires_in": self.expires_in}
        if self.rotates:
            body["refresh_token"] = f"refresh-{len(self.given) + 1}"
            self.refresh_tokens = {body["refresh_token"]}
        return 200, body
