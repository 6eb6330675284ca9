// One caller's way through a company, with everything heard measured where it is heard: receptionist, queue,
// agent, transfer to a colleague who does not answer, voicemail. What is missing of a sound is `Unheard`.
import assert from 'node:assert/strict'
import { ALIKE_MIN, prompt } from '../demo/announcement.ts'
import { likeness } from '../support/likeness.ts'
import { assertBothHear, SETTLE_MS, Unheard, WRONG_SHARE_MAX } from '../support/sound.ts'
import { heard, loudest, toneShare, windowsOf } from '../support/tone.ts'
import { sleep, until } from '../support/wait.ts'
import type { Sound } from '../support/wav.ts'
import { type Message, messagesOf, soundOf, toneMs } from '../voicemail/messages.ts'
import { AGENT_HZ, COLLEAGUE, COLLEAGUE_HZ, type Company, CUSTOMER_HZ } from './company.ts'

const POLL_MS = 500
/** A prompt that is not heard by then is not heard. */
const PROMPT_MS_MAX = 40_000
const MUSIC_MS = 5000
const LISTEN_MS = 2000
/** A second of tone, four of silence. */
const RINGBACK_MS = 3000
const MESSAGE_MS = 4000
/** Of what was said into a message, what has to be in the file. */
const MESSAGE_SHARE_MIN = 0.9
const WINDOW_MS = 200
/** Not on the way, and how far it may be shifted against what is. */
const ELSEWHERE = 'en-conference-blocked'
const ASIDE_MS = 300
/** The tone before a message: its pitch and how long it is heard at least. */
const BEEP_MS = 50
const BEEP_SHARE_MIN = 0.8

/** Sounds of the house that are heard on the way, in this order. */
export const ON_THE_WAY: readonly string[] = [
  ...['en-welcome', 'music-hold', 'en-queue-next', 'en-queue-wait-short'],
  ...['en-voicemail-greeting', 'en-voicemail-tone'],
]

/** What was heard and stored on the way, in its order. */
export interface Journey {
  /** Sounds of the house by name, in the order in which they were heard: how alike they were, −1 to 1. */
  readonly sounds: Readonly<Record<string, number>>
  /** How alike the places of announcements are to one that is not on the way, at most. */
  readonly other: number
  readonly message: { readonly lengthMs: number; readonly toneMs: number; readonly from: string | undefined }
  readonly records: readonly Linked[]
}

interface Linked {
  readonly id: string
  readonly status: number
  readonly transferredTo?: string
  readonly transferredFrom?: string
}

/** Calls, and hangs up at the end; throws what was not as it should be. */
export async function travel(company: Company): Promise<Journey> {
  try {
    return await travelOn(company)
  } catch (error) {
    await company.isLeft()
    throw error
  }
}

async function travelOn(company: Company): Promise<Journey> {
  const { customer, agent, colleague } = company
  const before = await messagesOf(company.people.colleague)
  const calls = { customer: customer.count('CALL_ESTABLISHED'), rings: agent.count('CALL_INCOMING') }
  const closed = agent.count('CALL_CLOSED')
  company.isCalled()
  await customer.waitFor('CALL_ESTABLISHED', calls.customer + 1)
  const ear = new Ear(customer)
  await ear.hears('en-welcome')
  customer.press('1')
  await agent.waitFor('CALL_INCOMING', calls.rings + 1)
  await ear.hears('music-hold')
  await ear.hears('en-queue-next')
  await ear.hears('en-queue-wait-short')

  agent.accept()
  await agent.waitFor('CALL_ESTABLISHED', calls.rings + 1)
  await sleep(SETTLE_MS)
  const inside = { who: 'the agent', phone: agent, hertz: AGENT_HZ }
  await assertBothHear({ who: 'the customer', phone: customer, hertz: CUSTOMER_HZ }, inside, LISTEN_MS)

  const rung = colleague.count('CALL_INCOMING')
  agent.transfer(COLLEAGUE)
  await colleague.waitFor('CALL_INCOMING', rung + 1)
  await sleep(SETTLE_MS)
  assertRinging(await customer.listen(RINGBACK_MS))
  ear.forgets()
  await agent.waitFor('CALL_CLOSED', closed + 1)
  await ear.hears('en-voicemail-greeting')
  await ear.hearsTone('en-voicemail-tone')
  await sleep(MESSAGE_MS)
  customer.hangUp()
  assert.equal(colleague.count('CALL_ESTABLISHED'), 0)
  const message = await until('the message', async () => {
    const known = new Set(before.map(({ id }) => id))
    return (await messagesOf(company.people.colleague)).find(({ id }) => !known.has(id))
  })
  const saidMs = await assertSays(company, message)
  const { lengthMs, from } = message
  return {
    sounds: ear.sounds,
    other: ear.other,
    message: { lengthMs, toneMs: saidMs, from },
    records: await linked(company),
  }
}

/** The colleague calls the customer, and both hear each other. */
export async function callBack({ customer, colleague, dialsCustomer }: Company): Promise<void> {
  const [rings, talks] = [customer.count('CALL_INCOMING'), colleague.count('CALL_ESTABLISHED')]
  colleague.dial(dialsCustomer)
  await customer.waitFor('CALL_INCOMING', rings + 1)
  customer.accept()
  await colleague.waitFor('CALL_ESTABLISHED', talks + 1)
  await sleep(SETTLE_MS)
  const inside = { who: 'the colleague', phone: colleague, hertz: COLLEAGUE_HZ }
  await assertBothHear({ who: 'the customer', phone: customer, hertz: CUSTOMER_HZ }, inside, LISTEN_MS)
  const closed = customer.count('CALL_CLOSED')
  colleague.hangUp()
  await customer.waitFor('CALL_CLOSED', closed + 1)
}

