"""A real Prometheus for tests: on a free loopback port, its data in a temporary folder, stopped by
its pid. And a proxy that makes it scrape the older text format, which it never asks for by itself."""

import contextlib
import http.server
import pathlib
import shutil
import subprocess
import threading
import urllib.request

import httpx
import yaml

from program import free_port, wait_until


def installed():
    return shutil.which("prometheus") is not None


class Prometheus:
    """Scrapes `targets`, {job: (host:port, path)}, every 200 ms."""

    def __init__(self, folder, targets):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.targets = targets
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        jobs = [{"job_name": job, "metrics_path": path, "static_configs": [{"targets": [address]}]}
                for job, (address, path) in self.targets.items()]
        config = self.folder / "prometheus.yml"
        config.write_text(yaml.safe_dump({
            "global": {"scrape_interval": "500ms", "scrape_timeout": "500ms"}, "scrape_configs": jobs}))
        self.log = open(self.folder / "prometheus.log", "wb")
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={self.folder / 'data'}",
             f"--web.listen-address=127.0.0.1:{self.port}", "--enable-feature=exemplar-storage",
             "--log.level=warn"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, cwd=self.folder)
        self.client = httpx.Client(base_url=self.url, trust_env=False, timeout=30)
        wait_until(self._is_ready, 60, "Prometheus is ready")
        return self

    def __exit__(self, *_):
        self.client.close()
        self.process.terminate()
        self.process.wait(timeout=30)
        self.log.close()

    def _is_ready(self):
        if self.process.poll() is not None:
            raise RuntimeError((self.folder / "prometheus.log").read_text(errors="replace"))
        with contextlib.suppress(httpx.HTTPError):
            return self.client.get("/-/ready").status_code == 200
        return False

    def query(self, expression):
        """The samples of an instant query: [(labels, value)]."""
        answer = self.client.get("/api/v1/query", params={"query": expression}).json()
        assert answer["status"] == "success", answer
        return [(sample["metric"], float(sample["value"][1])) for sample in answer["data"]["result"]]

    def exemplars(self, expression, start, end):
        answer = self.client.get("/api/v1/query_exemplars",
                                 params={"query": expression, "start": start, "end": end}).json()
        assert answer["status"] == "success", answer
        return [exemplar for series in answer["data"] for exemplar in series["exemplars"]]

    def targets_state(self):
        """{job: target} as Prometheus sees them."""
        answer = self.client.get("/api/v1/targets").json()
        return {target["labels"]["job"]: target for target in answer["data"]["activeTargets"]}

    def metadata(self, metric):
        return self.client.get("/api/v1/metadata", params={"metric": metric}).json()["data"].get(metric, [])


@contextlib.contextmanager
def text_proxy(upstream):
    """host:port of a server that passes GET on to `upstream` and asks for text 0.0.4; the content
    types that came back are in its `seen`."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802
            request = urllib.request.Request(upstream + self.path, headers={"Accept": "text/plain;version=0.0.4"})
            with urllib.request.urlopen(request, timeout=10) as answer:
                body, kind = answer.read(), answer.headers["Content-Type"]
            self.server.seen.add(kind)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.seen = set()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
