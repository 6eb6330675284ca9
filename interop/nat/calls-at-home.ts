// Calls both ways of a phone and a browser at home, and what makes them good.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { OFFICE_PUBLIC } from '../support/nat/network.ts'
import { assertEar, play } from '../support/nat/play.ts'
import type { Order, Report } from '../support/nat/scenario.ts'

export const KNOWN = ['--public-address', OFFICE_PUBLIC]

/** Runs the calls in networks of their own; undefined where that is not permitted. */
export function playCalls(
  t: TestContext,
  order: Partial<Order>,
  isUdpBlocked = false,
): Promise<Report | undefined> {
  return play<Order, Report>(t, 'scenario', (network) => {
    if (isUdpBlocked) network.blockUdpOfComputer()
    return {
      ...{ flags: [], transport: 'udp', idleMs: 0, ...order },
      ...{ office: network.at('office'), computer: network.at('computer') },
    }
  })
}

export function assertTalked(t: TestContext, { calls, trouble }: Report): void {
  assert.equal(trouble, undefined)
  assert.deepEqual(
    calls.map(({ from }) => from),
    ['browser', 'desk'],
  )
  for (const { from, browser, desk } of calls) {
    assertEar(`browser, call from ${from}`, browser)
    assertEar(`desk phone, call from ${from}`, desk)
  }
  t.diagnostic(JSON.stringify(calls))
}
