// The second act: a list of affected versions arrives, clients are stopped, the list is corrected, devices
// are cleaned and verified. What is decided comes from the packages of the defence, what a stopped client can
// still do is tried at the telephone system itself, and what should come out is told by the story alone.
import type { StoryClient } from '@rufwerk/fleet/testing'
import { figuresOf, type QuarantineInput } from '@rufwerk/quarantine'
import type { Company } from './company.ts'
import { evidenceRow } from './evidence-row.ts'
import { CORRECTED_LIST, FIRST_LIST, HOUR, OFFICER, Officers, SECOND } from './officers.ts'
import type { ReplayRow } from './table.ts'

const LAST_STOPPED_MS_MAX = 60_000

const numbersOf = (clients: readonly StoryClient[], is: (one: StoryClient) => boolean): number[] =>
  clients.flatMap((one, number) => (is(one) ? [number] : []))

const count = (values: readonly boolean[]): number => values.filter(Boolean).length

const isSame = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && new Set([...one, ...other]).size === one.length

/** Of these, how many calls went out and came in, beside those who should not be hit. */
async function called(company: Company, stopped: readonly number[], others: readonly number[]) {
  const [of, beside] = [await company.attempts(stopped), await company.attempts(others)]
  const all = others.length
  return {
    text:
      `stopped: ${count(of.placed)} of ${stopped.length} calls placed, ${count(of.received)} received; ` +
      `others: ${count(beside.placed)} of ${all} placed, ${count(beside.received)} received`,
    isNone: count(of.placed) === 0 && count(of.received) === 0,
    isAll: count(beside.placed) === all && count(beside.received) === all,
  }
}

/** `open`: a company like the others, with as many clients, in which nothing has happened. */
export async function fleetAct(open: () => Promise<Company>): Promise<ReplayRow[]> {
  const company = await open()
  const { clients } = company
  const first = numbersOf(clients, ({ isInFirst }) => isInFirst)
  const lacking = numbersOf(clients, ({ isAffected, isInFirst }) => isAffected && !isInFirst)
  const others = numbersOf(clients, ({ isInFirst }) => !isInFirst)
  const officers = new Officers(company)
  const shared = { act: 'fleet' as const }

  const twinCompany = await open()
  const unpinned = new Officers(twinCompany, false)
  unpinned.receives(FIRST_LIST)
  const stoppedUnpinned = unpinned.stopsBy('1', first, HOUR, false)
  const callsUnpinned = await twinCompany.attempts(first)

  const begun = performance.now()
  officers.receives(FIRST_LIST)
  const named = officers.affected(HOUR)
  const stopped = officers.stopsBy('1', named, HOUR, false)
  const tookMs = performance.now() - begun
  const calls = await called(company, first, others)
  const stopping: ReplayRow = {
    ...shared,
    ...{ stage: 'first list', attack: 'a signed app of a phone system is a trojan (March 2023)' },
    expected:
      `exactly ${first.length} of ${clients.length} stopped, within ${LAST_STOPPED_MS_MAX / 1_000} s; ` +
      'stopped: no call placed or received; others: all',
    observed: `${stopped.length} stopped in ${Math.ceil(tookMs)} ms; ${calls.text}`,
    ok: isSame(stopped, first) && calls.isNone && calls.isAll && tookMs <= LAST_STOPPED_MS_MAX,
    twin: {
      changed: 'the issuer of the list is not pinned',
      observed:
        `${stoppedUnpinned.length} stopped; ${count(callsUnpinned.placed)} of ${first.length} placed, ` +
        `${count(callsUnpinned.received)} received`,
      ok: stoppedUnpinned.length === 0 && count(callsUnpinned.placed) === first.length,
    },
  }

  const helped = await company.helped(first)
  const clean = others[0] ?? 0
  const rows = [stopping, await undoneRow(officers, clean), await aloneRow(twinCompany, first)]

  const conflict = officers.receives(FIRST_LIST.replaceAll('18.12.407', '18.12.408'))
  const afterForgery = officers.affected(2 * HOUR)
  const again = officers.stopsBy('1', afterForgery, 2 * HOUR, true)
  officers.receives(CORRECTED_LIST)
  const more = officers.stopsBy('2', officers.affected(3 * HOUR), 3 * HOUR, true)
  const callsMore = await company.attempts(lacking)
  rows.push({
    ...shared,
    ...{ stage: 'corrected list', attack: 'the first list lacked macOS 18.12.402' },
    expected: `exactly ${lacking.length} more stopped, and none of their calls placed or received`,
    observed:
      `${more.length} more stopped; ${count(callsMore.placed)} of ${lacking.length} calls placed, ` +
      `${count(callsMore.received)} received`,
    ok:
      isSame(more, lacking) &&
      lacking.length > 0 &&
      count(callsMore.placed) === 0 &&
      count(callsMore.received) === 0,
    twin: {
      changed: 'other content under the name and version of the first list',
      observed: `${conflict.join(', ')}; ${again.length} more stopped`,
      ok: conflict.includes('conflict') && again.length === 0 && isSame(afterForgery, first),
    },
  })
  const removal = await removalRows(officers, [...first, ...lacking], { helped, of: first })
  return [...rows, ...removal, evidenceRow(officers, [FIRST_LIST, CORRECTED_LIST], 7 * HOUR)]
}

