// The loop: choose or make an input, check it, keep it when its outcome is new. A run is decided by its seed.
// The corpus grows by outcomes (which error, which kind of message) and not by code coverage: V8's precise
// coverage costs ten times the speed here and would make a run depend on what was compiled when.
import { SeededRandom } from '@rufwerk/testing'
import { assertLinear, assertQuick } from './cost.ts'
import { mutate, pick, stretch } from './mutate.ts'
import { briefly } from './report.ts'
import { assertUntouched, type Target } from './target.ts'

const CORPUS_MAX = 3_000
/** Inputs of this length and more are measured. */
const MEASURED_BYTES_MIN = 4_096
const GENERATED = 0.25
const STRETCHED = 0.01
const CASE_STEP = 0x9e37_79b1

export interface Finding {
  readonly target: string
  readonly seed: number
  /** Number of the first of `inputs`, for the chance that goes with it. */
  readonly firstCase: number
  /** A few lines. */
  readonly message: string
  /** Everything since the last rest; the last one showed it. */
  readonly inputs: readonly string[]
}

export interface Run {
  readonly cases: number
  readonly outcomes: number
  readonly finding?: Finding
}

export interface RunOptions {
  readonly seed: number
  /** Ends after so many cases or when the time is over, whichever comes first. */
  readonly casesMax?: number
  readonly durationMs?: number
}

/** The chance of one case. */
function chanceOf(seed: number, count: number): SeededRandom {
  return new SeededRandom((Math.imul(count + 1, CASE_STEP) ^ seed) >>> 0)
}

export async function runTarget(target: Target, options: RunOptions): Promise<Run> {
  const { seed, casesMax = Number.POSITIVE_INFINITY, durationMs = Number.POSITIVE_INFINITY } = options
  const endsAt = performance.now() + durationMs
  const corpus = [...target.seeds]
  const outcomes = new Set<string>()
  let history: Uint8Array[] = []
  let firstCase = 0
  let count = 0
  const restEvery = target.restEvery ?? 1
  try {
    for (; count < casesMax && performance.now() < endsAt; count++) {
      const random = chanceOf(seed, count)
      const input =
        count < target.seeds.length ? (corpus[count] as Uint8Array) : inputFor(target, corpus, random)
      history.push(input)
      const outcome = await checkOne(target, input, chanceOf(seed, ~count))
      if (!outcomes.has(outcome)) {
        outcomes.add(outcome)
        if (corpus.length < CORPUS_MAX) corpus.push(input)
      }
      if (history.length < restEvery) continue
      await target.rest?.()
      history = []
      firstCase = count + 1
    }
    if (history.length > 0) await target.rest?.()
  } catch (error) {
    const inputs = history.map((input) => Buffer.from(input).toString('base64'))
    const finding = { target: target.name, seed, firstCase, message: briefly(error), inputs }
    return { cases: count + 1, outcomes: outcomes.size, finding }
  }
  return { cases: count, outcomes: outcomes.size }
}

/** Gives a target once more what showed a finding. Returns what it shows now. */
export async function replay(target: Target, finding: Finding): Promise<string | undefined> {
  try {
    let count = finding.firstCase
    for (const text of finding.inputs) {
      await checkOne(target, Buffer.from(text, 'base64'), chanceOf(finding.seed, ~count))
      count += 1
    }
    await target.rest?.()
    return undefined
  } catch (error) {
    return briefly(error)
  }
}

function inputFor(target: Target, corpus: readonly Uint8Array[], random: SeededRandom): Uint8Array {
  const { words, bytesMax } = target
  if (target.work !== undefined && random.next() < STRETCHED)
    return stretch(pick(corpus, random), random, bytesMax, words)
  const isGenerated = target.generate !== undefined && random.next() < GENERATED
  const start = isGenerated ? target.generate?.(random) : undefined
  if (start !== undefined && random.next() < 0.3) return start
  return mutate(start ?? pick(corpus, random), random, { words, corpus }).subarray(0, bytesMax)
}

async function checkOne(target: Target, input: Uint8Array, random: SeededRandom): Promise<string> {
  const outcome = await target.check(input, random)
  assertUntouched()
  if (target.work !== undefined && input.length >= MEASURED_BYTES_MIN) {
    assertQuick(target.work, input)
    if (input.length === target.bytesMax) assertLinear(target.work, halfOf(input), input)
  }
  return outcome
}

/** Start and end stay, what is between is halved. */
function halfOf(input: Uint8Array): Uint8Array {
  const quarter = input.length >> 2
  return Buffer.concat([input.subarray(0, quarter), input.subarray(input.length - quarter)])
}
