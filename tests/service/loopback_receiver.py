"""What the receivers of the service tests share: an HTTP server on a loopback port that keeps what
is posted to it and answers as the test wants."""

import http.server
import threading


class LoopbackReceiver:
    """Listens from its making to `close`. A subclass answers each POST in `receive`."""

    def __init__(self, port=0):
        self.closed = threading.Event()
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                answer = owner.receive(self.path, self.headers, body)
                if answer is None or owner.closed.is_set():
                    self.close_connection = True
                    return
                status, headers, content = answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # a program that has given up waiting

        self._server = Server(("127.0.0.1", port), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def receive(self, path, headers, body):
        """(status, headers, content) to answer, or None to hang up without a word. Called by
        several threads."""
        raise NotImplementedError

    def close(self):
        self.closed.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
