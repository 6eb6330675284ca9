// What callers hear on their way: why a call goes no further, receptionists, the demonstration.
import type { PromptText } from './text.ts'

export const CALL_PROMPTS = [
  {
    name: 'emergency',
    de: 'Ein Notruf ist von hier aus im Moment nicht möglich. Bitte wählen Sie die 112 mit einem anderen Telefon, zum Beispiel mit einem Handy.',
    en: 'Emergency calls are not possible from here at the moment. Please dial 1 1 2 from another phone, such as a mobile phone.',
    use: 'Somebody dialled an emergency number, and no line took the call.',
  },
  {
    name: 'emergency-us',
    de: 'Ein Notruf ist von hier aus im Moment nicht möglich. Bitte wählen Sie die neun eins eins mit einem anderen Telefon, zum Beispiel mit einem Handy.',
    en: 'Emergency calls are not possible from here at the moment. Please dial nine one one from another phone, such as a mobile phone.',
    use: 'The same at a site in the United States.',
  },
  {
    name: 'emergency-test',
    de: 'Dies war ein Test. Es wurde niemand angerufen. Für Notrufe von diesem Telefon ist eine Leitung eingerichtet.',
    en: 'This was a test. Nobody was called. A line is set up for emergency calls from this phone.',
    use: 'The code that tests emergency calls: this phone is covered.',
  },
  {
    name: 'emergency-test-failed',
    de: 'Achtung: Von diesem Telefon ist kein Notruf möglich. Es ist keine Leitung dafür eingerichtet. Bitte sagen Sie das sofort den Menschen, die Ihre Telefonanlage betreuen.',
    en: 'Attention: emergency calls are not possible from this phone. No line is set up for them. Please tell the people who run your phone system at once.',
    use: 'The code that tests emergency calls: this phone is not covered.',
  },
  {
    name: 'not-found',
    de: 'Diese Nummer gibt es hier nicht. Bitte prüfen Sie die Nummer.',
    en: 'This number does not exist here. Please check the number.',
    use: 'Nobody has the number that was dialled.',
  },
  {
    name: 'no-trunk',
    de: 'Anrufe nach draußen sind noch nicht möglich. Es ist noch keine Amtsleitung dafür eingerichtet.',
    en: 'Outside calls are not possible yet. No outside line has been set up for them.',
    use: 'A number outside was dialled, and no rule leads out.',
  },
  {
    name: 'lines-busy',
    de: 'Im Moment ist keine Leitung nach draußen frei. Bitte versuchen Sie es später noch einmal.',
    en: 'No outside line is free at the moment. Please try again later.',
    use: 'All trunks for this number are full or out of order.',
  },
  {
    name: 'limit-reached',
    de: 'Die Grenze für Ihre Anrufe nach draußen ist für heute erreicht. Bitte wenden Sie sich an die Menschen, die Ihre Telefonanlage betreuen.',
    en: 'The limit for your outside calls has been reached for today. Please ask the people who run your phone system.',
    use: 'A limit of calls, minutes or money stops a call to the outside.',
  },
  {
    name: 'not-permitted',
    de: 'Diese Nummer ist für Ihr Telefon nicht freigegeben.',
    en: 'Your phone may not call this number.',
    use: 'The rules do not allow this person to call this number.',
  },
  {
    name: 'out-of-order',
    de: 'Ihr Anruf kann im Moment nicht verbunden werden. Bitte versuchen Sie es später noch einmal.',
    en: 'Your call cannot be connected at the moment. Please try again later.',
    use: 'Something in the dial plan leads to nothing.',
  },
  {
    name: 'welcome',
    de: 'Herzlich willkommen. Bitte geben Sie die gewünschte Durchwahl ein, oder bleiben Sie am Apparat.',
    en: 'Welcome. Please enter the extension that you wish to reach, or stay on the line.',
    use: 'A greeting for a receptionist, until you record your own.',
  },
  {
    name: 'closed',
    de: 'Guten Tag. Sie rufen außerhalb unserer Geschäftszeiten an. Bitte versuchen Sie es später noch einmal.',
    en: 'Hello. You are calling outside our office hours. Please try again later.',
    use: 'An announcement for after hours, until you record your own.',
  },
  {
    name: 'break',
    de: 'Guten Tag. Wir machen gerade Pause und sind bald wieder für Sie da.',
    en: 'Hello. We are on a break and will be back for you soon.',
    use: 'An announcement for breaks, until you record your own.',
  },
  {
    name: 'holiday',
    de: 'Guten Tag. Heute ist bei uns Feiertag. Am nächsten Werktag sind wir wieder für Sie da.',
    en: 'Hello. Today is a public holiday here. We will be back for you on the next working day.',
    use: 'An announcement for public holidays, until you record your own.',
  },
  {
    name: 'spell-name',
    de: 'Bitte tippen Sie die ersten Buchstaben des Namens auf den Tasten Ihres Telefons.',
    en: 'Please key in the first letters of the name on your phone.',
    use: 'Dialling by name in a receptionist.',
  },
  {
    name: 'demo-outside',
    de: 'Dies ist eine Vorführung. Anrufe nach draußen werden hier nicht vermittelt. Rufen Sie gern Anna an, unter eins null eins.',
    en: 'This is a demonstration. Outside calls are not connected here. You are welcome to call Anna, on one zero one.',
    use: 'The demonstration: a number outside was dialled.',
  },
  {
    name: 'demo-voice',
    de: 'Guten Tag, hier ist Anna von der Muster GmbH. Schön, dass Sie anrufen. Sagen Sie etwas, und ich wiederhole es.',
    en: 'Hello, this is Anna at Muster. It is good to hear from you. Say something, and I will repeat it.',
    use: 'The demonstration: Anna answers.',
  },
] as const satisfies readonly PromptText[]
