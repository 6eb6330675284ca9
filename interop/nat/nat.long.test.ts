// As nat.test.ts: the relay over TLS, and that without the public address, or without leave, nobody talks.
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import { assertTalked, KNOWN, playCalls } from './calls-at-home.ts'

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
