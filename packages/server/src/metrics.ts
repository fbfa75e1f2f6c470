/** What the server counts for Prometheus. */

import type { ServerFrame } from '@imflow/websocket';
import { Counter, Gauge, Histogram, type Metric, type Registry } from 'prom-client';

/** Where metrics are registered: a `Registry` of `prom-client`, such as its `register`. */
export type MetricsRegistry = Pick<Registry, 'registerMetric' | 'getSingleMetric'>;

/** The counters of a server. */
export interface Metrics {
  /** A request was answered. @param duration from its arrival, in ms. */
  answered(request: string, answer: ServerFrame['type'], code: number | undefined, duration: number): void;
  /** Entries were committed together. */
  committed(entries: number): void;
  storeFailed(): void;
  /** A frame of a client could not be read. */
  unreadable(): void;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const SIZES = [1, 2, 5, 10, 25, 50, 100, 250, 500];
const NONE: Metrics = { answered() {}, committed() {}, storeFailed() {}, unreadable() {} };

/** @param connections returns the number of open sockets. */
export function createMetrics(registry: MetricsRegistry | undefined, connections: () => number): Metrics {
  if (registry === undefined) return NONE;

  /** Servers of one process that share a registry share its metrics. */
  function metric<T extends Metric>(name: string, help: string, make: (common: Common) => T): T {
    const known = registry?.getSingleMetric(name) as T | undefined;
    if (known !== undefined) return known;
    const made = make({ name, help, registers: [] });
    registry?.registerMetric(made);
    return made;
  }

  const requests = metric(
    'imflow_requests_total',
    'Requests by their type and the code of the answer; 200 for those that were not refused.',
    (common) => new Counter({ ...common, labelNames: ['type', 'code'] }),
  );
  const durations = metric(
    'imflow_accept_duration_seconds',
    'Time from the arrival of a message or operation until it was accepted.',
    (common) => new Histogram({ ...common, buckets: SECONDS }),
  );
  const commits = metric(
    'imflow_commit_entries',
    'Messages and operations that were committed together.',
    (common) => new Histogram({ ...common, buckets: SIZES }),
  );
  const failures = metric(
    'imflow_store_failures_total',
    'Requests that failed because the store did.',
    (common) => new Counter(common),
  );
  const unreadable = metric(
    'imflow_unreadable_frames_total',
    'Frames of clients that could not be read.',
    (common) => new Counter(common),
  );
  const sockets = metric('imflow_connections', 'Sockets that are open.', (common) => {
    const counts = new Set<() => number>();
    return Object.assign(
      new Gauge({
        ...common,
        collect() {
          this.set(Array.from(counts, (count) => count()).reduce((sum, count) => sum + count, 0));
        },
      }),
      { counts },
    );
  });
  sockets.counts.add(connections);

  return {
    answered(type, answer, code, duration) {
      requests.inc({ type, code: String(answer === 'refused' ? code : 200) });
      if (answer === 'accepted' && (type === 'message' || type === 'operation')) durations.observe(duration / 1_000);
    },
    committed: (entries) => commits.observe(entries),
    storeFailed: () => failures.inc(),
    unreadable: () => unreadable.inc(),
  };
}

interface Common {
  readonly name: string;
  readonly help: string;
  readonly registers: never[];
}
