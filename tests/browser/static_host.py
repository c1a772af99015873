"""Serve the built site under a sub-path, compressed, as a static host does."""

import gzip
import threading
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SITE = Path(__file__).parents[2] / "docs" / "_build" / "html"
PREFIX = "/project/"
TEXT = {".html", ".css", ".js", ".json", ".svg", ".txt", ".py", ".ipynb", ".inv"}


class Handler(SimpleHTTPRequestHandler):
    """Serve the site below the prefix, compressed where that helps."""

    protocol_version = "HTTP/1.1"

    def translate_path(self, path):
        if not path.startswith(PREFIX):
            return str(SITE / "no such file")
        return super().translate_path("/" + path.removeprefix(PREFIX))

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            self.send_error(404)
            return
        content = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Cache-Control", "max-age=600")
        if path.suffix in TEXT:
            content = gzip.compress(content, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        # A browser that leaves a page hangs up on what it no longer needs.
        with suppress(ConnectionError):
            self.wfile.write(content)

    def log_message(self, *_args):
        """Say nothing; who asks tells what failed."""


@contextmanager
def static_host():
    """Yield the address of the site while it is served."""
    handler = partial(Handler, directory=str(SITE))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}{PREFIX}"
        server.shutdown()
