// /setup: the welcome. The token proves that the visitor has seen the printed link; it works once.
import { FRAGMENT_KEYS, SetupRequest, SetupResult, SetupState } from '@rufwerk/contract'
import { fail, ok } from '@rufwerk/core'
import { accountsRefusal, passwordFields } from '../accounts-refusal.ts'
import type { ApiPorts } from '../ports.ts'
import { openRoute, type Route } from '../route.ts'

export function setupRoutes({ accounts, phones, settings }: ApiPorts): readonly Route[] {
  return [
    openRoute({
      name: 'setupState',
      method: 'get',
      path: '/setup',
      summary: 'Is the system set up?',
      access: 'anyone',
      status: 200,
      answer: SetupState,
      run: async () => {
        const [directory] = accounts.directories()
        return ok({
          state: accounts.setupState(),
          isDemo: directory?.tenant.isDemo ?? settings.isDemo,
          hasTelephony: phones !== undefined,
        })
      },
    }),
    openRoute({
      name: 'setUp',
      method: 'post',
      path: '/setup',
      summary: 'Sets the system up and signs the admin in.',
      access: 'anyone',
      attempts: 'link',
      body: SetupRequest,
      status: 200,
      answer: SetupResult,
      refusals: [
        'setup-done',
        'link-invalid',
        'password-too-short',
        'password-too-long',
        'password-is-login',
        'password-trivial',
        'extension-taken',
        'extension-reserved',
      ],
      run: async ({ body, origin, setSession }) => {
        const result = await accounts.setUp(body)
        if (!result.ok) return fail(accountsRefusal(result.error, passwordFields('admin.password')))
        setSession(result.value.token)
        const colleagueLinks = result.value.colleagueLinks.map(({ person, token }) => ({
          name: person.name,
          url: linkUrl(origin, token),
        }))
        return ok({ colleagueLinks })
      },
    }),
  ]
}

/** The token stands in the fragment, which browsers never send: it reaches no log and no Referer. */
export function linkUrl(origin: string, token: string): string {
  return `${origin}/#${FRAGMENT_KEYS.link}=${token}`
}
