// Runs a scenario in networks of its own, and what must be true of what two people heard there.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { WRONG_SHARE_MAX } from '../sound.ts'
import type { Ear, HomeOrder } from './couple-at-home.ts'
import { NatNetwork } from './network.ts'

const SCENARIO_MS_MAX = 150_000

/** What the scenario reports; undefined where this machine does not permit such networks. */
export async function play<Order extends HomeOrder, Report>(
  t: TestContext,
  scenario: 'scenario' | 'path-scenario',
  orderFor: (network: NatNetwork) => Order,
): Promise<Report | undefined> {
  const network = NatNetwork.open()
  if (typeof network === 'string') {
    assert.notEqual(process.env.CI, 'true', network)
    t.diagnostic(`NOT RUN, network namespaces are not permitted here: ${network}`)
    return undefined
  }
  try {
    const file = join(import.meta.dirname, `${scenario}.ts`)
    const line = [...network.at('phone'), process.execPath, file, JSON.stringify(orderFor(network))]
    const said = await outputOf(line)
    const [, text] = /^REPORT (.*)$/m.exec(said) ?? []
    assert.ok(text, said.slice(-5000))
    return JSON.parse(text) as Report
  } finally {
    network.close()
  }
}

function outputOf([program = '', ...args]: readonly string[]): Promise<string> {
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

export function assertEar(who: string, { right, purity, wrong, windows, isWhole }: Ear): void {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  const rightPart = `right tone ${percent(right)} of the time in ${windows} windows`
  const found = `${who}: ${rightPart}, ${percent(purity)} of the power, wrong at most ${percent(wrong)}`
  assert.ok(isWhole && wrong <= WRONG_SHARE_MAX, found)
}
