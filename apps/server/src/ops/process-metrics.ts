// Memory, processor time, descriptors and the delay of the event loop of this process, under the names that
// Prometheus' own clients use.
import { readdirSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { counter, gauge, type Metric } from './metric-text.ts'

const NANOSECONDS = 1e9

/** Wakes the process 50 times a second: it runs from the first reading on, and never where nobody reads. */
export class LoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: 20 })

  /** In seconds, since the reading before. */
  read(quantiles: readonly number[]): number[] {
    const delays = quantiles.map((quantile) => this.#histogram.percentile(quantile * 100) / NANOSECONDS)
    this.#histogram.reset()
    this.#histogram.enable()
    return delays
  }
}

const loopDelay = new LoopDelay()
const QUANTILES = [0.5, 0.99]

export function processMetrics(): Metric[] {
  const { rss, heapUsed, external } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  const descriptors = openDescriptors()
  const startedAt = (performance.timeOrigin / 1000).toFixed(0)
  const delays = loopDelay.read(QUANTILES)
  const loop = QUANTILES.map((quantile, at) => ({
    labels: { quantile: String(quantile) },
    value: delays[at] ?? 0,
  }))
  return [
    counter('process_cpu_seconds_total', 'Processor time.', (user + system) / 1e6),
    gauge('process_resident_memory_bytes', 'Resident memory.', rss),
    gauge('process_heap_bytes', 'Heap in use.', heapUsed),
    gauge('process_external_memory_bytes', 'Memory of buffers.', external),
    gauge('process_start_time_seconds', 'Start, in seconds since 1970.', Number(startedAt)),
    ...(descriptors === undefined ? [] : [gauge('process_open_fds', 'Open descriptors.', descriptors)]),
    {
      name: 'rufwerk_event_loop_delay_seconds',
      help: 'Delay of the event loop since the last reading; measured from the first one on.',
      type: 'gauge',
      samples: loop,
    },
  ]
}

/** Undefined where the system does not say. */
function openDescriptors(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return undefined
  }
}
