// A mail to people who reported something: what the answer is. Who has no address is told by whoever
// answered.
import type { Accounts } from '@rufwerk/accounts'
import type { Log, PersonId, TenantId } from '@rufwerk/core'
import type { Mail, Mailer } from '@rufwerk/messaging/mail'

export interface TellAnswerParts {
  readonly accounts: Pick<Accounts, 'directoryOf'>
  readonly mailerOf: (tenant: TenantId) => Pick<Mailer, 'send'>
  readonly log: Log
}

export interface Answered {
  readonly tenant: TenantId
  readonly person: PersonId
  readonly receipt: string
  readonly words: string
}

export function tellAnswer({ accounts, mailerOf, log }: TellAnswerParts, answered: Answered): void {
  const { tenant, receipt } = answered
  const directory = accounts.directoryOf(tenant)
  const person = directory?.byPerson.get(answered.person)
  if (directory === undefined || person?.email === undefined) return
  const language = person.language ?? directory.tenant.language
  const notTold = (why: string): void => log.warn('reporter not told', { receipt, why })
  mailerOf(tenant)
    .send(answerMail(person.email, { ...answered, language }))
    .then(
      ({ ok }) => {
        if (!ok) notTold('not sent')
      },
      (error: unknown) => notTold(String(error)),
    )
}

export function answerMail(
  to: string,
  { receipt, words, language }: Pick<Answered, 'receipt' | 'words'> & { readonly language: 'de' | 'en' },
): Mail {
  if (language === 'de')
    return {
      to,
      subject: `Ihre Meldung ${receipt}: Antwort`,
      text:
        `Guten Tag,\n\nzu Ihrer Meldung ${receipt} schreibt Ihre Administration:\n\n${words}\n\n` +
        'Fällt Ihnen noch etwas auf, melden Sie es bitte noch einmal: Es kommt zum selben Fall.\n',
    }
  return {
    to,
    subject: `Your report ${receipt}: an answer`,
    text:
      `Hello,\n\nabout your report ${receipt} your administrators write:\n\n${words}\n\n` +
      'If you notice anything else, please report it again: it joins the same case.\n',
  }
}
