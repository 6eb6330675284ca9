// The targets find what they are for: each is given a fault on purpose.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readClientText } from '@rufwerk/advisories'
import { readAdvisory } from '@rufwerk/advisories/read'
import { verifyEntry } from '@rufwerk/audit'
import { readCases } from '@rufwerk/cases'
import { readReport, renderScript } from '@rufwerk/collectors'
import { createEngine } from '@rufwerk/engine'
import { verifyBundle } from '@rufwerk/evidence'
import { readIndicators } from '@rufwerk/indicators/readers'
import { PROTOCOL_VERSION, type Reply } from '@rufwerk/media-control'
import { type Quarantine, readState } from '@rufwerk/quarantine'
import { SrtpReceiver } from '@rufwerk/rtp/srtp'
import { DigestAuthenticator } from '@rufwerk/sip'
import { runTarget } from '../run.ts'
import type { Target } from '../target.ts'
import { advisoryTarget } from '../targets/defence/advisory.ts'
import { auditTarget } from '../targets/defence/audit.ts'
import { casesTarget } from '../targets/defence/cases.ts'
import { collectorsTarget } from '../targets/defence/collectors.ts'
import { evidenceTarget } from '../targets/defence/evidence.ts'
import { fleetTarget } from '../targets/defence/fleet.ts'
import { indicatorsTarget, type SearchLog, searchLog } from '../targets/defence/indicators.ts'
import { quarantineTarget } from '../targets/defence/quarantine.ts'
import { digestTarget, type MakeGuard } from '../targets/digest.ts'
import { type MakeEngine, mediaEngineTarget } from '../targets/media-engine.ts'
import { type Meddle, sipLayersTarget } from '../targets/sip-layers.ts'
import { srtpTarget } from '../targets/srtp.ts'
import { wsTarget } from '../targets/ws.ts'
import { hearFrames } from '../targets/ws-frames.ts'

const SEED = 3
const CASES_MAX = 600
/** Enough for a PRACK to be accepted. */
const CASES_FEW = 40
/** For what needs a chance of its own. */
const CASES_MANY = 4_000

async function found(target: Target, casesMax = CASES_MAX): Promise<string> {
  const run = await runTarget(target, { seed: SEED, casesMax })
  return run.finding?.message ?? 'nothing'
}

/** Forgets what it has seen. */
class Forgetful extends SrtpReceiver {
  override unprotect(packet: Uint8Array, length: number) {
    this.sources.clear()
    return super.unprotect(packet, length)
  }
}

/** Takes reports as they come. */
class Credulous extends SrtpReceiver {
  override unprotectRtcp(packet: Uint8Array, length: number) {
    const end = super.unprotectRtcp(packet, length)
    return end === 'not-authentic' ? length : end
  }
}

/** Remembers whoever wrote to it, and becomes deaf to the others. */
class Hoarding extends SrtpReceiver {
  override unprotect(packet: Uint8Array, length: number) {
    const end = super.unprotect(packet, length)
    if (end === 'not-authentic') this.add(length)
    return end
  }
}

test('srtp: replays, forged reports and sources of strangers are found', async () => {
  assert.match(await found(srtpTarget((...args) => new Forgetful(...args))), /sources|twice|untouched/)
  assert.match(await found(srtpTarget((...args) => new Credulous(...args))), /nobody made/)
  assert.match(await found(srtpTarget((...args) => new Hoarding(...args))), /without an authentic packet/)
})

/** An engine whose answers and deeds are changed on the way. */
function meddled(
  perform: (command: unknown, ask: (command: unknown) => Promise<Reply>) => Promise<Reply>,
): MakeEngine {
  return (options) => {
    const engine = createEngine(options)
    const ask = (command: unknown) => engine.perform(command)
    return {
      perform: (command) => perform(command, ask),
      size: () => engine.size(),
      close: () => engine.close(),
      detached: () => engine.detached(),
      events: engine.events,
    }
  }
}

