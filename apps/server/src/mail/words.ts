// The words of mails that the system writes by itself.
import type { Mail } from '@rufwerk/messaging/mail'

const TEST = {
  de: {
    subject: 'Testmail von Rufwerk',
    text: 'Guten Tag,\n\ndiese Mail haben Sie in den Einstellungen von Rufwerk ausgelöst. Der Mailserver ist richtig eingerichtet.\n',
  },
  en: {
    subject: 'Test mail from Rufwerk',
    text: 'Hello,\n\nyou asked for this mail in the settings of Rufwerk. The mail server is set up rightly.\n',
  },
} as const

export function testMail(to: string, language: 'de' | 'en'): Mail {
  return { to, ...TEST[language] }
}
