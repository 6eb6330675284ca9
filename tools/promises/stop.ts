// Row 9: who is affected is stopped and nobody else is hit; 112 passes; two people undo it. From the replay,
// with fewer clients than `npm run replay` has.
import { storyClients } from '@rufwerk/fleet/testing'
import { Company } from '../../sim/replay/company.ts'
import { fleetAct } from '../../sim/replay/fleet-act.ts'
import type { ReplayRow } from '../../sim/replay/table.ts'
import type { Shown } from './rows.ts'

const CLIENTS = 1_000
const STAGES = ['first list', 'stopped', 'undone']

export async function row9(): Promise<Shown> {
  const clients = storyClients(CLIENTS)
  const rows = await fleetAct(() => Company.open(clients))
  const shown = STAGES.flatMap((stage) => rows.filter((row) => row.stage === stage).slice(0, 1))
  const joined = (of: (row: ReplayRow) => string): string => shown.map(of).join('; ')
  return {
    expected: joined(({ expected }) => expected),
    observed: joined(({ observed }) => observed),
    ok: shown.length === STAGES.length && shown.every(({ ok }) => ok),
    twin: {
      changed: joined(({ twin }) => twin.changed),
      observed: joined(({ twin }) => twin.observed),
      ok: shown.every(({ twin }) => twin.ok),
    },
  }
}
