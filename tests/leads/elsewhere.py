"""Somebody else's web site: one page on an origin of its own, under a policy as strict as ours allows."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

#: What a browser gets to know of a page that lets nothing through but what is added to this.
NOTHING = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'"


class Elsewhere:
    """``body`` stands between a heading and a paragraph; ``lets_through`` is added to a policy of nothing."""

    def __init__(self) -> None:
        self.body = self.lets_through = self.style = ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, *args: object) -> None:
                """Nothing is logged."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}/"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        kind, body = ("text/css", self.style) if request.path == "/site.css" else ("text/html", self.page())
        request.send_response(200)
        request.send_header("Content-Type", f"{kind}; charset=utf-8")
        request.send_header("Content-Security-Policy", self.policy())
        request.send_header("Referrer-Policy", "no-referrer")
        request.end_headers()
        request.wfile.write(body.encode())

    def page(self) -> str:
        style = '<link rel="stylesheet" href="/site.css">' if self.style else ""
        return (
            '<!doctype html><html lang="nl-NL"><head><meta charset="utf-8"><link rel="icon" href="data:,">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>Winkel</title>{style}'
            f"</head><body><main><h1>Winkel</h1>{self.body}<p>Tot ziens</p></main></body></html>"
        )

    def policy(self) -> str:
        own = "style-src 'self'" if self.style else ""
        # Of a directive that stands twice browsers hear the first.
        nothing = NOTHING.replace("img-src data:; ", "") if "img-src" in self.lets_through else NOTHING
        return "; ".join(filter(None, (nothing, own, self.lets_through)))

    def __enter__(self) -> "Elsewhere":
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()
