"""A program with OpenTelemetry's own SDK that sends logs, spans and metrics to a receiver and
prints what it sent, as one line of JSON.

    python sender.py BASE_URL TOKEN delta|cumulative
"""

import json
import sys
import time

from opentelemetry._logs import SeverityNumber
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind

base, token, temporality = sys.argv[1:]
headers = {"Authorization": f"Bearer {token}"}
resource = Resource.create({"service.name": "shop", "service.instance.id": "web-1"})
ROUNDS = 4
sent = {"orders": [], "work": [], "waits": [], "requests": 0, "failed": 0, "lines": 0}

chosen = AggregationTemporality.DELTA if temporality == "delta" else AggregationTemporality.CUMULATIVE
exporter = OTLPMetricExporter(
    endpoint=f"{base}/v1/metrics",
    headers=headers,
    compression=Compression.Gzip,
    preferred_temporality={Counter: chosen, Histogram: chosen},
)
reader = PeriodicExportingMetricReader(exporter, export_interval_millis=3_600_000)
exponential = View(instrument_name="wait.duration", aggregation=ExponentialBucketHistogramAggregation())
meters = MeterProvider(resource=resource, metric_readers=[reader], views=[exponential])
meter = meters.get_meter("shop")
placed = meter.create_counter("orders.placed")
work = meter.create_histogram("work.duration", unit="s")
waits = meter.create_histogram("wait.duration", unit="ms")
for index in range(ROUNDS):
    count = index * 3 + 1
    for number in range(count):
        placed.add(2)
        work.record(0.004 * (number + 1))
        waits.record(20 + number)
    sent["orders"].append(2 * count)
    sent["work"].append(count)
    sent["waits"].append(count)
    meters.force_flush()
meters.shutdown()

tracers = TracerProvider(resource=resource)
tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{base}/v1/traces", headers=headers)))
tracer = tracers.get_tracer("http")
for index in range(120):
    status = 503 if index % 8 == 0 else 200
    attributes = {
        "http.request.method": "GET",
        "http.route": "/orders/{id}",
        "url.path": f"/orders/{index}",
        "http.response.status_code": status,
    }
    with tracer.start_as_current_span("GET /orders/{id}", kind=SpanKind.SERVER, attributes=attributes):
        tracer.start_span("SELECT", kind=SpanKind.CLIENT).end()
    sent["requests"] += 1
    sent["failed"] += status == 503
tracers.shutdown()

loggers = LoggerProvider(resource=resource)
loggers.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(endpoint=f"{base}/v1/logs", headers=headers)))
logger = loggers.get_logger("shop")
for index in range(30):
    logger.emit(
        timestamp=time.time_ns(),
        severity_number=SeverityNumber.ERROR,
        body=f"paid order {index} measure#pay={index + 1}ms",
        attributes={"order.id": index},
    )
    sent["lines"] += 1
loggers.shutdown()
print(json.dumps(sent))
