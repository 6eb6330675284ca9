// The targets find what they are for: each is given a fault on purpose.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SrtpReceiver } from '@rufwerk/rtp/srtp'
import { runTarget } from '../run.ts'
import type { Target } from '../target.ts'
import { srtpTarget } from '../targets/srtp.ts'

const SEED = 11
const CASES_MAX = 600

async function found(target: Target): Promise<string> {
  const run = await runTarget(target, { seed: SEED, casesMax: CASES_MAX })
  return run.finding?.message ?? 'nothing'
}

/** Forgets what it has seen. */
class Forgetful extends SrtpReceiver {
  override unprotect(packet: Uint8Array, length: number) {
    this.sources.clear()
    return super.unprotect(packet, length)
  }
}

/** Takes reports as they come. */
class Credulous extends SrtpReceiver {
  override unprotectRtcp(packet: Uint8Array, length: number) {
    const end = super.unprotectRtcp(packet, length)
    return end === 'not-authentic' ? length : end
  }
}

/** Remembers whoever wrote to it, and becomes deaf to the others. */
class Hoarding extends SrtpReceiver {
  override unprotect(packet: Uint8Array, length: number) {
    const end = super.unprotect(packet, length)
    if (end === 'not-authentic') this.add(length)
    return end
  }
}

test('srtp: replays, forged reports and sources of strangers are found', async () => {
  assert.match(await found(srtpTarget((...args) => new Forgetful(...args))), /sources|twice|untouched/)
  assert.match(await found(srtpTarget((...args) => new Credulous(...args))), /nobody made/)
  assert.match(await found(srtpTarget((...args) => new Hoarding(...args))), /without an authentic packet/)
})
