"""A shop's own web site, with a policy as strict as the one script tag allows."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit


class Site:
    """Serves one page on an origin of its own; ``tag`` is what the owner pasted into it."""

    def __init__(self) -> None:
        self.tag = self.theirs = ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, *args: object) -> None:
                """Nothing is logged."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}/"

    def paste(self, tag: str, *, script_from: str) -> None:
        """Put the tag on the page and let its origin through, as the owner's web master would."""
        parts = urlsplit(script_from)
        self.tag, self.theirs = tag, f"{parts.scheme}://{parts.netloc}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        found = request.path == "/"
        body = self.page().encode() if found else b""
        request.send_response(200 if found else 404)
        request.send_header("Content-Type", "text/html; charset=utf-8")
        request.send_header("Content-Length", str(len(body)))
        request.send_header("Content-Security-Policy", self.policy())
        request.send_header("Referrer-Policy", "no-referrer")
        request.end_headers()
        request.wfile.write(body)

    def page(self) -> str:
        return (
            '<!doctype html><html lang="nl"><head><meta charset="utf-8"><link rel="icon" href="data:,">'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Onze winkel</title>'
            f"</head><body><main><h1>Stel zelf samen</h1>{self.tag}<p>Tot ziens</p></main></body></html>"
        )

    def policy(self) -> str:
        theirs = f"script-src {self.theirs}; frame-src {self.theirs}; " if self.theirs else ""
        return f"default-src 'none'; img-src data:; {theirs}base-uri 'none'; form-action 'none'"

    def __enter__(self) -> "Site":
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()