const FAULTS: readonly [what: RegExp, make: MakeEngine][] = [
  // A sentence that quotes what it is about.
  [
    /a key is told/,
    meddled(async (command, ask) => {
      const reply = await ask(command)
      const isKeyed = reply.type === 'refused' && typeof command === 'object' && command !== null
      if (!isKeyed || !('srtp' in command)) return reply
      return { ...reply, why: JSON.stringify(command.srtp).slice(0, 150) }
    }),
  ],
  // Refused, and half done.
  [
    /changed something/,
    meddled(async (command, ask) => {
      const reply = await ask(command)
      if (reply.type === 'refused') await ask({ type: 'claim', endpoints: [], isComplete: true })
      if (reply.type === 'refused') await ask({ type: 'hello', version: PROTOCOL_VERSION, generation: 9 })
      return reply
    }),
  ],
  // Another answer to the same question.
  [
    /answered otherwise|changed something/,
    meddled(async (command, ask) => {
      const reply = await ask(command)
      return reply.type === 'openedRtp' ? { ...reply, cname: String(Math.random()) } : reply
    }),
  ],
  // Never closed, and said so.
  [
    /closed, and still there|something is left/,
    meddled(async (command, ask) => {
      const isClose = typeof command === 'object' && command !== null && 'type' in command
      if (!isClose || command.type !== 'close') return ask(command)
      const reply = await ask({ ...command, type: 'sendDtmf', digit: '1', durationMs: 100 })
      const isThere = reply.type !== 'refused' || reply.code !== 'unknown-endpoint'
      return isThere ? { type: 'closed', stats: {} as never } : reply
    }),
  ],
]

test('media-engine: what answers wrongly, tells keys or does by halves is found', async () => {
  for (const [what, make] of FAULTS) assert.match(await found(mediaEngineTarget(make)), what)
})

const RELIABLE = /^SIP\/2\.0 1.*\nRSeq: /s
const ACCEPTED = /^SIP\/2\.0 200 .*branch=z9hG4bKprack.*\nCSeq: \d+ PRACK/s

test('sip-layers: PRACKs are accepted; a 1xx that comes again and an early 2xx are found', async () => {
  let accepted = 0
  let last = ''
  let isRepeating = false
  const target = await sipLayersTarget((text) => {
    if (RELIABLE.test(text)) last = text
    if (!ACCEPTED.test(text)) return [text]
    accepted += 1
    return isRepeating ? [text, last] : [text]
  })
  assert.equal(await found(target, CASES_FEW), 'nothing')
  assert(accepted > 0, 'a PRACK is accepted')
  isRepeating = true
  assert.match(await found(target), /repeated after its PRACK/)
  const hasty: Meddle = (text) =>
    RELIABLE.test(text) ? [text, text.replace(/^SIP\/2\.0 1.*/, 'SIP/2.0 200 OK')] : [text]
  assert.match(await found(await sipLayersTarget(hasty)), /before the PRACK/)
})

/** As a server would hear it that takes frames without a mask, or with reserved bits. */
const lenient =
  (change: (first: number, second: number) => readonly [number, number]): typeof hearFrames =>
  (bytes, max) => {
    const copy = Buffer.from(bytes)
    if (copy.length >= 2) [copy[0], copy[1]] = change(copy[0] as number, copy[1] as number)
    return hearFrames(copy, max)
  }

test('ws: who hears more, or less, than RFC 6455 says is found', async () => {
  assert.equal(await found(wsTarget(), CASES_FEW), 'nothing')
  for (const hear of [
    lenient((first, second) => [first & 0x8f, second]),
    lenient((first, second) => [first, second ^ 0x80]),
    (bytes, max) => {
      const heard = hearFrames(bytes, max)
      return { ...heard, messages: heard.messages.slice(1) }
    },
  ] satisfies (typeof hearFrames)[])
    assert.match(await found(wsTarget(hear)), /other messages|must not stay/)
})

type Options = ConstructorParameters<typeof DigestAuthenticator>[0]

/** Remembers no counter. */
class ForgetfulGuard extends DigestAuthenticator {
  readonly #options: Options

