"""An HTTP server for tests: on a free port, in threads, and silent."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class QuietServer(ABC):
    """A server at `url`. An answer that takes its time waits for `over`, which is set at the end, and does not sleep."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    @abstractmethod
    def handle(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request, a GET or a POST."""

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Answer until the end of the block."""
        thread = threading.Thread(target=self._http.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield self
        finally:
            self.over.set()
            self._http.shutdown()
            thread.join()
            self._http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:  # noqa: N802
                server.handle(self)

            def do_POST(self) -> None:  # noqa: N802
                server.handle(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        return Handler
