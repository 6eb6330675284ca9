// What a phone is told, in our words; each maker's file says it in that maker's.

export type PhoneMaker = 'yealink' | 'snom' | 'linphone'

/** A key that shows whether a colleague talks, and calls or picks up when it is pressed. */
export interface Lamp {
  readonly extension: string
  readonly name: string
}

/** What is dialled for what; a code the company does not have is left out. */
export interface PhoneCodes {
  /** The extension that rings is dialled behind it. */
  readonly pickUp?: string
  readonly pickUpGroup?: string
  readonly voicemail?: string
  readonly park?: string
}

/** What a locked phone dials all the same, most wanted first. */
export const EMERGENCY_NUMBERS = { de: ['112', '110'], us: ['911'] } as const

export interface PhoneSettings {
  readonly account: {
    /** User part of the address of record, and digest user name. */
    readonly sipName: string
    /** The one answer that holds it is this file. */
    readonly password: string
    readonly realm: string
    readonly name: string
    readonly extension: string
  }
  readonly server: {
    /** A name or an address; IPv6 without brackets. */
    readonly host: string
    readonly port: number
    readonly transport: 'tls' | 'tcp'
  }
  /** As the account's device says, so that both sides ask for the same. */
  readonly srtp: 'off' | 'on' | 'required'
  readonly language: 'de' | 'en'
  /** Where the company is: decides tones, emergency numbers and, with no better knowledge, the zone. */
  readonly country: 'de' | 'us'
  /** An own authority that the phone must trust; absent where a public one signed. */
  readonly authority?: { readonly url: string; readonly pem: string }
  readonly lamps: readonly Lamp[]
  readonly codes: PhoneCodes
}
