// A browser at home talks to a desk phone when its computer gets another address, as from Wi-Fi to cable: the
// page connects again, restarts ICE, and both hear each other. The same without a restart: nobody hears
// anything at that time; the server itself notices only after 30 s. Needs root: where namespaces are not
// permitted the tests say so, and fail where CI=true.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { OFFICE_PUBLIC } from '../support/nat/network.ts'
import type { PathOrder, PathReport } from '../support/nat/path-scenario.ts'
import { assertEar, play } from '../support/nat/play.ts'

/**
 * Chromium says `disconnected` 5 to 8 s after the last packet; the page waits 2.5 s, then 4 s for an answer
 * over a connection that is gone, too; then it connects and offers again.
 */
const BACK_MS_MAX = 20_000

function playMove(t: TestContext, hasRestart: boolean): Promise<PathReport | undefined> {
  return play<PathOrder, PathReport>(t, 'path-scenario', (network) => ({
    flags: ['--public-address', OFFICE_PUBLIC, '--allow-public', 'udp'],
    transport: 'udp',
    office: network.at('office'),
    computer: network.at('computer'),
    breaks: network.moveOfComputer(),
    mends: [],
    brokenMs: 0,
    waitMs: BACK_MS_MAX,
    hasRestart,
  }))
}

test('a call whose computer gets another address has its sound back, both ways', async (t) => {
  const report = await playMove(t, true)
  if (!report) return
  t.diagnostic(JSON.stringify(report))
  assert.equal(report.trouble, undefined)
  assert.ok(report.before && report.after, 'the call is over')
  for (const { from, browser, desk } of [report.before, report.after]) {
    assertEar(`browser ${from}`, browser)
    assertEar(`desk phone ${from}`, desk)
  }
})

test('without the restart nobody hears anything at that time', async (t) => {
  const report = await playMove(t, false)
  if (!report) return
  t.diagnostic(JSON.stringify(report))
  assert.equal(report.trouble, undefined)
  assert.ok(report.before)
  assertEar('browser before', report.before.browser)
  const { browser, desk } = report.after ?? {}
  assert.deepEqual([browser?.right ?? 0, desk?.right ?? 0], [0, 0])
})
