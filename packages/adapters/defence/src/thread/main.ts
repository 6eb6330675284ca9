// The thread of the defence: one order after the other, each of one company. Lists of ten thousand devices,
// histories and documents of megabytes are read here, where no call waits for it.
import type { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '@rufwerk/core'
import type { Ask, Envelope, FromThread, OrderName, Orders } from '../messages.ts'
import { Company } from './company.ts'
import { CompanyStore } from './company-store.ts'
import { openDatabase } from './database.ts'

const port = parentPort
assert(port, 'this file runs as a worker thread')
const say = (message: FromThread): void => port.postMessage(message)
const { folder, ca } = workerData as { readonly folder: string; readonly ca?: string }
const fetching = ca === undefined ? {} : { ca }

type Answer<Name extends OrderName> = Orders[Name]['answer']
type Performers = {
  readonly [Name in OrderName]: (company: Company, ask: Ask<Name>) => Answer<Name> | Promise<Answer<Name>>
}

const PERFORMERS: Performers = {
  report: (company, { reports }) => company.take(reports),
  import: (company, ask) => company.import(ask),
  pin: (company, ask) => company.pin(ask),
  unpin: (company, { namespace }) => company.unpin(namespace),
  receive: (company, ask) => company.receive(ask),
  fetch: (company, { address }) => company.fetch(address, fetching),
  poll: (company, { at }) => company.poll(at, fetching),
  book: (company) => company.book(),
  exposure: (company, ask) => company.exposure(ask),
  table: (company, { language, at }) => company.table(language, at),
  ran: (company, ask) => company.ran(ask),
  stepCases: (company, { input }) => company.cases.step(input),
  caseList: (company, { limit }) => company.cases.list(limit),
  case: (company, { id }) => company.cases.get(id),
  reportOutside: (company, ask) => company.cases.outside.report(ask),
  outsideReport: (company, { digest }) => company.cases.outside.find(digest),
  webhooks: (company) => company.cases.outside.webhooks(),
  addWebhook: (company, { webhook, digest, most }) => company.cases.outside.addWebhook(webhook, digest, most),
  removeWebhook: (company, { id }) => company.cases.outside.removeWebhook(id),
  publish: (company, ask) => company.cases.warnings.publish(ask),
  warnings: (company) => company.cases.warnings.all(),
  provider: (company, ask) => company.cases.warnings.provider(ask),
  webhookOf: (company, { digest }) => company.cases.outside.webhookOf(digest),
  looks: (company, ask) => company.looks(ask),
  versions: (company) => company.judged(),
  setVersions: (company, { rules }) => {
    company.versions.set(rules)
    return company.judged()
  },
  versionStops: (company) => company.versionStops(),
  playbook: (company, ask) => company.playbook(ask),
  actPlaybook: (company, ask) => company.actPlaybook(ask),
  addIndicators: (company, ask) => company.addIndicators(ask),
  searchLog: (company, ask) => company.searchLog(ask),
  searchOwn: (company, ask) => company.searchOwn(ask),
  searches: (company, { case: id }) => company.searches(id),
  evidence: (company, ask) => company.evidence(ask),
  affected: (company, ask) => company.affected(ask),
}

/** As many as there are companies on this server. */
const companies = new Map<string, Company>()
let database: DatabaseSync | undefined

port.on('message', (message: Envelope | 'close') => {
  if (message !== 'close') return void perform(message)
  database?.close()
  port.close()
})

async function perform({ id, name, ask }: Envelope): Promise<void> {
  try {
    // Which order goes with what is checked where it is given.
    const performer = PERFORMERS[name] as (company: Company, ask: object) => unknown
    say({ type: 'answer', id, answer: await performer(companyOf(ask.tenant), ask) })
  } catch (error) {
    say({ type: 'failed', id, why: (error instanceof Error ? error.message : String(error)).slice(0, 300) })
  }
}

function companyOf(tenant: string): Company {
  database ??= openDatabase(folder)
  const known = companies.get(tenant) ?? new Company(new CompanyStore(database, tenant))
  companies.set(tenant, known)
  return known
}
