// `npm run replay`: the story of March 2023 as a table with times. `-- --json` gives its rows,
// `-- --clients N` plays it with fewer. Exit code 1 when a row, or its twin, is not as it must be.
import { storyClients } from '@rufwerk/fleet/testing'
import { orEnd, readCommandLine, type Values } from '../../tools/command-line.ts'
import { row11, row12 } from '../../tools/promises/fleet.ts'
import { Company } from './company.ts'
import { fleetAct } from './fleet-act.ts'
import { isAllOk, type ReplayRow, tableOf } from './table.ts'

const CLIENTS = 10_000
const CLIENTS_MIN = 100
const USAGE = `npm run replay [-- --json] [--clients N]
  --clients N   how many there are (${CLIENTS})
  --json        rows for programs`
const options = { clients: { type: 'string' }, json: { type: 'boolean' } } as const

interface Wish {
  readonly clients: number
  readonly isJson: boolean
}

function readWish({ clients = String(CLIENTS), json = false }: Values<typeof options>): Wish | string {
  const count = Number(clients)
  if (!Number.isInteger(count) || count < CLIENTS_MIN || count > CLIENTS)
    return `--clients takes a number from ${CLIENTS_MIN} to ${CLIENTS}`
  return { clients: count, isJson: json }
}

const wish = orEnd(
  readCommandLine({ name: 'replay', usage: USAGE, options }, process.argv.slice(2), readWish),
)
const clients = storyClients(wish.clients)
const sweep = { act: 'fleet', stage: 'search', attack: 'what it has left in folders and logs' } as const
const removal = {
  act: 'fleet',
  stage: 'removal',
  attack: 'the app on a disk, by the scripts themselves',
} as const
const rows: ReplayRow[] = [
  ...(await fleetAct(() => Company.open(clients))),
  { ...removal, ...(await row11()) },
  { ...sweep, ...(await row12()) },
]
process.stdout.write(wish.isJson ? `${JSON.stringify(rows, undefined, 2)}\n` : tableOf(rows))
process.exitCode = isAllOk(rows) ? 0 : 1
