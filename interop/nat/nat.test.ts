// A home office: phone and browser behind a NAT that rewrites addresses and ports, the server behind another
// one whose ports are forwarded. Two sites of network namespaces; both talk, both ways, sound measured. Needs
// root: where namespaces are not permitted the tests say so, and fail where CI=true.
import assert from 'node:assert/strict'
import test from 'node:test'
import { OFFICE_PUBLIC } from '../support/nat/network.ts'
import { assertTalked, KNOWN, playCalls } from './calls-at-home.ts'

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

test('where UDP is blocked and there is no relay the browser hears nothing', async (t) => {
  const report = await playCalls(t, { flags: [...KNOWN, '--allow-public', 'udp'] }, true)
  if (!report) return
  assert.equal(report.trouble, undefined)
  for (const { browser, desk } of report.calls) assert.deepEqual([browser.right, desk.right], [0, 0])
})
