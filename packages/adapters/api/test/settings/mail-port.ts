// A mail server of the office: what the routes need of one.
import type { MailPort } from '@rufwerk/api'
import type { MailState } from '@rufwerk/contract/mail'
import { fail, ok } from '@rufwerk/core'

/** A mail server that takes everything but mails to `nobody@…`. */
export function mailOf(asked: string[]): MailPort {
  let state: MailState = { waiting: 0, givenUp: 0 }
  return {
    state: () => state,
    change: async (_tenant, { host, port, security, fromAddress, signIn: { how } }) => {
      if (host === 'wrong.example') return fail({ field: 'host', message: 'Wrong.' })
      state = { ...state, server: { host, port, security, fromAddress, signIn: { how } } }
      return ok(undefined)
    },
    remove: async () => {
      state = { waiting: 0, givenUp: 0 }
      return true
    },
    test: async (_tenant, to) => {
      asked.push(`mail to ${to}`)
      return to.startsWith('nobody@') ? fail({ code: 'recipient', sentence: 'Nobody.' }) : ok(undefined)
    },
  }
}
