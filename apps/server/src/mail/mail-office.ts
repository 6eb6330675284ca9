// Mail of all companies: their servers as sealed settings in the store, a queue for each, and what admins see
// and change of it. Everybody who sends mail asks for the mailer of a tenant.
import type { MailPort } from '@rufwerk/api'
import type { MailServerView, MailSettings, MailState } from '@rufwerk/contract/mail'
import { fail, type Log, ok, type PersonId, type Result, type TenantId, type WallTime } from '@rufwerk/core'
import type { Configuration } from '@rufwerk/egress'
import { checkMailServer, type MailServer, type SignIn, SmtpSender, type WrongField } from '@rufwerk/mail'
import { type DeliveryFailure, type Mail, type Mailer, MailQueue, refuseMail } from '@rufwerk/messaging/mail'
import type { Timers } from '@rufwerk/net'
import { type Seal, type Store, sealWith } from '@rufwerk/store'
import type { Finding } from '../ops/alarms.ts'
import { mailServerOf } from './settings.ts'
import { testMail } from './words.ts'

export interface MailOfficeParts {
  readonly store: Pick<Store, 'setting' | 'saveSetting'>
  /** 32 bytes, for these settings alone. */
  readonly key: Uint8Array
  readonly timers: Pick<Timers, 'arm'>
  readonly wallTime: () => WallTime
  readonly log: Log
}

interface Desk {
  server: MailServer | undefined
  readonly sender: SmtpSender
  readonly queue: MailQueue
}

const NOT_SET_UP: DeliveryFailure = {
  code: 'not-set-up',
  sentence: 'No mail server is set up yet.',
  isFinal: false,
}

export class MailOffice implements MailPort {
  readonly #parts: MailOfficeParts
  readonly #seal: Seal
  readonly #desks = new Map<TenantId, Desk>()

  constructor(parts: MailOfficeParts) {
    this.#parts = parts
    this.#seal = sealWith(parts.key)
  }