/** Who is clean was stopped by mistake, by one person: a tenth of all may be. */
async function undoneRow(officers: Officers, client: number): Promise<ReplayRow> {
  const { company } = officers
  const [clients, at] = [[String(client)], HOUR]
  const fleet = company.clients.length
  const reason = { kind: 'person', why: 'a mistake' } as const
  const stop = {
    type: 'stop',
    id: 'mistake',
    by: OFFICER,
    at,
    clients,
    reason,
    fleet,
    isCounting: true,
  } as const
  officers.does(stop)
  const places = async (): Promise<number> => count((await company.attempts([client])).placed)
  const whenStopped = await places()
  officers.does({ type: 'release', id: 'undo', by: OFFICER, at, clients, why: 'it was a mistake' })
  officers.does({ type: 'agree', id: 'undo', by: OFFICER, at })
  await company.register(client)
  const byOne = await places()
  officers.does({ type: 'agree', id: 'undo', by: SECOND, at })
  await company.register(client)
  const byTwo = await places()
  return {
    ...{ act: 'fleet', stage: 'undone', attack: 'a device is stopped by mistake' },
    expected: '0 of 1 calls placed while it is stopped, 1 of 1 once two people have undone it',
    observed: `${whenStopped} of 1, then ${byTwo} of 1`,
    ok: whenStopped === 0 && byTwo === 1,
    twin: {
      changed: 'one person undoes it alone',
      observed: `${byOne} of 1 calls placed`,
      ok: byOne === 0,
    },
  }
}

/** One person alone asks for all of them. */
async function aloneRow(company: Company, wanted: readonly number[]): Promise<ReplayRow> {
  const officers = new Officers(company)
  officers.receives(FIRST_LIST)
  const stop = {
    ...{ type: 'stop', id: 'alone', by: OFFICER, at: HOUR, clients: wanted.map(String) },
    ...{ fleet: company.clients.length, isCounting: true, reason: { kind: 'person', why: 'alone' } },
  } as const satisfies QuarantineInput
  const alone = [...officers.does(stop), ...officers.does({ ...stop, type: 'agree' })]
  const sample = wanted.slice(0, 100)
  const before = await company.attempts(sample)
  const byTwo = officers.does({ type: 'agree', id: 'alone', by: SECOND, at: HOUR })
  const after = await company.attempts(sample)
  return {
    ...{ act: 'fleet', stage: 'first list', attack: 'one person alone stops more than a tenth' },
    expected: `0 stopped, ${sample.length} of ${sample.length} calls placed`,
    observed: `${alone.length} stopped, ${count(before.placed)} of ${sample.length} calls placed`,
    ok: alone.length === 0 && count(before.placed) === sample.length,
    twin: {
      changed: 'a second person agrees',
      observed: `${byTwo.length} stopped, ${count(after.placed)} of ${sample.length} calls placed`,
      ok: isSame(byTwo, wanted) && count(after.placed) === 0,
    },
  }
}

/** Calls for help of who is stopped, and of who is closed; who is closed by which look. */
async function removalRows(
  officers: Officers,
  stopped: readonly number[],
  help: { readonly helped: number; readonly of: readonly number[] },
): Promise<ReplayRow[]> {
  const { company } = officers
  officers.does({ type: 'removal-asked', by: OFFICER, at: 4 * HOUR, clients: stopped.map(String) })
  const looks = (coverage: 'part' | 'everything', seenAt: number): void => {
    for (const number of stopped)
      officers.does({ type: 'seen', client: String(number), seenAt, coverage, isThere: false })
  }
  looks('part', 5 * HOUR)
  const byPart = figuresOf(officers.quarantine)
  looks('everything', 6 * HOUR)
  const byAll = figuresOf(officers.quarantine)
  const closedHelped = await company.helped(help.of)
  const told = (closed: number): string => `removed and verified: ${closed} of ${stopped.length}`
  return [
    {
      ...{ act: 'fleet', stage: 'stopped', attack: 'somebody needs help at a stopped phone: 112' },
      expected: `${help.of.length} of ${help.of.length} calls reach the emergency centre`,
      observed: `${help.helped} of ${help.of.length}`,
      ok: help.helped === help.of.length,
      twin: {
        changed: 'the same phones once they are closed: whoever has their secrets has stolen them',
        observed: `${closedHelped} of ${help.of.length}`,
        ok: closedHelped === 0,
      },
    },
    {
      ...{ act: 'fleet', stage: 'removal', attack: 'a device is called clean too early' },
      expected: told(stopped.length),
      observed: told(byAll.closed),
      ok: byAll.closed === stopped.length,
      twin: {
        changed: 'the look afterwards saw a part only',
        observed: told(byPart.closed),
        ok: byPart.closed === 0,
      },
    },
  ]
}
