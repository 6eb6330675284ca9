// Figures of a server with everything in it, each one another number.
import { SILENT_LOG } from '@rufwerk/core'
import { type NetCounts, SipSockets, TimerWheel } from '@rufwerk/net'
import { ExchangeRig } from '@rufwerk/testing'
import type { Figures } from '../../src/ops/metrics.ts'

export function sampleFigures(): Figures {
  const { userAgent } = new ExchangeRig()
  return {
    version: '0.1.0',
    net: netCounts(),
    connections: 3,
    legs: { counts: userAgent.counts(), sizes: userAgent.sizes() },
    trunks: [{ isUp: true, calls: 2 }],
    calls: [{ state: 'ringing' }, { state: 'talking' }, { state: 'talking' }],
    store: { rowsWaiting: 1, waitingMs: 250, commits: 4, rowsCommitted: 9, rowsLost: 0 },
    media: {
      isAttached: true,
      endpoints: 4,
      restarts: 1,
      losses: 2,
      refusals: 0,
      engine: {
        endpoints: 4,
        endpointsMax: 2_000,
        bridges: 2,
        portPairsUsed: 3,
        portPairsFree: 997,
        sounding: 1,
      },
    },
    trace: { calls: 2, bytes: 900, strays: 1, droppedCalls: 0 },
    web: { connections: 5, entries: 6, wrongPasswords: 7, answers: new Map([[200, 8]]) },
    certificateDays: 29.5,
    diskFreeBytes: 5e9,
    clockJumps: 0,
    egressRefused: 0,
    isDraining: false,
    alarms: [{ kind: 'disk-low' }],
  }
}

function netCounts(): NetCounts {
  const timers = new TimerWheel({ onError: () => undefined })
  const sockets = new SipSockets({
    receiver: { onMessage: () => undefined, onFlowClosed: () => undefined },
    newFramer: () => ({ push: () => [], size: () => 0 }),
    timers,
    log: SILENT_LOG,
    randomBytes: (size) => new Uint8Array(size),
  })
  return sockets.counts()
}
