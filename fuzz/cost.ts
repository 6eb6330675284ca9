// Whether the work grows faster than the input. Time is that of this thread on its core, the shortest of
// several runs, because the machine does other things meanwhile; and it is looked at twice: as such, and
// against the time of half the input.

/** 64 kB within 50 ms. */
const BASE_MS = 4
const MS_PER_BYTE = 0.0007
const RUNS = 7
/** An input that takes less is not looked at twice. */
const WORTH_MS = 4
/** Below this a ratio says nothing: half an input may end sooner for a reason of its own. */
const RATIO_WORTH_MS = 12
/** Twice the input may take this many times the time; quadratic work takes four times. */
const RATIO_MAX = 3.3

function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

function shortestMs(work: () => void): number {
  let shortest = Number.POSITIVE_INFINITY
  for (let run = 0; run < RUNS; run++) {
    const before = threadMs()
    work()
    shortest = Math.min(shortest, threadMs() - before)
  }
  return shortest
}

/** Throws when the work for an input takes too long. */
export function assertQuick(work: (input: Uint8Array) => void, input: Uint8Array): void {
  const before = threadMs()
  work(input)
  const first = threadMs() - before
  const budget = BASE_MS + MS_PER_BYTE * input.length
  if (first <= Math.min(budget, WORTH_MS)) return
  const whole = shortestMs(() => work(input))
  if (whole > budget)
    throw new Error(`slow: ${whole.toFixed(1)} ms for ${input.length} bytes, at most ${budget.toFixed(1)} ms`)
}

/** Throws when twice the size takes much more than twice the time. */
export function assertLinear(work: (input: Uint8Array) => void, half: Uint8Array, whole: Uint8Array): void {
  assertQuick(work, whole)
  const wholeMs = shortestMs(() => work(whole))
  if (wholeMs < RATIO_WORTH_MS) return
  const halfMs = shortestMs(() => work(half))
  if (wholeMs > RATIO_MAX * halfMs)
    throw new Error(
      `more than linear: ${halfMs.toFixed(1)} ms for ${half.length} bytes, ` +
        `${wholeMs.toFixed(1)} ms for ${whole.length}`,
    )
}
