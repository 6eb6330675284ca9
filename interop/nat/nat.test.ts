// A home office: phone and browser behind a NAT that rewrites addresses and ports, the server behind another
// one whose ports are forwarded. Two sites of network namespaces; both talk, both ways, sound measured. Needs
// root: where namespaces are not permitted the tests say so, and fail where CI=true.
import assert from 'node:assert/strict'
import test, { describe, type TestContext } from 'node:test'
import { OFFICE_PUBLIC } from '../support/nat/network.ts'
import { assertEar, play } from '../support/nat/play.ts'
import type { Order, Report } from '../support/nat/scenario.ts'

const KNOWN = ['--public-address', OFFICE_PUBLIC]

/** Runs the calls in networks of their own; undefined where that is not permitted. */
function playCalls(t: TestContext, order: Partial<Order>, isUdpBlocked = false): Promise<Report | undefined> {
  return play<Order, Report>(t, 'scenario', (network) => {
    if (isUdpBlocked) network.blockUdpOfComputer()
    return {
      ...{ flags: [], transport: 'udp', idleMs: 0, ...order },
      ...{ office: network.at('office'), computer: network.at('computer') },
    }
  })
}

function assertTalked(t: TestContext, { calls, trouble }: Report): void {
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

test('a phone over UDP and a browser at home talk both ways', async (t) => {
  const report = await playCalls(t, { flags: [...KNOWN, '--allow-public', 'udp'] })
  if (!report) return
  assertTalked(t, report)
  // Through the public address, and not by some other way.
  for (const path of report.paths)
    assert.match(path, new RegExp(`udp to ${OFFICE_PUBLIC.replaceAll('.', '\\.')}$`))
})

test('where UDP is blocked the browser talks through the relay', async (t) => {
  const flags = [...KNOWN, '--allow-public', 'tcp', '--turn', '3478']
  const report = await playCalls(t, { flags, transport: 'tcp' }, true)
  if (!report) return
  assertTalked(t, report)
  for (const path of report.paths) assert.match(path, /tcp to 10\.77\.0\.10$/)
})

test('where UDP is blocked the browser talks through the relay over TLS', async (t) => {
  const [httpsPort, relayPort] = [8443, 5349]
  const relay = ['--https-port', String(httpsPort), '--turn-tls', String(relayPort)]
  const flags = [...KNOWN, '--allow-public', 'tcp', ...relay]
  const report = await playCalls(t, { flags, transport: 'tcp', httpsPort }, true)
  if (!report) return
  assertTalked(t, report)
  for (const path of report.paths) assert.match(path, /tls to 10\.77\.0\.10$/)
})

// Two at a time, each in networks of its own: there is no sound that could be disturbed.
describe('what they owe it to', { concurrency: 2 }, () => {
  test('where UDP is blocked and there is no relay the browser hears nothing', async (t) => {
    const report = await playCalls(t, { flags: [...KNOWN, '--allow-public', 'udp'] }, true)
    if (!report) return
    assert.equal(report.trouble, undefined)
    for (const { browser, desk } of report.calls) assert.deepEqual([browser.right, desk.right], [0, 0])
  })

  test('without the public address nobody hears anything: it is what makes them talk', async (t) => {
    const report = await playCalls(t, { flags: ['--allow-public', 'udp'] })
    if (!report) return
    assert.equal(report.trouble, undefined)
    for (const { browser, desk } of report.calls) assert.deepEqual([browser.right, desk.right], [0, 0])
  })

  test('without leave nobody registers over UDP from a public address', async (t) => {
    const report = await playCalls(t, { flags: KNOWN })
    if (!report) return
    assert.match(report.trouble ?? 'it registered', /baresip|successfully/)
    assert.equal(report.calls.length, 0)
  })
})
