// A program with OpenTelemetry's own SDKs that sends logs, spans and metrics to a receiver and
// prints what it sent, as one line of JSON.
//
//   node sender.mjs BASE_URL TOKEN proto|json delta|cumulative

import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { SpanKind } from "@opentelemetry/api";

const [base, token, encoding, temporality] = process.argv.slice(2);
const kind = encoding === "json" ? "http" : "proto";
const { OTLPLogExporter } = await import(`@opentelemetry/exporter-logs-otlp-${kind}`);
const { OTLPMetricExporter } = await import(`@opentelemetry/exporter-metrics-otlp-${kind}`);
const { OTLPTraceExporter } = await import(`@opentelemetry/exporter-trace-otlp-${kind}`);

const headers = { Authorization: `Bearer ${token}` };
const resource = resourceFromAttributes({ "service.name": "shop", "service.instance.id": "web-1" });
const ROUNDS = 4;

const metricReader = new PeriodicExportingMetricReader({
  exporter: new OTLPMetricExporter({
    url: `${base}/v1/metrics`,
    headers,
    temporalityPreference: temporality === "delta" ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE,
    compression: "gzip",
  }),
  exportIntervalMillis: 3_600_000,
});
const meters = new MeterProvider({ resource, readers: [metricReader] });
const meter = meters.getMeter("shop");
const placed = meter.createCounter("orders.placed");
const work = meter.createHistogram("work.duration", { unit: "s" });
const sent = { orders: [], work: [], requests: 0, failed: 0, lines: 0 };
for (let round = 0; round < ROUNDS; round++) {
  let orders = 0;
  for (let index = 0; index <= round * 3; index++) {
    placed.add(2);
    work.record(0.004 * (index + 1));
    orders += 2;
  }
  sent.orders.push(orders);
  sent.work.push(round * 3 + 1);
  await meters.forceFlush();
}
await meters.shutdown();

const tracers = new BasicTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${base}/v1/traces`, headers }))],
});
const tracer = tracers.getTracer("http");
for (let index = 0; index < 120; index++) {
  const status = index % 8 === 0 ? 503 : 200;
  const attributes = {
    "http.request.method": "GET",
    "http.route": "/orders/{id}",
    "url.path": `/orders/${index}`,
    "http.response.status_code": status,
  };
  const span = tracer.startSpan("GET /orders/{id}", { kind: SpanKind.SERVER, attributes });
  tracer.startSpan("SELECT", { kind: SpanKind.CLIENT }).end();
  span.end();
  sent.requests += 1;
  sent.failed += status === 503 ? 1 : 0;
}
await tracers.shutdown();

const loggers = new LoggerProvider({
  resource,
  processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${base}/v1/logs`, headers }) })],
});
const logger = loggers.getLogger("shop");
for (let index = 0; index < 30; index++) {
  logger.emit({ severityNumber: 17, body: `paid order ${index} measure#pay=${index + 1}ms`, attributes: { "order.id": index } });
  sent.lines += 1;
}
await loggers.shutdown();
console.log(JSON.stringify(sent));
