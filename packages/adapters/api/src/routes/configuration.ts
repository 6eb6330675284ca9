// /configuration, for admins: what makes the telephony of the company as one readable file without secrets;
// compared before it is taken in, and taken in as a whole or not at all.
import {
  ConfigurationChecked,
  ConfigurationDraft,
  ConfigurationImport,
  ConfigurationState,
} from '@rufwerk/contract/configuration'
import { fail, ok } from '@rufwerk/core'
import { LIMITS } from '../limits.ts'
import type { ApiPorts } from '../ports.ts'
import { type Route, signedInRoute } from '../route.ts'

export function configurationRoutes({ accounts, configuration }: ApiPorts): readonly Route[] {
  if (configuration === undefined) return []
  const ROUTE = { access: 'admin', act: 'dialPlan', bodyBytesMax: LIMITS.configurationBodyBytesMax } as const
  return [
    signedInRoute({
      name: 'configuration',
      method: 'get',
      path: '/configuration',
      summary: 'People, sites, dial plan and trunks as one file, without secrets.',
      access: 'admin',
      act: 'dialPlan',
      status: 200,
      answer: ConfigurationState,
      run: async ({ who }) => {
        const noted = await accounts.note(who.session, 'configuration-exported', '')
        return noted.ok ? ok(await configuration.export(who.person.tenant)) : fail({ code: 'unavailable' })
      },
    }),
    signedInRoute({
      ...ROUTE,
      name: 'checkConfiguration',
      method: 'post',
      path: '/configuration/check',
      summary: 'What a file would change, and what is wrong with it; changes nothing.',
      body: ConfigurationDraft,
      status: 200,
      answer: ConfigurationChecked,
      run: async ({ who, body }) => {
        const { version, changes, problems } = await configuration.check(who.session, body.configuration)
        return ok({ version, changes: [...changes], problems: [...problems] })
      },
    }),
    signedInRoute({
      ...ROUTE,
      name: 'importConfiguration',
      noted: 'by-itself',
      method: 'post',
      path: '/configuration/import',
      summary: 'Takes in a file as a whole; with any problem nothing is changed.',
      body: ConfigurationImport,
      status: 200,
      answer: ConfigurationChecked,
      run: async ({ who, body }) => {
        const done = await configuration.import(who.session, body.configuration, body.expected)
        if (!done.ok) return fail({ code: done.error === 'conflict' ? 'conflict' : 'unavailable' })
        const { version, changes, problems } = done.value
        return ok({ version, changes: [...changes], problems: [...problems] })
      },
    }),
  ]
}
