"""What telemetry is sent to: a receiver that takes whatever comes, and dead ones."""

import contextlib
import socket
import threading

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


def _serve(connection):
    """Reads requests and answers each; looks at nothing but their lengths, to cost little."""
    kept = b""
    with contextlib.suppress(OSError, ValueError), connection:
        while True:
            while b"\r\n\r\n" not in kept:
                part = connection.recv(1 << 18)
                if not part:
                    return
                kept += part
            head, _, kept = kept.partition(b"\r\n\r\n")
            lines = [line.partition(b":") for line in head.lower().split(b"\r\n")]
            length = next((int(value) for name, _, value in lines if name == b"content-length"), 0)
            missing = length - len(kept)
            kept = kept[length:]
            while missing > 0:
                part = connection.recv(min(missing, 1 << 18))
                if not part:
                    return
                missing -= len(part)
            connection.sendall(ANSWER)


def _accept(listener):
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_serve, args=(connection,), daemon=True).start()


@contextlib.contextmanager
def taking():
    """The address of one that takes everything."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        threading.Thread(target=_accept, args=(listener,), daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def stalled():
    """The address of one that takes connections and never reads or answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


@contextlib.contextmanager
def gone():
    """An address where nobody listens."""
    with socket.socket() as holder:  # bound and not listening: refuses, and nobody else gets it
        holder.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{holder.getsockname()[1]}"
