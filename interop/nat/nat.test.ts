// A home office: phone and browser behind a NAT that rewrites addresses and ports, the server behind another
// one whose ports are forwarded. Two sites of network namespaces; both talk, both ways, sound measured. Needs
// root: where namespaces are not permitted the tests say so, and fail where CI=true.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import test, { describe, type TestContext } from 'node:test'
import { NatNetwork, OFFICE_PUBLIC } from '../support/nat/network.ts'
import type { Ear, Order, Report } from '../support/nat/scenario.ts'
import { WRONG_SHARE_MAX } from '../support/sound.ts'

const SCENARIO = join(import.meta.dirname, '..', 'support', 'nat', 'scenario.ts')
const SCENARIO_MS_MAX = 120_000
const KNOWN = ['--public-address', OFFICE_PUBLIC]

/** Runs the calls in networks of their own; undefined where that is not permitted. */
async function play(
  t: TestContext,
  order: Partial<Order>,
  isUdpBlocked = false,
): Promise<Report | undefined> {
  const network = NatNetwork.open()
  if (typeof network === 'string') {
    assert.notEqual(process.env.CI, 'true', network)
    t.diagnostic(`NOT RUN, network namespaces are not permitted here: ${network}`)
    return undefined
  }
  try {
    if (isUdpBlocked) network.blockUdpOfComputer()
    const whole: Order = {
      ...{ flags: [], transport: 'udp', idleMs: 0, ...order },
      ...{ office: network.at('office'), computer: network.at('computer') },
    }
    const [program = '', ...args] = [
      ...network.at('phone'),
      process.execPath,
      SCENARIO,
      JSON.stringify(whole),
    ]
    const said = await outputOf(program, args)
    const [, text] = /^REPORT (.*)$/m.exec(said) ?? []
    assert.ok(text, said.slice(-5000))
    return JSON.parse(text) as Report
  } finally {
    network.close()
  }
}

function outputOf(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: SCENARIO_MS_MAX })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  return new Promise((resolve) => child.once('close', () => resolve(said)))
}

function assertEar(who: string, { right, purity, wrong, windows, isWhole }: Ear): void {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  const rightPart = `right tone ${percent(right)} of the time in ${windows} windows`
  const found = `${who}: ${rightPart}, ${percent(purity)} of the power, wrong at most ${percent(wrong)}`
  assert.ok(isWhole && wrong <= WRONG_SHARE_MAX, found)
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
  const report = await play(t, { flags: [...KNOWN, '--allow-public', 'udp'] })
  if (!report) return
  assertTalked(t, report)
  // Through the public address, and not by some other way.
  for (const path of report.paths)
    assert.match(path, new RegExp(`udp to ${OFFICE_PUBLIC.replaceAll('.', '\\.')}$`))
})

test('where UDP is blocked the browser talks through the relay', async (t) => {
  const flags = [...KNOWN, '--allow-public', 'tcp', '--turn', '3478']
  const report = await play(t, { flags, transport: 'tcp' }, true)
  if (!report) return
  assertTalked(t, report)
  for (const path of report.paths) assert.match(path, /tcp to 10\.77\.0\.10$/)
})

// Two at a time, each in networks of its own: there is no sound that could be disturbed.
describe('what they owe it to', { concurrency: 2 }, () => {
  test('where UDP is blocked and there is no relay the browser hears nothing', async (t) => {
    const report = await play(t, { flags: [...KNOWN, '--allow-public', 'udp'] }, true)
    if (!report) return
    assert.equal(report.trouble, undefined)
    for (const { browser, desk } of report.calls) assert.deepEqual([browser.right, desk.right], [0, 0])
  })

  test('without the public address nobody hears anything: it is what makes them talk', async (t) => {
    const report = await play(t, { flags: ['--allow-public', 'udp'] })
    if (!report) return
    assert.equal(report.trouble, undefined)
    for (const { browser, desk } of report.calls) assert.deepEqual([browser.right, desk.right], [0, 0])
  })

  test('without leave nobody registers over UDP from a public address', async (t) => {
    const report = await play(t, { flags: KNOWN })
    if (!report) return
    assert.match(report.trouble ?? 'it registered', /baresip|successfully/)
    assert.equal(report.calls.length, 0)
  })
})
