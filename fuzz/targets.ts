// All targets by name, made when they are wanted.
import type { Target, TargetName } from './target.ts'
import { advisoryTarget } from './targets/defence/advisory.ts'
import { auditTarget } from './targets/defence/audit.ts'
import { casesTarget } from './targets/defence/cases.ts'
import { collectorsTarget } from './targets/defence/collectors.ts'
import { evidenceTarget } from './targets/defence/evidence.ts'
import { fleetTarget } from './targets/defence/fleet.ts'
import { indicatorsTarget } from './targets/defence/indicators.ts'
import { quarantineTarget } from './targets/defence/quarantine.ts'
import { digestTarget } from './targets/digest.ts'
import { mediaControlTarget } from './targets/media-control.ts'
import { mediaEngineTarget } from './targets/media-engine.ts'
import { rtcpTarget } from './targets/rtcp.ts'
import { rtpTarget } from './targets/rtp.ts'
import { sdpTarget } from './targets/sdp.ts'
import { sipTarget } from './targets/sip.ts'
import { sipLayersTarget } from './targets/sip-layers.ts'
import { srtpTarget } from './targets/srtp.ts'
import { stunTarget } from './targets/stun.ts'
import { wsTarget } from './targets/ws.ts'

type Maker = () => Target | Promise<Target>

const MAKERS: Readonly<Record<TargetName, Maker>> = {
  sip: sipTarget,
  'sip-layers': () => sipLayersTarget(),
  digest: () => digestTarget(),
  sdp: sdpTarget,
  stun: stunTarget,
  rtp: rtpTarget,
  rtcp: rtcpTarget,
  srtp: () => srtpTarget(),
  ws: () => wsTarget(),
  'media-control': mediaControlTarget,
  'media-engine': () => mediaEngineTarget(),
  advisory: () => advisoryTarget(),
  audit: () => auditTarget(),
  collectors: () => collectorsTarget(),
  evidence: () => evidenceTarget(),
  fleet: () => fleetTarget(),
  quarantine: () => quarantineTarget(),
  indicators: () => indicatorsTarget(),
  cases: () => casesTarget(),
}

export async function openTarget(name: TargetName): Promise<Target> {
  return MAKERS[name]()
}
