// The company whose calls are tried out: from the data folder, which is only read, or from a file.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  fail,
  ok,
  type PersonId,
  type Result,
  SILENT_LOG,
  type SiteId,
  seconds,
  type TenantId,
  wallTime,
} from '@rufwerk/core'
import type { RoutingConfig } from '@rufwerk/routing'
import {
  CHECKED_HERE,
  type Company,
  checkPlan,
  openPlanBook,
  type PlanProblem,
  type PlanStore,
  type VersionEntry,
} from '@rufwerk/routing/versions'

/** How long phones ring when the server was started without --ring-seconds. */
const RING_TIME = seconds(25)

/** Several lines: the first says what is wrong. */
export type Loaded = Result<RoutingConfig, readonly string[]>

export async function loadConfig(dataFolder: string, planFile: string | undefined): Promise<Loaded> {
  const input = planFile === undefined ? undefined : readJson(planFile)
  if (input !== undefined && !input.ok) return input
  const given = input?.value
  if (isCompanyFile(given)) return configOfFile(given, planFile ?? '')
  const file = join(dataFolder, 'rufwerk.db')
  if (!existsSync(file))
    return fail([
      `there is no database in ${dataFolder}; say --data DIR, or --plan with a file of a whole company`,
    ])
  try {
    const database = new DatabaseSync(file, { readOnly: true, timeout: 2_000 })
    try {
      return await configOfDatabase(database, given, planFile)
    } finally {
      database.close()
    }
  } catch (error) {
    return fail([`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`])
  }
}

function readJson(file: string): Result<unknown, readonly string[]> {
  try {
    return ok(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    return fail([`${file} is no JSON: ${error instanceof Error ? error.message : String(error)}`])
  }
}

interface CompanyFile {
  readonly country?: unknown
  readonly language?: unknown
  readonly people?: unknown
  readonly plan: unknown
}

/** A dial plan has no field of this name. */
function isCompanyFile(input: unknown): input is CompanyFile {
  return typeof input === 'object' && input !== null && 'plan' in input
}

function configOfFile({ country, language, people, plan }: CompanyFile, file: string): Loaded {
  const entries = Array.isArray(people) ? people.map(readPerson) : []
  if (entries.includes(undefined))
    return fail([`${file}: people must be a list of { "id", "extension", "name" }, all of them texts`])
  const known = entries.filter((entry) => entry !== undefined)
  const config: RoutingConfig = {
    tenant: 'file' as TenantId,
    version: 0,
    country: country === 'us' ? 'us' : 'de',
    language: language === 'en' ? 'en' : 'de',
    isDemo: false,
    ringTime: RING_TIME,
    byExtension: new Map(known.map((entry) => [entry.extension, { ...entry, kind: 'person' as const }])),
  }
  return withPlan(config, sitesOf(plan), plan, file)
}

function readPerson(input: unknown): { person: PersonId; extension: string; name: string } | undefined {
  const fields = new Map(Object.entries(typeof input === 'object' && input !== null ? input : {}))
  const [id, extension, name] = ['id', 'extension', 'name'].map((field) => fields.get(field))
  if (typeof extension !== 'string') return undefined
  if (id !== undefined && typeof id !== 'string') return undefined
  if (name !== undefined && typeof name !== 'string') return undefined
  return { person: (id ?? extension) as PersonId, extension, name: name ?? extension }
}

/** A file has the sites that its plan names. */
function sitesOf(plan: unknown): ReadonlySet<SiteId> {
  const sites = new Map(Object.entries(typeof plan === 'object' && plan !== null ? plan : {})).get('sites')
  const names = (Array.isArray(sites) ? sites : []).map((site: unknown) =>
    typeof site === 'object' && site !== null && 'site' in site ? String(site.site) : '',
  )
  return new Set(names as SiteId[])
}

function withPlan(config: RoutingConfig, sites: Company['sites'], plan: unknown, file: string): Loaded {
  const checked = checkPlan(plan, { config, sites })
  if (checked.ok) return ok({ ...config, dialPlan: checked.value.plan })
  return fail([`the plan in ${file} has mistakes:`, ...checked.error.map(toldProblem)])
}

function toldProblem({ sentence }: PlanProblem): string {
  return `  ${sentence}`
}

async function configOfDatabase(
  database: DatabaseSync,
  plan: unknown,
  planFile: string | undefined,
): Promise<Loaded> {
  const tenant = database.prepare('SELECT * FROM tenants LIMIT 1').get()
  if (tenant === undefined) return fail(['this system is not set up yet: there is nobody who could call'])
  const id = String(tenant.id) as TenantId
  const people = database.prepare('SELECT id, extension, name, kind FROM people WHERE tenant = ?').all(id)
  const sites = database.prepare('SELECT id FROM sites WHERE tenant = ?').all(id)
  const config: RoutingConfig = {
    tenant: id,
    version: Number(tenant.version),
    country: tenant.country === 'us' ? 'us' : 'de',
    language: tenant.language === 'en' ? 'en' : 'de',
    isDemo: tenant.is_demo === 1,
    ringTime: RING_TIME,
    byExtension: new Map(
      people.map((row) => {
        const extension = String(row.extension)
        const kind = row.kind === 'voice' ? ('voice' as const) : ('person' as const)
        return [extension, { person: String(row.id) as PersonId, extension, name: String(row.name), kind }]
      }),
    ),
  }
  const company: Company = { config, sites: new Set(sites.map((row) => String(row.id) as SiteId)) }
  if (planFile !== undefined) return withPlan(config, company.sites, plan, planFile)
  const parts = { store: planStore(database), companyOf: () => company, checker: CHECKED_HERE }
  const book = await openPlanBook({ ...parts, wallTime: () => wallTime(0), log: SILENT_LOG }, [id])
  return ok(book.config(id) ?? config)
}

/** The versions as the server has stored them; a database from before dial plans has none. */
function planStore(database: DatabaseSync): PlanStore {
  const table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'dial_plans'"
  const isThere = database.prepare(table).get() !== undefined
  return {
    add: async () => 'not-stored',
    list: async (tenant): Promise<VersionEntry[]> => {
      if (!isThere) return []
      const query = 'SELECT version, at, author FROM dial_plans WHERE tenant = ? ORDER BY version DESC'
      return database
        .prepare(query)
        .all(tenant)
        .map((row) => ({
          tenant,
          version: Number(row.version),
          at: wallTime(Number(row.at)),
          by: String(row.author) as PersonId,
        }))
    },
    read: async (tenant, version) => {
      const query = 'SELECT at, author, plan FROM dial_plans WHERE tenant = ? AND version = ?'
      const row = database.prepare(query).get(tenant, version)
      if (row === undefined) return undefined
      const at = wallTime(Number(row.at))
      return { tenant, version, at, by: String(row.author) as PersonId, plan: String(row.plan) }
    },
  }
}
