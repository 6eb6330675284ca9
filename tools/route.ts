// npm run route: what would happen to a call, by the function that decides about calls, and why. Reads only.
// Exit code 1 when the configuration cannot be read or is wrong, 2 for a wrong flag.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type DeviceId, type PersonId, type SiteId, type WallTime, wallTime } from '@rufwerk/core'
import { type Live, type RoutedCall, type RoutingConfig, route, type TrunkId } from '@rufwerk/routing'
import { readLocalTime } from '@rufwerk/routing/calendar'
import { orEnd, readCommandLine } from './command-line.ts'
import { ROUTE_COMMAND, type RouteWish, readWish } from './route/command.ts'
import { loadConfig } from './route/company.ts'
import { tellPlan } from './route/tell.ts'

const EXIT_CONFIGURATION = 1
const EXIT_WRONG_FLAG = 2
const ZONES = { de: 'Europe/Berlin', us: 'America/New_York' } as const

const projectFolder = dirname(dirname(fileURLToPath(import.meta.url)))
const folders = { projectFolder, currentFolder: process.env.INIT_CWD ?? process.cwd() }
const wish = orEnd(
  readCommandLine(ROUTE_COMMAND, process.argv.slice(2), (values) => readWish(values, folders)),
)
const loaded = await loadConfig(wish.dataFolder, wish.planFile)
if (!loaded.ok) giveUp(loaded.error.join('\n'), EXIT_CONFIGURATION)
const config = loaded.value
const language = wish.language ?? languageOf(process.env)
const zone = wish.zone ?? config.dialPlan?.schedules[0]?.schedule.timeZone ?? ZONES[config.country]
const at = timeOf(wish, zone)
const plan = route(config, liveOf(wish, config), callOf(wish, config, at))
const names = new Map(
  [...config.byExtension.values()].map((one) => [one.person, `${one.extension} ${one.name}`]),
)
if (wish.isJson) process.stdout.write(`${JSON.stringify({ at, ...plan }, undefined, 2)}\n`)
else {
  const shown = new Date(at).toLocaleString(language, {
    timeZone: zone,
    dateStyle: 'full',
    timeStyle: 'short',
  })
  process.stdout.write(`${shown} (${zone})\n\n${tellPlan(plan, { language, names, zone })}`)
}

function giveUp(message: string, exitCode: number): never {
  process.stderr.write(`route: ${message}\n`)
  process.exit(exitCode)
}

function timeOf({ at }: RouteWish, zone: string): WallTime {
  const read = at === undefined ? wallTime(Date.now()) : readLocalTime(at, zone)
  return (
    read ??
    giveUp(`--at takes a time such as 2026-12-24T10:00, --zone one of the tz database`, EXIT_WRONG_FLAG)
  )
}

function callOf({ caller, to, seed }: RouteWish, config: RoutingConfig, at: WallTime): RoutedCall {
  if ('trunk' in caller) {
    const callerNumber = caller.number === undefined ? {} : { callerNumber: caller.number }
    return { from: 'trunk', trunk: caller.trunk as TrunkId, called: to, ...callerNumber, at, seed }
  }
  const { person } = personAt(config, caller.extension, '--from')
  const callerSite = caller.site === undefined ? {} : { callerSite: caller.site as SiteId }
  const callerAddress = caller.address === undefined ? {} : { callerAddress: caller.address }
  const place = { ...callerSite, ...callerAddress }
  return { dialled: to, caller: person, callerDevice: '' as DeviceId, ...place, at, seed }
}

/** Everybody who is registered has one phone. */
function liveOf({ registered, busy }: RouteWish, config: RoutingConfig): Live {
  const people = (extensions: readonly string[], flag: string): ReadonlySet<PersonId> =>
    new Set(extensions.map((extension) => personAt(config, extension, flag).person))
  const there = registered && people(registered, '--registered')
  const talking = people(busy, '--busy')
  return {
    contactsOf: (person) =>
      there === undefined || there.has(person)
        ? [{ device: `${person}-phone` as DeviceId, binding: '' }]
        : [],
    isBusy: (person) => talking.has(person),
  }
}

function personAt(config: RoutingConfig, extension: string, flag: string) {
  const person = config.byExtension.get(extension)
  if (person) return person
  const known = [...config.byExtension.keys()].slice(0, 20).join(', ')
  return giveUp(`${flag}: nobody has the extension ${extension}; there are ${known}`, EXIT_WRONG_FLAG)
}

/** As POSIX says: LC_ALL before LC_MESSAGES before LANG. */
function languageOf(env: NodeJS.ProcessEnv): 'de' | 'en' {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return locale.toLowerCase().startsWith('de') ? 'de' : 'en'
}
