// /personal, for admins: what is kept of a person by their number, in calls, recordings and voicemail; to say
// it (GDPR Art. 15), to hand it over (Art. 20) and to erase it (Art. 17). The number travels in the body and
// is written down nowhere.
import type { NumberKey, PersonalDataSource, PersonalFile, PersonalSearch } from '@rufwerk/calls/records'
import { PersonalErased, PersonalFound, PersonalRequest } from '@rufwerk/contract/records'
import { fail, ok, type Result } from '@rufwerk/core'
import type { Refusal } from '../error.ts'
import { Exports } from '../exports.ts'
import type { ApiPorts, RecordsPort } from '../ports.ts'
import { type Route, signedInRoute, type Visitor } from '../route.ts'
import { zipOf } from '../zip.ts'
import { dateOf, soughtNumber } from './records.ts'

const PERSONAL_ROUTE = { method: 'post', access: 'admin', act: 'export', body: PersonalRequest } as const

export function personalRoutes(ports: ApiPorts): readonly Route[] {
  const { records } = ports
  if (records === undefined) return []
  const exports = new Exports()
  return [
    findRoute(ports, records, exports),
    exportRoute(ports, records, exports),
    eraseRoute(ports, records, exports),
  ]
}

function findRoute({ accounts }: ApiPorts, { personal }: RecordsPort, exports: Exports): Route {
  return signedInRoute({
    ...PERSONAL_ROUTE,
    name: 'findPersonal',
    noted: 'by-itself',
    path: '/personal/find',
    summary: 'How much is kept of a number, and since when.',
    status: 200,
    answer: PersonalFound,
    run: async ({ who, body }) => {
      const search = searchOf(body.number, who)
      if (!search.ok) return search
      if (exports.isFull()) return fail({ code: 'unavailable' })
      const noted = await accounts.note(who.session, 'personal-found', '')
      if (!noted.ok) return fail({ code: 'unavailable' })
      return exports.during(async () => {
        const sources: PersonalFound['sources'] = []
        for (const source of personal)
          sources.push({ name: source.name, ...(await source.find(search.value)) })
        return ok({ sources })
      })
    },
  })
}

function exportRoute({ accounts }: ApiPorts, records: RecordsPort, exports: Exports): Route {
  return signedInRoute({
    ...PERSONAL_ROUTE,
    name: 'exportPersonal',
    noted: 'by-itself',
    path: '/personal/export',
    summary: 'All that is kept of a number, as a ZIP file.',
    status: 200,
    file: 'application/zip',
    run: async ({ who, body }) => {
      const search = searchOf(body.number, who)
      if (!search.ok) return search
      if (exports.isFull()) return fail({ code: 'unavailable' })
      const noted = await accounts.note(who.session, 'personal-exported', '')
      if (!noted.ok) return fail({ code: 'unavailable' })
      const content = exports.counted(zipOf(filesOf(records.personal, search.value)))
      return ok({ name: `personal-${dateOf(records)}.zip`, content })
    },
  })
}

async function* filesOf(
  sources: readonly PersonalDataSource[],
  search: PersonalSearch,
): AsyncIterable<PersonalFile> {
  for (const source of sources)
    for await (const { path, content } of source.export(search))
      yield { path: `${source.name}/${path}`, content }
}

function eraseRoute({ accounts, log }: ApiPorts, { personal }: RecordsPort, exports: Exports): Route {
  return signedInRoute({
    ...PERSONAL_ROUTE,
    name: 'erasePersonal',
    noted: 'by-itself',
    path: '/personal/erase',
    summary: 'Takes a number out of everything that is kept, but what is held or not over yet.',
    status: 200,
    answer: PersonalErased,
    run: async ({ who, body }) => {
      const search = searchOf(body.number, who)
      if (!search.ok) return search
      if (exports.isFull()) return fail({ code: 'unavailable' })
      return exports.during(async () => {
        const sources: PersonalErased['sources'] = []
        let failed = ''
        for (const source of personal) {
          try {
            sources.push({ name: source.name, ...(await source.erase(search.value)) })
          } catch (error) {
            failed = source.name
            log.error('personal.not-erased', { source: source.name, why: String(error).slice(0, 200) })
            break
          }
        }
        const counts = sources.map(({ name, erased }) => [name, String(erased)] as const)
        const detail = Object.fromEntries([...counts, ...(failed === '' ? [] : [['failed', failed]])])
        const noted = await accounts.note(who.session, 'personal-erased', '', detail)
        return failed === '' && noted.ok ? ok({ sources }) : fail({ code: 'unavailable' })
      })
    },
  })
}

/** An extension is of somebody of the house, whose calls are not erased by it. */
function searchOf(text: string, who: Visitor): Result<PersonalSearch & { number: NumberKey }, Refusal> {
  const read = soughtNumber(text, who)
  if (!read.ok) return read
  if (read.value.kind === 'e164') return ok({ tenant: who.person.tenant, number: read.value })
  const message = 'Say a number of the public network, with its area code.'
  return fail({ code: 'bad-request', field: 'number', message })
}