/** Follows what the customer hears in this call: each sound after the one before. */
class Ear {
  readonly sounds: Record<string, number> = {}
  other = -1
  readonly #phone: Company['customer']
  #fromMs = 0

  constructor(phone: Company['customer']) {
    this.#phone = phone
  }

  /** What comes now is something new. */
  forgets(): void {
    const { rate, samples } = this.#phone.heard()
    this.#fromMs = (samples.length * 1000) / rate
  }

  async hears(name: string): Promise<void> {
    const whole = prompt(name)
    const known = name.startsWith('music') ? part(whole, 0, MUSIC_MS) : whole
    await this.#finds(name, (sound) => {
      const { value, atMs } = likeness(sound, known)
      const [isThere, endMs] = [value >= ALIKE_MIN, atMs + lengthMs(known)]
      if (isThere && !name.startsWith('music')) {
        const place = part(sound, atMs, lengthMs(known))
        const other = part(prompt(ELSEWHERE), 0, lengthMs(known) - ASIDE_MS)
        this.other = Math.max(this.other, likeness(place, other).value)
      }
      return { value, isThere, endMs }
    })
  }

  async hearsTone(name: string): Promise<void> {
    const hertz = pitchOf(prompt(name))
    await this.#finds(name, (sound) => {
      const slice = Math.round((sound.rate * BEEP_MS) / 1000)
      let best = { value: 0, endMs: 0 }
      for (let at = 0; at + slice <= sound.samples.length; at += slice) {
        const value = toneShare(sound.samples.subarray(at, at + slice), sound.rate, hertz)
        if (value > best.value) best = { value, endMs: ((at + slice) * 1000) / sound.rate }
      }
      return { ...best, isThere: best.value >= BEEP_SHARE_MIN }
    })
  }

  async #finds(
    name: string,
    look: (sound: Sound) => { readonly value: number; readonly isThere: boolean; readonly endMs: number },
  ): Promise<void> {
    const startedAt = performance.now()
    let best = -1
    while (performance.now() - startedAt < PROMPT_MS_MAX) {
      const found = look(part(this.#phone.heard(), this.#fromMs))
      best = Math.max(best, found.value)
      if (found.isThere) {
        this.sounds[name] = found.value
        this.#fromMs += found.endMs
        return
      }
      await sleep(POLL_MS)
    }
    throw new Unheard(`${name}: ${best.toFixed(2)} alike`)
  }
}

function part({ rate, samples }: Sound, fromMs: number, forMs = Number.POSITIVE_INFINITY): Sound {
  const from = Math.round((fromMs * rate) / 1000)
  const to = Math.min(samples.length, from + (forMs * rate) / 1000)
  return { rate, samples: samples.subarray(from, Math.round(to)) }
}

const lengthMs = ({ rate, samples }: Sound): number => (samples.length * 1000) / rate

/** Of a tone, to 10 Hz. */
function pitchOf({ rate, samples }: Sound): number {
  let best = { hertz: 0, share: 0 }
  for (let hertz = 200; hertz <= 3000; hertz += 10) {
    const share = toneShare(samples, rate, hertz)
    if (share > best.share) best = { hertz, share }
  }
  return best.hertz
}

/** Neither the one who transferred nor the one who shall answer is heard, and it is not silent. */
function assertRinging(windows: Awaited<ReturnType<Company['customer']['listen']>>): void {
  for (const hertz of [AGENT_HZ, COLLEAGUE_HZ]) {
    const share = loudest(windows, hertz)
    assert.ok(share <= WRONG_SHARE_MAX, `while it rings: ${hertz} Hz at ${(share * 100).toFixed(1)} %`)
  }
  const { silent, windows: count } = heard(windows, AGENT_HZ)
  if (silent === count) throw new Unheard('nothing while it rings')
}

/** How long the customer's tone is in the message, and nobody else's. */
async function assertSays({ server, people }: Company, message: Message): Promise<number> {
  const sound = await soundOf(server, people.colleague, message)
  for (const hertz of [AGENT_HZ, COLLEAGUE_HZ])
    assert.ok(loudest(windowsOf(sound), hertz) <= WRONG_SHARE_MAX, `${hertz} Hz in the message`)
  const saidMs = toneMs(sound, CUSTOMER_HZ)
  if (saidMs < MESSAGE_SHARE_MIN * Math.max(message.lengthMs - WINDOW_MS, MESSAGE_MS))
    throw new Unheard(`${saidMs} ms of the customer in a message of ${message.lengthMs} ms`)
  return saidMs
}

/** The records of the call that was led on, and of the one that it was led to. */
async function linked({ server, people: { agent, colleague } }: Company): Promise<readonly Linked[]> {
  return until('two records that name each other', async () => {
    const all = await Promise.all([server.admin, agent, colleague].map((person) => person.calls()))
    const calls = all.flat() as readonly Linked[]
    const last = calls.find(({ transferredFrom }) => transferredFrom !== undefined)
    const first = calls.find(
      ({ transferredTo, id }) => transferredTo === last?.id && id === last?.transferredFrom,
    )
    return first && last && [first, last]
  })
}
