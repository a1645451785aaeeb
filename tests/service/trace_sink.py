"""A receiver of traces that decodes them with other people's libraries: OTLP with the package
opentelemetry-proto, Jaeger's Thrift with Apache Thrift's own reader."""

import gzip
import threading
import time

from loopback_receiver import LoopbackReceiver


class Span:
    """One span, the same whatever it came as."""

    def __init__(self, trace_id, span_id, parent_id, name, kind, failed, attributes, resource, start, end):
        self.trace_id, self.span_id, self.parent_id = trace_id, span_id, parent_id
        self.name, self.kind, self.failed = name, kind, failed
        self.attributes, self.resource = attributes, resource
        self.start, self.end = start, end  # seconds

    def __repr__(self):
        return f"Span({self.name}, {self.attributes})"


def _value(any_value):
    return getattr(any_value, any_value.WhichOneof("value"))


def decode_otlp(body):
    """The spans of an ExportTraceServiceRequest; raises on anything else."""
    from opentelemetry.proto.collector.trace.v1 import trace_service_pb2

    request = trace_service_pb2.ExportTraceServiceRequest.FromString(body)
    kinds = {1: "internal", 2: "server", 3: "client", 4: "producer", 5: "consumer"}
    spans = []
    for of_resource in request.resource_spans:
        resource = {pair.key: _value(pair.value) for pair in of_resource.resource.attributes}
        for of_scope in of_resource.scope_spans:
            for span in of_scope.spans:
                assert len(span.trace_id) == 16 and len(span.span_id) == 8
                spans.append(Span(
                    span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex(), span.name,
                    kinds[span.kind], span.status.code == 2,
                    {pair.key: _value(pair.value) for pair in span.attributes}, resource,
                    span.start_time_unix_nano / 1e9, span.end_time_unix_nano / 1e9))
    return spans


def _read_struct(protocol):
    """A structure of any type as a dictionary by field number."""
    fields = {}
    protocol.readStructBegin()
    while True:
        _, kind, number = protocol.readFieldBegin()
        if kind == 0:
            break
        fields[number] = _read_value(protocol, kind)
        protocol.readFieldEnd()
    protocol.readStructEnd()
    return fields


def _read_value(protocol, kind):
    from thrift.Thrift import TType

    plain = {TType.BOOL: protocol.readBool, TType.I32: protocol.readI32, TType.I64: protocol.readI64,
             TType.DOUBLE: protocol.readDouble, TType.STRING: protocol.readString}
    if kind in plain:
        return plain[kind]()
    if kind == TType.STRUCT:
        return _read_struct(protocol)
    assert kind == TType.LIST, kind
    of, count = protocol.readListBegin()
    values = [_read_value(protocol, of) for _ in range(count)]
    protocol.readListEnd()
    return values


def decode_jaeger(body):
    """The spans of a Batch of jaeger.thrift, whose fields are named here by number."""
    from thrift.protocol.TBinaryProtocol import TBinaryProtocol
    from thrift.transport.TTransport import TMemoryBuffer

    transport = TMemoryBuffer(body)
    batch = _read_struct(TBinaryProtocol(transport))
    assert transport.read(1) == b"", "there is more behind the batch"

    def tags(given):
        return {tag[1]: tag[{0: 3, 1: 4, 2: 5, 3: 6}[tag[2]]] for tag in given}

    def digits(number):
        return f"{number & 0xFFFFFFFFFFFFFFFF:016x}"

    process = batch[1]
    resource = {"service.name": process[1], **tags(process[2])}
    spans = []
    for span in batch[2]:
        attributes = tags(span[10])
        spans.append(Span(
            digits(span[2]) + digits(span[1]), digits(span[3]), digits(span[4]) if span[4] else "",
            span[5], attributes.pop("span.kind"), attributes.pop("error", False), attributes, resource,
            span[8] / 1e6, (span[8] + span[9]) / 1e6))
    return spans


class TraceSink(LoopbackReceiver):
    """`answer` is its status, or gives it for a path; `stall` makes it wait with it."""

    def __init__(self, port=0):
        self.answer = 200
        self.headers = {}
        self.stall = threading.Event()
        self.bodies = []
        self.requests = []  # path and headers
        super().__init__(port)

    def receive(self, path, headers, body):
        if headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.requests.append((path, dict(headers)))
        while self.stall.is_set() and not self.closed.wait(0.01):
            pass
        status = self.answer(path) if callable(self.answer) else self.answer
        if status < 300 and not self.closed.is_set():
            self.bodies.append(body)
        return status, self.headers, b""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def spans(self, decode=decode_otlp):
        """All that it has accepted."""
        return [span for body in list(self.bodies) for span in decode(body)]

    def wait_for(self, condition, decode=decode_otlp, limit=20):
        """The first span for which `condition` is true."""
        deadline = time.monotonic() + limit
        while True:
            for span in self.spans(decode):
                if condition(span):
                    return span
            if time.monotonic() > deadline:
                raise TimeoutError(f"no such span among {self.spans(decode)}")
            time.sleep(0.02)
