// Ports for a scene alone: a block that this process claims by binding its last two ports. Test files run at
// the same time, here and in other checkouts, and a block is not used twice by one process.
import assert from 'node:assert/strict'
import { after } from 'node:test'
import { PortPool } from '../../src/endpoint/ports.ts'

/** Below those that the system hands out; 20,000 to 21,999 belong to tests with ranges of their own. */
const FIRST = 22_000
const LAST = 32_599
export const BLOCK_PORTS = 200

const claims: PortPool[] = []
let next = FIRST

after(() => {
  for (const claim of claims) claim.close()
})

/** The lowest port of a block that nobody else has until this process ends; its last two are not for use. */
export function claimPorts(): number {
  for (; next + BLOCK_PORTS - 1 <= LAST; next += BLOCK_PORTS) {
    const high = next + BLOCK_PORTS - 1
    const claim = new PortPool({ low: high - 1, high }, () => 0)
    const pair = claim.lease('127.0.0.1')
    if (!pair.ok) continue
    claim.release(pair.value) // It stays bound as an idle one.
    claims.push(claim)
    next += BLOCK_PORTS
    return high + 1 - BLOCK_PORTS
  }
  return assert.fail('all blocks of ports are in use')
}
