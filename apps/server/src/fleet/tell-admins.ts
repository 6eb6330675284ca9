// A mail to the admins of a company when devices were stopped without a person, or when somebody has asked
// for more than one person may decide: a policy acts at night, and a request waits for a week.
import type { Accounts } from '@rufwerk/accounts'
import type { Log, PersonId, TenantId } from '@rufwerk/core'
import type { Mail, Mailer } from '@rufwerk/messaging/mail'

export interface TellAdminsParts {
  readonly accounts: Pick<Accounts, 'directoryOf'>
  readonly mailerOf: (tenant: TenantId) => Pick<Mailer, 'send'>
  /** Of the web app. */
  readonly origin: string
  readonly log: Log
}

export interface Decided {
  /** Who has asked: this person knows already. Undefined: what was decided before. */
  readonly by?: PersonId
  readonly does: 'stop' | 'release'
  /** Devices that were stopped now. */
  readonly stopped: number
  /** Devices that wait for people, and how many people. */
  readonly waiting: number
  readonly missing: number
  readonly why: string
}

/** To admins without an address nothing is sent. */
export function tellAdmins(parts: TellAdminsParts, tenant: TenantId, decided: Decided): void {
  const { accounts, mailerOf, origin, log } = parts
  const directory = accounts.directoryOf(tenant)
  for (const { id, role, email, language } of directory?.byPerson.values() ?? []) {
    if (role !== 'admin' || email === undefined || id === decided.by) continue
    const mail = adminMail(email, {
      ...decided,
      origin,
      language: language ?? directory?.tenant.language ?? 'en',
    })
    const notTold = (why: string): void => log.warn('admin not told of the quarantine', { person: id, why })
    mailerOf(tenant)
      .send(mail)
      .then(
        ({ ok }) => {
          if (!ok) notTold('not sent')
        },
        (error: unknown) => notTold(String(error)),
      )
  }
}

type Facts = Omit<Decided, 'by'> & { readonly language: 'de' | 'en'; readonly origin: string }

export function adminMail(
  to: string,
  { does, stopped, waiting, missing, why, language, origin }: Facts,
): Mail {
  const page = `${origin}/security/stops`
  if (language === 'de') {
    const verb = does === 'stop' ? 'gesperrt' : 'freigegeben'
    const people = missing === 1 ? 'eine weitere Person' : `${missing} Personen`
    const sentences = [
      ...(stopped > 0 ? [`Nach der Regel Ihrer Firma wurden ${stopped} Geräte gesperrt.`] : []),
      ...(waiting > 0 ? [`${waiting} Geräte sollen ${verb} werden; dem muss ${people} zustimmen.`] : []),
    ]
    const subject =
      waiting > 0
        ? `Zustimmung nötig: ${waiting} Geräte sollen ${verb} werden`
        : `${stopped} Geräte wurden gesperrt`
    return {
      to,
      subject,
      text:
        `Guten Tag,\n\n${sentences.join(' ')}\n\nGrund: ${why}\n\n` +
        `Wer betroffen ist und wo Sie zustimmen: ${page}\n`,
    }
  }
  const verb = does === 'stop' ? 'stopped' : 'let go'
  const people = missing === 1 ? 'one more person has' : `${missing} people have`
  const sentences = [
    ...(stopped > 0 ? [`By the rule of your company ${stopped} devices were stopped.`] : []),
    ...(waiting > 0 ? [`${waiting} devices are to be ${verb}; ${people} to agree.`] : []),
  ]
  const subject =
    waiting > 0
      ? `Your agreement is needed: ${waiting} devices are to be ${verb}`
      : `${stopped} devices were stopped`
  return {
    to,
    subject,
    text: `Hello,\n\n${sentences.join(' ')}\n\nReason: ${why}\n\nWho is concerned, and where you agree: ${page}\n`,
  }
}
