// What a restart needs of a leg, as JSON of at most 4 kB: roles, dialog, flow, descriptions without keys and
// candidates, endpoint. Written here; reading it back is the recovery's part.
import type { LegContext } from './context.ts'
import type { Leg } from './leg.ts'

export const STORED_LEG_VERSION = 1
const STATE_BYTES_MAX = 4096

/** Lines of a description that are secret, or of no use after a restart. */
const LEFT_OUT = /^a=(?:ice-pwd|crypto|key-mgmt|candidate|end-of-candidates|extmap|rtcp-fb|msid|ssrc)\b/

export function saveLeg(context: LegContext, leg: Leg): void {
  const { id, call, device } = leg
  context.ports.journal.saveLeg({
    tenant: device.tenant,
    call,
    leg: id,
    version: STORED_LEG_VERSION,
    state: writeState(leg),
  })
}

function writeState(leg: Leg): string {
  const { role, flow, device, media, session, state } = leg
  const core = {
    role,
    state: state.name,
    device: device.device,
    endpoint: media.endpoint,
    isHeld: leg.isHeld,
    flow: {
      transport: flow.transport,
      local: flow.local,
      remote: flow.remote,
      ...(flow.device === undefined ? {} : { device: flow.device }),
    },
    ...(leg.dialog ? { dialog: leg.dialog } : {}),
    ...(session.agreed ? { codec: session.agreed.send.name } : {}),
  }
  // An unanswered leg is not resumed after a restart: its descriptions are of no use then.
  if (leg.dialog?.state !== 'confirmed') return JSON.stringify(core)
  const full = JSON.stringify({
    ...core,
    ...(session.localText ? { local: withoutKeys(session.localText) } : {}),
    ...(session.remoteText ? { remote: withoutKeys(session.remoteText) } : {}),
  })
  return Buffer.byteLength(full) <= STATE_BYTES_MAX ? full : JSON.stringify(core).slice(0, STATE_BYTES_MAX)
}

/** Plain RTP has nothing to leave out, and is what most legs are. */
function withoutKeys(text: string): string {
  if (!/^a=(?:ice-|crypto|key-mgmt)/m.test(text)) return text
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '' && !LEFT_OUT.test(line))
    .join('\n')
}
