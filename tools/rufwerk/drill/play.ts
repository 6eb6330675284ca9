// The drill: the story of March 2023 with simulated clients in the memory of this process, step by step with
// the time that each took. What stops, matches, closes and signs is the product's; nothing real is asked.
import { storyClients } from '@rufwerk/fleet/testing'
import { figuresOf } from '@rufwerk/quarantine'
import { Company } from '../../../sim/replay/company.ts'
import { evidenceRow } from '../../../sim/replay/evidence-row.ts'
import { CORRECTED_LIST, FIRST_LIST, HOUR, OFFICER, Officers } from '../../../sim/replay/officers.ts'

export const STEPS = [
  ...['ready', 'list', 'stop', 'silent', 'others', 'help', 'corrected', 'removal', 'evidence'],
] as const
export type StepId =
  | 'ready'
  | 'list'
  | 'stop'
  | 'silent'
  | 'others'
  | 'help'
  | 'corrected'
  | 'removal'
  | 'evidence'

export interface Step {
  readonly id: StepId
  /** How many it came to, of how many it should have been. */
  readonly seen: number
  readonly expected: number
  /** By the clock of this machine. */
  readonly tookMs: number
  readonly ok: boolean
}

export interface DrillWish {
  readonly clients: number
  /** False, in tests: nobody trusts whoever publishes the list. */
  readonly isPinned?: boolean
}

const count = (values: readonly boolean[]): number => values.filter(Boolean).length

export async function playDrill({ clients: fleet, isPinned = true }: DrillWish): Promise<readonly Step[]> {
  const clients = storyClients(fleet)
  const numbers = (is: (client: (typeof clients)[number]) => boolean): number[] =>
    clients.flatMap((client, number) => (is(client) ? [number] : []))
  const first = numbers(({ isInFirst }) => isInFirst)
  const lacking = numbers(({ isAffected, isInFirst }) => isAffected && !isInFirst)
  const others = numbers(({ isAffected }) => !isAffected)
  const steps: Step[] = []
  let before = performance.now()
  const done = (id: StepId, seen: number, expected: number): void => {
    const now = performance.now()
    steps.push({ id, seen, expected, tookMs: Math.ceil(now - before), ok: seen === expected })
    before = performance.now()
  }

  const company = await Company.open(clients)
  const officers = new Officers(company, isPinned)
  done('ready', officers.inventory.devices.size, fleet)
  officers.receives(FIRST_LIST)
  const affected = officers.affected(HOUR)
  done('list', affected.length, first.length)
  const stopped = officers.stopsBy('1', affected, HOUR, false)
  done('stop', stopped.length, first.length)
  const silent = await company.attempts(first)
  done('silent', count(silent.placed) + count(silent.received), 0)
  const beside = await company.attempts(others)
  done('others', count(beside.placed) + count(beside.received), 2 * others.length)
  done('help', await company.helped(first), first.length)
  officers.receives(CORRECTED_LIST)
  done('corrected', officers.stopsBy('2', officers.affected(3 * HOUR), 3 * HOUR, true).length, lacking.length)
  const all = [...first, ...lacking]
  officers.does({ type: 'removal-asked', by: OFFICER, at: 4 * HOUR, clients: all.map(String) })
  for (const number of all) {
    const look = { client: String(number), seenAt: 5 * HOUR, coverage: 'everything', isThere: false } as const
    officers.does({ type: 'seen', ...look })
  }
  done('removal', figuresOf(officers.quarantine).closed, all.length)
  const { ok, twin } = evidenceRow(officers, [FIRST_LIST, CORRECTED_LIST], 7 * HOUR)
  done('evidence', Number(ok && twin.ok), 1)
  return steps
}
