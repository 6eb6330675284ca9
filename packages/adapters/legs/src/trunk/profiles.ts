// Carriers as data: what is known of how each wants to be spoken to, from public documentation and public
// reports of users. Everything that we could not find is named in `unknown`; nothing here was tried with the
// carrier itself, only with one that behaves as described (interop/trunks).
import type { WatchSettings } from '@rufwerk/sip/trunk'
import type { CarrierManner } from './settings.ts'

/** What the customer has to type in. */
type Asked = 'account' | 'authUser' | 'password' | 'domain' | 'outboundProxy'

export interface CarrierProfile {
  readonly id: 'telekom' | 'sipgate' | 'easybell' | 'fritzbox' | 'generic' | 'address'
  readonly name: string
  /** Absent: asked for. */
  readonly domain?: string
  /** How it writes numbers, in the words of routing. */
  readonly format: 'plus' | 'digits' | 'international' | 'national'
  readonly manner: CarrierManner
  /** In the order of a form. */
  readonly asked: readonly Asked[]
  /** Where this is from. */
  readonly sources: readonly string[]
  /** What we do not know, in sentences. */
  readonly unknown: readonly string[]
}

/** A carrier that we are no customer of says by OPTIONS only that it is there. */
const WATCH: WatchSettings = { intervalS: 60, doubtS: 10, downAfter: 3, upAfter: 2 }

const CUSTOMER: CarrierManner = {
  kind: 'register',
  identity: {
    form: 'user',
    from: 'caller',
    identity: 'none',
    contact: 'account',
    isFromHidden: true,
    forwarding: 'none',
  },
  called: ['request-uri', 'to'],
  caller: ['p-asserted-identity', 'from'],
  isTrusted: true,
  srtp: 'off',
  expiresS: 600,
  isAddressLearned: false,
}

const TELEKOM: CarrierProfile = {
  id: 'telekom',
  name: 'Deutsche Telekom',
  domain: 'tel.t-online.de',
  format: 'plus',
  manner: {
    ...CUSTOMER,
    // Only NAPTR and SRV exist, and its servers drop silently who asks for their own name by TLS.
    transport: 'tls',
    tlsName: 'tel.t-online.de',
    identity: { ...CUSTOMER.identity, identity: 'preferred', isFromHidden: false },
    // The direct dialling digits are in both; To keeps them where a proxy has put our Contact.
    called: ['to', 'request-uri'],
    srtp: 'required',
    // The line gets another address each night.
    isAddressLearned: true,
  },
  asked: ['account', 'authUser', 'password'],
  sources: [
    'Deutsche Telekom, 1TR119 version 1.9.0 (SIP trunking interface for CompanyFlex)',
    'https://github.com/arnonym/ha-plugins/issues/30',
    'https://github.com/haumacher/phoneblock/issues/363',
    'https://github.com/FreePBX/superfecta/issues/330',
  ],
  unknown: [
    'Whether Diversion or History-Info is taken for forwarded calls.',
    'Whether calls of another of its servers than that of the registration come in over UDP.',
    'Which Contact user DeutschlandLAN SIP-Trunk wants; it has a domain of its own.',
  ],
}

const SIPGATE: CarrierProfile = {
  id: 'sipgate',
  name: 'sipgate',
  domain: 'sipconnect.sipgate.de',
  format: 'digits',
  manner: {
    ...CUSTOMER,
    // 403 or 407 unless From is the SIP-ID; the number of the caller stands beside it.
    identity: { ...CUSTOMER.identity, from: 'account', identity: 'preferred' },
    called: ['to', 'request-uri'],
  },
  asked: ['account', 'password'],
  sources: [
    'https://github.com/livekit/sip/issues/333',
    'https://github.com/amooma/GS5/issues/327',
    'https://github.com/jambonz/retell-sip-integration-example/issues/15',
  ],
  unknown: [
    'Whether sipgate basic, whose domain is sipgate.de, wants P-Asserted-Identity instead.',
    'The transport: UDP and TLS are said to work, which one its NAPTR prefers was not looked up.',
    'Which header carries the called number of a block; users report To.',
    'Whether Diversion is still taken as the caller of a forwarded call.',
  ],
}

const EASYBELL: CarrierProfile = {
  id: 'easybell',
  name: 'easybell',
  domain: 'voip.easybell.de',
  format: 'international',
  manner: {
    ...CUSTOMER,
    identity: { ...CUSTOMER.identity, identity: 'preferred' },
    // E.164 formats: To. International format: our own Contact comes back, so To is looked at first.
    called: ['to', 'request-uri'],
  },
  asked: ['account', 'password'],
  sources: ['easybell, help pages, "Format of phone numbers for incoming calls"'],
  unknown: [
    'Which header is taken as the caller of an outgoing call; both From and P-Preferred-Identity are sent.',
    'Whether TLS and SRTP are offered for every product.',
    'The format of numbers is chosen in its customer portal: with E.164 set `digits` or `plus` here.',
  ],
}

const FRITZBOX: CarrierProfile = {
  id: 'fritzbox',
  name: 'Fritz!Box',
  domain: 'fritz.box',
  format: 'national',
  manner: {
    ...CUSTOMER,
    transport: 'udp',
    identity: { ...CUSTOMER.identity, from: 'account' },
    // We are one of its telephones: it says which of its numbers was called in To, if at all.
    called: ['to', 'request-uri'],
    caller: ['from'],
    isTrusted: false,
    expiresS: 300,
  },
  asked: ['domain', 'account', 'password'],
  sources: ['https://elektronikbasteln.pl7.de/asterisk-nebenstellenanlage-fb7170.html'],
  unknown: [
    'Not every version tells a telephone which number is called: give each number one of its own.',
    'It decides itself which number is shown; whether *31# hides it for a registered telephone is not known.',
    'The shortest registration that it grants.',
  ],
}

const GENERIC: CarrierProfile = {
  id: 'generic',
  name: 'Other carrier',
  format: 'plus',
  manner: { ...CUSTOMER, identity: { ...CUSTOMER.identity, identity: 'preferred' } },
  asked: ['domain', 'account', 'authUser', 'password', 'outboundProxy'],
  sources: ['RFC 3261, RFC 3325, SIPconnect 2.0'],
  unknown: ['Everything that differs from the standards.'],
}

/** Another system, or a carrier, that both ends know by address. */
const ADDRESS: CarrierProfile = {
  id: 'address',
  name: 'By address',
  format: 'plus',
  manner: {
    ...CUSTOMER,
    kind: 'address',
    identity: { ...CUSTOMER.identity, identity: 'asserted', contact: 'caller', forwarding: 'diversion' },
    watch: WATCH,
  },
  asked: ['domain', 'outboundProxy'],
  sources: ['RFC 3261, RFC 3325, SIPconnect 2.0'],
  unknown: ['Everything that differs from the standards.'],
}

export const CARRIER_PROFILES: readonly CarrierProfile[] = [
  TELEKOM,
  SIPGATE,
  EASYBELL,
  FRITZBOX,
  GENERIC,
  ADDRESS,
]