  constructor(options: Options) {
    super(options)
    this.#options = options
  }

  override check(...given: Parameters<DigestAuthenticator['check']>) {
    return new DigestAuthenticator(this.#options).check(...given)
  }
}

/** Does not look where it comes from. */
class NearSighted extends DigestAuthenticator {
  override challenge(...[challenge, env]: Parameters<DigestAuthenticator['challenge']>) {
    return super.challenge({ ...challenge, source: 'anywhere' }, env)
  }

  override check(...[request, proof, env]: Parameters<DigestAuthenticator['check']>) {
    return super.check(request, { ...proof, source: 'anywhere' }, env)
  }
}

/** Does not look what it was said for. */
class Careless extends DigestAuthenticator {
  override check(...given: Parameters<DigestAuthenticator['check']>) {
    const verdict = super.check(...given)
    const isForOther = verdict.type === 'refused' && verdict.why === 'other-uri'
    return isForOther ? ({ type: 'authentic' } as const) : verdict
  }
}

/** Lets nobody in who is right and late. */
class Impatient extends DigestAuthenticator {
  override check(...given: Parameters<DigestAuthenticator['check']>) {
    const verdict = super.check(...given)
    return verdict.type === 'authentic' && this.size() > 5 ? ({ type: 'stale' } as const) : verdict
  }
}

test('digest: a guard that forgets, does not look, or is too strict is found', async () => {
  assert.equal(await found(digestTarget()), 'nothing')
  for (const Guard of [ForgetfulGuard, NearSighted, Careless])
    assert.match(
      await found(
        digestTarget((options) => new Guard(options)),
        CASES_MANY,
      ),
      /let in who has not/,
      Guard.name,
    )
  const strict: MakeGuard = (options) => new Impatient(options)
  assert.match(await found(digestTarget(strict), CASES_MANY), /is not let in/)
})

/** Takes the first thing that looks like a version. */
const guess: typeof readClientText = (text) => readClientText(/\d+(?:\.\d+)+/.exec(text)?.[0] ?? text)

/** Forgets the last product, but only when it reads its own writing. */
const forget: typeof readAdvisory = (text) => {
  const read = readAdvisory(text)
  if (!read.ok || text !== read.value.canonical) return read
  return { ok: true, value: { ...read.value, products: read.value.products.slice(0, -1) } }
}

test('advisory: a guessed version and a product that is lost in writing are found', async () => {
  assert.match(
    await found(advisoryTarget({ readAdvisory, readClientText: guess })),
    /markup|version|understood/,
  )
  assert.match(await found(advisoryTarget({ readAdvisory: forget, readClientText })), /deep|equal|product/i)
})

/** Believes what an entry tells of people. */
const trusting: typeof verifyEntry = (state, { told: _, ...entry }) => verifyEntry(state, entry)

/** Believes that everything was seen. */
const hopeful: typeof readReport = (text, seenAt, tenant) => {
  const read = readReport(text, seenAt, tenant)
  return read.ok ? { ok: true, value: { ...read.value, coverage: 'everything' } } : read
}

/** Loses what has no product. */
const careless: typeof readReport = (text, seenAt, tenant) => {
  const read = readReport(text, seenAt, tenant)
  if (!read.ok) return read
  const installations = read.value.installations.filter(({ product }) => product !== undefined)
  return { ok: true, value: { ...read.value, installations } }
}

/** Takes quotation marks for letters. */
const unquoted: typeof renderScript = (script, settings, sign) => {
  const made = renderScript(script, settings, sign)
  if (!made.ok) return made
  return { ok: true, value: { ...made.value, text: made.value.text.replaceAll(`'\\''`, "'") } }
}

test('collectors: a setting that leaves its quotation marks is found', async () => {
  assert.match(await found(collectorsTarget(readReport, unquoted)), /left its quotation marks/)
})

test('collectors: an answer that hides what was left out is found, and a file that is lost', async () => {
  assert.match(await found(collectorsTarget(hopeful)), /something was left out/)
  assert.match(await found(collectorsTarget(careless)), /files were lost/)
})

test('audit: names that are believed without their commitment are found', async () => {
  assert.match(await found(auditTarget(trusting), CASES_MANY), /names were changed/)
})

/** Quotes as RFC 4180 wants, and thinks of no spreadsheet. */
const quoting = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

test('fleet: cells that begin a formula are found', async () => {
  assert.match(await found(fleetTarget(quoting), CASES_MANY), /a cell begins a formula/)
})

/** Believes whom the text calls closed. */
const believing: typeof readState = (text) => {
  const read = readState(text)
  const stored = text.includes('"closedAt"')
    ? (JSON.parse(text) as { stops: { client: string }[] })
    : undefined
  if (!read.ok && stored !== undefined && Array.isArray(stored.stops)) {
    const stops = new Map(stored.stops.map((stop) => [stop.client, stop]))
    return {
      ok: true,
      value: { stops, requests: new Map(), alone: [], spared: new Map() } as unknown as Quarantine,
    }
  }
  return read
}

test('quarantine: a state that is believed without being checked is found', async () => {
  assert.notEqual(await found(quarantineTarget(believing), CASES_MANY), undefined)
})

/** Believes that whoever is named has confirmed. */
const aloneIsFine: typeof readCases = (text) => {
  const read = readCases(text)
  if (!read.ok) return read
  const cases = [...read.value.cases].map(([id, one]) => {
    const { status } = one
    const alone = status.name === 'closed' ? { ...status, confirmedBy: status.proposedBy } : status
    return [id, { ...one, status: alone }] as const
  })
  return { ...read, value: { ...read.value, cases: new Map(cases) } }
}

test('cases: a case that one person closed is found', async () => {
  assert.notEqual(await found(casesTarget(aloneIsFine), CASES_MANY), undefined)
})

/** Shows what can be clicked. */
const clickable: typeof readIndicators = (text, source) => {
  const reading = readIndicators(text, source)
  const indicators = reading.indicators.map((one) => ({ ...one, text: one.text.replaceAll('[.]', '.') }))
  return { ...reading, indicators }
}

/** Begins again with each piece. */
const forgetful: SearchLog = (pieces, format) => {
  const all = pieces.map((piece) => searchLog([piece], format))
  return all.reduce((sum, one) => ({
    ...one,
    hits: [...sum.hits, ...one.hits],
    lines: sum.lines + one.lines,
  }))
}

/** Gives up at the first line that it does not understand. */
const impatient: SearchLog = (pieces, format) => {
  const searched = searchLog(pieces, format)
  const [first = Number.POSITIVE_INFINITY] = searched.notRead
  return { ...searched, hits: searched.hits.filter(({ line }) => line < first) }
}

test('indicators: values that can be clicked are found', async () => {
  assert.match(await found(indicatorsTarget(clickable)), /is not defanged/)
})

test('indicators: a search that forgets half of a line is found, and one that gives up', async () => {
  assert.match(await found(indicatorsTarget(readIndicators, forgetful)), /the same log, cut into pieces/)
  assert.match(await found(indicatorsTarget(readIndicators, impatient)), /is hidden by what stands before it/)
})

/** Thinks that a signature of the list is enough, and compares no sums. */
const sumless: typeof verifyBundle = (bytes, known) => {
  const verified = verifyBundle(bytes, known)
  return { ...verified, findings: verified.findings.filter(({ code }) => code !== 'changed') }
}

/** Takes whatever key is enclosed. */
const obliging: typeof verifyBundle = (bytes, known) => {
  const verified = verifyBundle(bytes, known)
  return { ...verified, findings: verified.findings.filter(({ code }) => code !== 'other-key') }
}

test('evidence: sums that are not compared are found, and keys that nobody knows', async () => {
  assert.match(await found(evidenceTarget(sumless), CASES_MANY), /was changed, and nothing was found/)
  assert.match(await found(evidenceTarget(obliging)), /by another key, and nothing was found/)
})
