// The command line of npm run route: who calls, what is dialled, when, and where the configuration is.
import { resolve } from 'node:path'
import { addressBytes } from '@rufwerk/core/ip-address'
import type { Command, Values } from '../command-line.ts'

const OPTIONS = {
  from: { type: 'string' },
  trunk: { type: 'string' },
  caller: { type: 'string' },
  to: { type: 'string' },
  at: { type: 'string' },
  zone: { type: 'string' },
  site: { type: 'string' },
  address: { type: 'string' },
  seed: { type: 'string' },
  registered: { type: 'string' },
  busy: { type: 'string' },
  data: { type: 'string' },
  demo: { type: 'boolean' },
  plan: { type: 'string' },
  language: { type: 'string' },
  json: { type: 'boolean' },
} as const

const USAGE = `npm run route -- --from 101 --to 030123456 [FLAGS]
npm run route -- --trunk main --caller +4940123456 --to +493023125100 [FLAGS]

Says what would happen to a call and which rules were looked at. Calls nobody, changes nothing; reads the
data folder, also while the server runs.

  --from EXTENSION      who calls, inside the house
  --site ID             what that phone is set up for, when it is not the site of the person
  --address IP          where the network sees that phone: networks of sites decide about emergency calls
  --trunk ID            or through which trunk the call comes in
  --caller NUMBER       as the carrier writes it; hidden when absent
  --to NUMBER           what is dialled, or the called number as the carrier writes it
  --at TIME             2026-12-24T10:00 on the clock of the company (default: now)
  --zone NAME           another clock, such as Europe/Berlin
  --registered WHO      all, none, or extensions: 101,102 (default: all)
  --busy EXTENSIONS     who is in a call: 101,102 (default: nobody)
  --seed N              decides where chance is asked for (default: 0)
  --data DIR            data folder (default: ./data, with --demo ./data-demo)
  --plan FILE           a dial plan as JSON that is not applied; or a whole company,
                        { "country", "people": [{ "id", "extension", "name" }], "plan" }
  --language de|en      (default: that of the terminal)
  --json                the answer as JSON
  --help                this list`

export const ROUTE_COMMAND: Command<typeof OPTIONS> = { name: 'route', usage: USAGE, options: OPTIONS }

export interface RouteWish {
  readonly caller:
    | { readonly extension: string; readonly site?: string; readonly address?: string }
    | { readonly trunk: string; readonly number?: string }
  readonly to: string
  readonly at?: string
  readonly zone?: string
  readonly seed: number
  /** Extensions; undefined: all. */
  readonly registered?: readonly string[]
  readonly busy: readonly string[]
  readonly dataFolder: string
  readonly planFile?: string
  readonly language?: 'de' | 'en'
  readonly isJson: boolean
}

export interface Folders {
  readonly projectFolder: string
  readonly currentFolder: string
}

/** Or a sentence that says which flag is wrong. */
export function readWish(values: Values<typeof OPTIONS>, folders: Folders): RouteWish | string {
  const { from, trunk, caller, to, at, zone, site, address, registered, plan, language } = values
  if ((from === undefined) === (trunk === undefined)) return 'say --from EXTENSION or --trunk ID'
  if (to === undefined || to === '') return 'say --to NUMBER'
  if (caller !== undefined && trunk === undefined) return '--caller belongs to --trunk'
  if (site !== undefined && from === undefined) return '--site belongs to --from'
  if (address !== undefined && from === undefined) return '--address belongs to --from'
  if (address !== undefined && addressBytes(address) === undefined)
    return '--address takes an IP address such as 192.0.2.7'
  if (language !== undefined && language !== 'de' && language !== 'en') return '--language is de or en'
  const seed = Number(values.seed ?? '0')
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff)
    return '--seed is a number from 0 to 4294967295'
  const data = values.data ?? (values.demo ? 'data-demo' : 'data')
  const base = values.data === undefined ? folders.projectFolder : folders.currentFolder
  return {
    caller:
      trunk === undefined
        ? {
            extension: from ?? '',
            ...(site !== undefined && { site }),
            ...(address !== undefined && { address }),
          }
        : { trunk, ...(caller !== undefined && { number: caller }) },
    to,
    ...(at !== undefined && { at }),
    ...(zone !== undefined && { zone }),
    seed,
    ...(registered !== undefined && registered !== 'all' && { registered: extensions(registered) }),
    busy: extensions(values.busy ?? ''),
    dataFolder: resolve(base, data),
    ...(plan !== undefined && { planFile: resolve(folders.currentFolder, plan) }),
    ...(language !== undefined && { language }),
    isJson: values.json ?? false,
  }
}

function extensions(text: string): string[] {
  return text === 'none' ? [] : text.split(',').filter((extension) => extension !== '')
}
