// A mail to whose device was stopped: what does not work any more, what still does, and how to go on.
import type { Accounts, Device } from '@rufwerk/accounts'
import type { Log } from '@rufwerk/core'
import type { Mail, Mailer } from '@rufwerk/messaging/mail'

export interface TellStoppedParts {
  readonly accounts: Pick<Accounts, 'directoryOf'>
  readonly mailer: Pick<Mailer, 'send'>
  /** Of the web app. */
  readonly origin: string
  readonly log: Log
}

/** To people without an address nothing is sent. */
export function tellStopped({ accounts, mailer, origin, log }: TellStoppedParts, device: Device): void {
  const directory = accounts.directoryOf(device.tenant)
  const person = directory?.byPerson.get(device.person)
  if (directory === undefined || person?.email === undefined) return
  const language = person.language ?? directory.tenant.language
  const mail = stoppedMail(person.email, { language, device: device.name, kind: device.kind, origin })
  mailer.send(mail).then(
    ({ ok }) => {
      if (!ok) log.warn('person of a stopped device not told', { device: device.id })
    },
    (error: unknown) =>
      log.warn('person of a stopped device not told', { device: device.id, error: String(error) }),
  )
}

export interface StoppedFacts {
  readonly language: 'de' | 'en'
  readonly device: string
  readonly kind: Device['kind']
  readonly origin: string
}

export function stoppedMail(to: string, { language, device, kind, origin }: StoppedFacts): Mail {
  const isPhone = kind === 'phone'
  if (language === 'de') {
    const help = isPhone
      ? 'Notrufe (110 und 112) sind mit diesem Gerät weiterhin möglich. Manche Apps wählen nur, wenn sie ' +
        'angemeldet sind; rufen Sie dann mit einem anderen Telefon an.\n\n'
      : ''
    return {
      to,
      subject: `Ihr Gerät „${device}“ wurde gesperrt`,
      text:
        `Guten Tag,\n\nIhre Administration hat das Gerät „${device}“ vorsorglich gesperrt. ` +
        `Es nimmt keine Anrufe mehr an und tätigt keine.\n\n${help}` +
        `So telefonieren Sie weiter: Öffnen Sie ${origin} im Browser und melden Sie sich an.\n\n` +
        'Bitte löschen Sie nichts von dem Gerät, bis Ihre Administration sich bei Ihnen meldet.\n',
    }
  }
  const help = isPhone
    ? 'Emergency calls still work with this device. Some apps dial only while they are registered; ' +
      'use another phone then.\n\n'
    : ''
  return {
    to,
    subject: `Your device “${device}” was stopped`,
    text:
      `Hello,\n\nyour administrators have stopped the device “${device}” as a precaution. ` +
      `It neither takes nor makes calls any more.\n\n${help}` +
      `This is how you go on telephoning: open ${origin} in a browser and sign in.\n\n` +
      'Please delete nothing from the device until your administrators contact you.\n',
  }
}
