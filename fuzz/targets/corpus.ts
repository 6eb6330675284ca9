// What the fuzzers start from: fixtures of the packages, packets in digits, and the messages of a call
// between two phones of the testing package.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { ExchangeRig } from '@rufwerk/testing'

const PROTOCOLS = new URL('../../packages/protocol/', import.meta.url)

function filesOf(folder: string, ending: string): Buffer[] {
  const url = new URL(folder, PROTOCOLS)
  return readdirSync(url)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => readFileSync(new URL(name, url)))
}

/** Packets, each written as its hexadecimal digits. */
export function packetsOf(...digits: readonly string[]): Buffer[] {
  return digits.map((text) => {
    assert(text.length % 2 === 0, `half a byte: ${text}`)
    return Buffer.from(text, 'hex')
  })
}

/** Bytes, each written as the character of its number. */
export function bytesOf(...texts: readonly string[]): Buffer[] {
  return texts.map((text) => Buffer.from(text, 'latin1'))
}

export function tortureMessages(): Uint8Array[] {
  return filesOf('sip/test/fixtures/rfc4475/', '.dat')
}

export function descriptions(): Uint8Array[] {
  return filesOf('sdp/test/fixtures/', '.sdp')
}

/** Every message, in both directions, of a registration and of a call that is answered and ended. */
export async function callMessages(): Promise<Uint8Array[]> {
  const rig = new ExchangeRig({ seed: 4 })
  const heard: Uint8Array[] = []
  const { network } = rig
  const send = network.send
  network.send = (flow, bytes) => {
    heard.push(bytes)
    return send(flow, bytes)
  }
  const caller = await rig.registered('100')
  await rig.registered('101')
  const call = caller.dial('101')
  await rig.clock.pass(2_000)
  call.hangUp()
  await rig.clock.pass(40_000)
  rig.userAgent.close()
  return heard
}
