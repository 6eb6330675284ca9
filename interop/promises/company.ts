// What shows promise 1: a customer calls a company over a carrier, meets its receptionist, queue, agent and
// voicemail, and is called back. The twin is the same call when the office is closed.
import type { Shown } from '../../tools/promises/rows.ts'
import { ALIKE_MIN, OTHER_MAX, prompt } from '../demo/announcement.ts'
import { Company } from '../services/company.ts'
import { callBack, type Journey, ON_THE_WAY, travel } from '../services/journey.ts'
import { likeness } from '../support/likeness.ts'
import { measured, Unheard } from '../support/sound.ts'
import { until } from '../support/wait.ts'
import { messagesOf } from '../voicemail/messages.ts'

const CLOSED = 'en-closed'
const WELCOME = 'en-welcome'
const ANNOUNCEMENT_MS_MAX = 40_000

interface Closed {
  /** How alike what was heard is to either of the two. */
  readonly closed: number
  readonly welcome: number
  readonly rung: number
  readonly messages: number
}

async function openOffice(): Promise<Journey> {
  await using company = await Company.open('open')
  const done: Journey[] = []
  await measured(async () => void done.push(await travel(company)))
  await callBack(company)
  const [journey] = done
  if (journey === undefined) throw new Error('nobody got through')
  return journey
}

async function closedOffice(): Promise<Closed> {
  await using company = await Company.open('closed')
  const { customer, agent, colleague } = company
  const heard = { closed: -1, welcome: -1 }
  await measured(async () => {
    const calls = customer.count('CALL_CLOSED')
    company.isCalled()
    await until('the end of the call', () => customer.count('CALL_CLOSED') > calls, ANNOUNCEMENT_MS_MAX)
    const sound = customer.heard()
    heard.closed = likeness(sound, prompt(CLOSED)).value
    heard.welcome = Math.max(heard.welcome, likeness(sound, prompt(WELCOME)).value)
    if (heard.closed < ALIKE_MIN) throw new Unheard(`${CLOSED} ${heard.closed.toFixed(2)} alike`)
  })
  return {
    ...heard,
    rung: agent.count('CALL_INCOMING') + colleague.count('CALL_INCOMING'),
    messages: (await messagesOf(company.people.colleague)).length,
  }
}

function describe({ sounds, other, message }: Journey): string {
  const alike = Object.entries(sounds).map(([name, value]) => `${name} ${value.toFixed(2)}`)
  return (
    `alike to what was to be heard: ${alike.join(', ')}, to something else ${other.toFixed(2)}; both heard ` +
    `each other with the agent and when called back; ${message.toneMs} ms of the caller in a message of ` +
    `${message.lengthMs} ms from ${message.from}`
  )
}

/** A company telephones. */
export async function row1(): Promise<Shown> {
  const real = await openOffice()
  const twin = await closedOffice()
  return {
    expected:
      `welcome, music, place and wait, greeting and tone at least ${ALIKE_MIN} alike in this order; caller ` +
      'and agent hear each other; the colleague who does not answer has a message with the voice of the caller',
    observed: describe(real),
    ok: Object.keys(real.sounds).join() === ON_THE_WAY.join() && real.other <= OTHER_MAX,
    twin: {
      changed: 'the office is closed',
      observed:
        `${CLOSED} ${twin.closed.toFixed(2)} alike, ${WELCOME} ${twin.welcome.toFixed(2)}; ` +
        `${twin.rung} phones rang, ${twin.messages} messages`,
      ok: twin.closed >= ALIKE_MIN && twin.welcome <= OTHER_MAX && twin.rung === 0 && twin.messages === 0,
    },
  }
}
