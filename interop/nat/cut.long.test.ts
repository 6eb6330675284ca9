// A browser at home talks to a desk phone when no UDP passes for 45 s, as in a lift: the page restarts ICE in
// vain, more than once, and soon after the end of it both hear each other again. Needs root, as
// path.long.test.ts.
import assert from 'node:assert/strict'
import test from 'node:test'
import { OFFICE_PUBLIC } from '../support/nat/network.ts'
import type { PathOrder, PathReport } from '../support/nat/path-scenario.ts'
import { assertEar, play } from '../support/nat/play.ts'

const CUT_MS = 45_000
/** At most 8 s until the next restart, then ICE and DTLS. */
const BACK_MS_MAX = 15_000

test('a call through which nothing comes for 45 s has its sound back, both ways', async (t) => {
  const report = await play<PathOrder, PathReport>(t, 'path-scenario', (network) => ({
    flags: ['--public-address', OFFICE_PUBLIC, '--allow-public', 'udp'],
    transport: 'udp',
    office: network.at('office'),
    computer: network.at('computer'),
    ...network.udpOfComputer(),
    brokenMs: CUT_MS,
    waitMs: BACK_MS_MAX,
    hasRestart: true,
  }))
  if (!report) return
  t.diagnostic(JSON.stringify(report))
  assert.equal(report.trouble, undefined)
  assert.ok(report.before && report.after, 'the call is over')
  for (const { from, browser, desk } of [report.before, report.after]) {
    assertEar(`browser ${from}`, browser)
    assertEar(`desk phone ${from}`, desk)
  }
})
