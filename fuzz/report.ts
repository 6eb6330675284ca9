// A finding in a few lines: where two values differ first and how long they are. The bytes themselves go into
// the finding's file.
import { inspect, isDeepStrictEqual } from 'node:util'

const LINES_MAX = 20
const LINE_CHARS_MAX = 180
/** What is shown of a text or of bytes, before and after the difference. */
const SHOWN = 24

/** Throws when two values differ, and says where. */
export function assertSame(actual: unknown, expected: unknown, what: string): void {
  if (!isDeepStrictEqual(actual, expected)) throw new Error(`${what}: ${firstDifference(actual, expected)}`)
}

/** At most LINES_MAX lines about anything that was thrown. */
export function briefly(error: unknown): string {
  if (!(error instanceof Error)) return shortened(String(error))
  const { name, message, stack = '' } = error
  const isCompared = 'actual' in error && 'expected' in error && typeof error.actual === 'object'
  const said = isCompared
    ? `${message.split('\n', 1)[0]}\n${firstDifference(error.actual, error.expected)}`
    : message
  const frames = stack.split('\n').filter((line) => /^ {4}at /.test(line))
  return `${shortened(`${name}: ${said}`, LINES_MAX / 2)}\n${shortened(frames.join('\n'), LINES_MAX / 2)}`
}

function shortened(text: string, linesMax = LINES_MAX): string {
  const lines = text.split('\n', linesMax + 1)
  const kept = lines.length > linesMax ? [...lines.slice(0, linesMax - 1), '…'] : lines
  return kept
    .map((line) => (line.length > LINE_CHARS_MAX ? `${line.slice(0, LINE_CHARS_MAX - 1)}…` : line))
    .join('\n')
}

/** The first place where two values differ, and both sides of it. */
export function firstDifference(actual: unknown, expected: unknown, path = 'value'): string {
  if (actual instanceof Uint8Array && expected instanceof Uint8Array)
    return sequences(
      path,
      'bytes',
      Buffer.from(actual).toString('latin1'),
      Buffer.from(expected).toString('latin1'),
    )
  if (typeof actual === 'string' && typeof expected === 'string')
    return sequences(path, 'characters', actual, expected)
  if (isObject(actual) && isObject(expected)) {
    const [ours, theirs] = [new Map(entriesOf(actual)), new Map(entriesOf(expected))]
    for (const key of new Set([...ours.keys(), ...theirs.keys()]))
      if (ours.has(key) !== theirs.has(key) || !isDeepStrictEqual(ours.get(key), theirs.get(key))) {
        const sizes =
          ours.size === theirs.size ? '' : `${path} has ${ours.size}, expected ${theirs.size} entries\n`
        return sizes + firstDifference(ours.get(key), theirs.get(key), `${path}[${key}]`)
      }
  }
  return `${path}\n  is       ${shown(actual)}\n  expected ${shown(expected)}`
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
}

function entriesOf(value: object): [string, unknown][] {
  if (value instanceof Map) return [...value].map(([key, one]) => [String(key), one])
  return Object.entries(value)
}

function sequences(path: string, unit: string, actual: string, expected: string): string {
  let at = 0
  while (at < actual.length && at < expected.length && actual[at] === expected[at]) at += 1
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - SHOWN), at + SHOWN))
  const lengths = `${actual.length} ${unit}, expected ${expected.length}`
  return `${path} differs at ${at}: ${lengths}\n  is       ${around(actual)}\n  expected ${around(expected)}`
}

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`
  return inspect(value, {
    depth: 1,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 5,
    maxStringLength: 80,
  })
}
