// /session: signing in and out. Whether login or password was wrong is not said.
import type { Accounts } from '@rufwerk/accounts'
import { PasswordChange, Session, SignIn, SignInByLink } from '@rufwerk/contract'
import { fail, ok } from '@rufwerk/core'
import { accountsRefusal, passwordFields } from '../accounts-refusal.ts'
import type { ApiPorts } from '../ports.ts'
import { openRoute, type Route, signedInRoute, type Visitor } from '../route.ts'

export function sessionRoutes(ports: ApiPorts): readonly Route[] {
  return [...signInRoutes(ports), ...ownSessionRoutes(ports)]
}

function signInRoutes({ accounts, phones, onWrongPassword }: ApiPorts): readonly Route[] {
  const viewOf = async ({ person, session }: Omit<Visitor, 'directory'>): Promise<Session | undefined> => {
    const directory = accounts.directoryOf(session.tenant)
    return directory && sessionView({ accounts, phones }, { person, session, directory })
  }
  return [
    openRoute({
      name: 'signIn',
      method: 'post',
      path: '/session',
      summary: 'Signs in by email address or extension, and password.',
      access: 'anyone',
      attempts: 'password',
      body: SignIn,
      status: 200,
      answer: Session,
      refusals: ['wrong-credentials'],
      run: async ({ body, peer, setSession }) => {
        const result = await accounts.signIn({ ...body, address: peer.address })
        if (!result.ok) {
          if (result.error.code === 'wrong-credentials') onWrongPassword?.()
          return fail(accountsRefusal(result.error))
        }
        const view = await viewOf(result.value)
        if (view === undefined) return fail({ code: 'unavailable' })
        setSession(result.value.token)
        return ok(view)
      },
    }),
    openRoute({
      name: 'signInByLink',
      method: 'post',
      path: '/session/link',
      summary: 'Signs in by a one-time link.',
      access: 'anyone',
      attempts: 'link',
      body: SignInByLink,
      status: 200,
      answer: Session,
      refusals: ['link-invalid'],
      run: async ({ body, peer, setSession }) => {
        const result = await accounts.signInByLink({ token: body.token, address: peer.address })
        if (!result.ok) return fail(accountsRefusal(result.error))
        const view = await viewOf(result.value)
        if (view === undefined) return fail({ code: 'unavailable' })
        setSession(result.value.token)
        return ok(view)
      },
    }),
  ]
}

function ownSessionRoutes({ accounts, phones }: ApiPorts): readonly Route[] {
  return [
    signedInRoute({
      name: 'session',
      method: 'get',
      path: '/session',
      summary: 'Who is signed in.',
      access: 'person',
      status: 200,
      answer: Session,
      run: async ({ who }) => ok(await sessionView({ accounts, phones }, who)),
    }),
    signedInRoute({
      name: 'signOut',
      method: 'delete',
      path: '/session',
      summary: 'Signs out; closes the live channel and the phone of this session.',
      access: 'person',
      act: 'none', // Whoever wants to end a session always may.
      status: 204,
      run: async ({ who, setSession }) => {
        const result = await accounts.signOut(who.session)
        if (!result.ok) return fail(accountsRefusal(result.error))
        setSession(undefined)
        return ok(undefined)
      },
    }),
    signedInRoute({
      name: 'changePassword',
      method: 'put',
      path: '/session/password',
      summary: "Changes one's password; ends all other sessions of the person.",
      access: 'person',
      attempts: 'password',
      body: PasswordChange,
      status: 204,
      refusals: [
        'password-wrong',
        'password-too-short',
        'password-too-long',
        'password-is-login',
        'password-trivial',
      ],
      run: async ({ who, body }) => {
        const passwords = {
          ...(body.currentPassword !== undefined && { current: body.currentPassword }),
          next: body.newPassword,
        }
        const result = await accounts.changePassword(who.session, passwords)
        if (result.ok) return ok(undefined)
        const fields = { ...passwordFields('newPassword'), 'password-wrong': 'currentPassword' }
        return fail(accountsRefusal(result.error, fields))
      },
    }),
  ]
}

async function sessionView(
  { accounts, phones }: { readonly accounts: Accounts; readonly phones: ApiPorts['phones'] },
  { person, session, directory }: Visitor,
): Promise<Session> {
  const { tenant } = directory
  return {
    person: {
      id: person.id,
      name: person.name,
      extension: person.extension,
      ...(person.email !== undefined && { email: person.email }),
      role: person.role,
    },
    tenant: { id: tenant.id, name: tenant.name, country: tenant.country },
    language: person.language,
    isDemo: tenant.isDemo,
    hasTelephony: phones !== undefined,
    hasPassword: await accounts.hasPassword(session),
  }
}
