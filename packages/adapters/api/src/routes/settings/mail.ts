// /mail: how mail leaves the house. For admins; secrets go in and never come out.
import { MailSettings, MailState, MailTest, MailTested } from '@rufwerk/contract/mail'
import { fail, ok } from '@rufwerk/core'
import { accountsRefusal } from '../../accounts-refusal.ts'
import type { ApiPorts, MailPort } from '../../ports.ts'
import { type Route, signedInRoute } from '../../route.ts'

export function mailRoutes({ accounts, mail }: ApiPorts): readonly Route[] {
  if (mail === undefined) return []
  return [
    signedInRoute({
      name: 'mail',
      method: 'get',
      path: '/mail',
      summary: 'The mail server without its secrets, and how it goes.',
      access: 'admin',
      status: 200,
      answer: MailState,
      run: async ({ who }) => ok(mail.state(who.person.tenant)),
    }),
    signedInRoute({
      name: 'changeMail',
      noted: 'by-itself',
      method: 'put',
      path: '/mail',
      summary: 'Sets the mail server up, or otherwise.',
      access: 'admin',
      body: MailSettings,
      status: 200,
      answer: MailState,
      run: async ({ who, body }) => {
        const { tenant } = who.person
        const changed = await mail.change(tenant, body, who.person.id)
        if (changed.ok) {
          const noted = await accounts.note(who.session, 'mail-changed', '', { host: body.host })
          return noted.ok ? ok(mail.state(tenant)) : fail(accountsRefusal(noted.error))
        }
        if (changed.error === 'not-stored') return fail({ code: 'unavailable' })
        return fail({ code: 'bad-request', ...changed.error })
      },
    }),
    signedInRoute({
      name: 'removeMail',
      noted: 'by-itself',
      method: 'delete',
      path: '/mail',
      summary: 'Forgets the mail server and its secrets; no mail is sent any more.',
      access: 'admin',
      status: 204,
      run: async ({ who }) => {
        const isGone = await mail.remove(who.person.tenant, who.person.id)
        if (!isGone) return fail({ code: 'unavailable' })
        const noted = await accounts.note(who.session, 'mail-removed', '')
        return noted.ok ? ok(undefined) : fail(accountsRefusal(noted.error))
      },
    }),
    testRoute(mail),
  ]
}

function testRoute(mail: MailPort): Route {
  return signedInRoute({
    name: 'testMail',
    method: 'post',
    path: '/mail/test',
    summary: 'Sends a mail at once, and says in a sentence what fails.',
    access: 'admin',
    act: 'mailTest',
    body: MailTest,
    status: 200,
    answer: MailTested,
    run: async ({ who, body }) => {
      const { tenant, email, language } = who.person
      const to = body.to ?? email
      if (to === undefined)
        return fail({
          code: 'bad-request',
          field: 'to',
          message: 'To which address? This account has none.',
        })
      const sent = await mail.test(tenant, to, language)
      if (sent.ok) return ok({ isTaken: true })
      const { code, sentence } = sent.error
      return ok({ isTaken: false, failure: { code, sentence } })
    },
  })
}