  /** Reads what is set up; before, nothing is. What cannot be read is told, and counts as not set up. */
  async open(tenant: TenantId): Promise<void> {
    if (this.#desks.has(tenant)) return
    const desk = this.#newDesk(tenant)
    const sealed = await this.#parts.store.setting(settingName(tenant))
    if (sealed === undefined || sealed === '') return
    const text = this.#seal.open(sealed, tenant)
    if (text === undefined) this.#parts.log.error('mail settings cannot be read', { tenant })
    else desk.server = JSON.parse(text) as MailServer
  }

  mailerOf(tenant: TenantId): Mailer {
    return {
      send: async (mail: Mail) => {
        const desk = this.#desks.get(tenant)
        return desk?.server === undefined ? refuseMail('not-set-up') : desk.queue.add(mail)
      },
      sendDue: (mail) => {
        const desk = this.#desks.get(tenant)
        return desk?.server === undefined ? refuseMail('not-set-up') : desk.queue.addDue(mail)
      },
    }
  }

  state(tenant: TenantId): MailState {
    const desk = this.#desks.get(tenant)
    const { waiting, givenUp, failure } = desk?.queue.figures() ?? { waiting: 0, givenUp: 0 }
    return {
      ...(desk?.server && { server: viewOf(desk.server) }),
      ...{ waiting, givenUp },
      ...(failure && { failure: { code: failure.code, sentence: failure.sentence } }),
    }
  }

  /** Mail that does not leave, of the first company where it is so. */
  findings(): readonly Finding[] {
    for (const { server, queue } of this.#desks.values()) {
      const { waiting, failure } = queue.figures()
      if (server === undefined || failure === undefined) continue
      const message = `Mail does not leave the house (${waiting} waiting). ${failure.sentence}`
      const values = { why: failure.sentence, waiting }
      return [{ kind: 'mail-failing', severity: 'warning', values, message }]
    }
    return []
  }

  async change(
    tenant: TenantId,
    settings: MailSettings,
    by: PersonId,
  ): Promise<Result<void, WrongField | 'not-stored'>> {
    const desk = this.#desks.get(tenant) ?? this.#newDesk(tenant)
    const server = mailServerOf(settings, desk.server)
    const checked = checkMailServer(server)
    if (!checked.ok) return checked
    if (!(await this.#keep(tenant, server))) return fail('not-stored')
    desk.server = server
    this.#parts.log.info('mail server changed', { tenant, by, host: server.host })
    desk.queue.tryNow()
    return ok(undefined)
  }

  async remove(tenant: TenantId, by: PersonId): Promise<boolean> {
    const desk = this.#desks.get(tenant)
    if (!(await this.#parts.store.saveSetting(settingName(tenant), ''))) return false
    if (desk !== undefined) {
      desk.server = undefined
      desk.queue.close()
    }
    this.#parts.log.info('mail server removed', { tenant, by })
    return true
  }

  /** At once and past the queue, so that the answer is that of the server. */
  async test(tenant: TenantId, to: string, language: 'de' | 'en'): Promise<Result<void, DeliveryFailure>> {
    const desk = this.#desks.get(tenant)
    if (desk?.server === undefined) return fail(NOT_SET_UP)
    return desk.sender.deliver(desk.server, testMail(to, language))
  }

  /** Where mail goes, and where its tokens come from. */
  targets(): Pick<Configuration, 'servers' | 'urls'> {
    const servers = [...this.#desks.values()].flatMap(({ server }) => server ?? [])
    return {
      servers: servers.map(({ host, port }) => ({ host, port, protocol: 'tcp', why: 'mail' })),
      urls: servers.flatMap(({ signIn }) =>
        signIn.how === 'oauth2' ? [{ url: signIn.tokenUrl, why: 'mail-tokens' as const }] : [],
      ),
    }
  }

  /** Mails that wait. */
  size(): number {
    let size = 0
    for (const { queue } of this.#desks.values()) size += queue.size()
    return size
  }

  close(): void {
    for (const { queue } of this.#desks.values()) queue.close()
  }

  #newDesk(tenant: TenantId): Desk {
    const { timers, log, wallTime } = this.#parts
    const sender = new SmtpSender({
      wallTime,
      onRefreshToken: (refreshToken, of) => void this.#renew(tenant, refreshToken, of),
    })
    const desk: Desk = {
      server: undefined,
      sender,
      queue: new MailQueue({
        deliver: async (mail) => (desk.server ? sender.deliver(desk.server, mail) : fail(NOT_SET_UP)),
        arm: (delay, callback) => timers.arm(delay, callback),
        log,
      }),
    }
    this.#desks.set(tenant, desk)
    return desk
  }

  /** The issuer has replaced the refresh token. It is nobody else's: settings that came meanwhile stay. */
  async #renew(tenant: TenantId, refreshToken: string, of: SignIn): Promise<void> {
    const desk = this.#desks.get(tenant)
    if (desk?.server?.signIn.how !== 'oauth2' || desk.server.signIn !== of) return
    desk.server = { ...desk.server, signIn: { ...desk.server.signIn, refreshToken } }
    if (!(await this.#keep(tenant, desk.server))) this.#parts.log.error('mail token not stored', { tenant })
  }

  #keep(tenant: TenantId, server: MailServer): Promise<boolean> {
    return this.#parts.store.saveSetting(
      settingName(tenant),
      this.#seal.close(JSON.stringify(server), tenant),
    )
  }
}

function settingName(tenant: TenantId): string {
  return `mail ${tenant}`
}

function viewOf({ host, port, security, from, signIn, authorities }: MailServer): MailServerView {
  const view = {
    ...{ host, port, security, fromAddress: from.address },
    ...(from.name && { fromName: from.name }),
    ...(authorities && { authorities: [...authorities] }),
  }
  if (signIn.how === 'nothing') return { ...view, signIn }
  const { how, user } = signIn
  if (how === 'password') return { ...view, signIn: { how, user } }
  const { tokenUrl, clientId, scope, refreshToken } = signIn
  return {
    ...view,
    signIn: { how, user, tokenUrl, clientId, scope, hasRefreshToken: refreshToken !== undefined },
  }
}
