// Snom: one `<settings>` document, firmware 10 (D3, D7 and D8 series), after the maker's service hub: tags
// phone-settings, functionKeys and certificates. Not tried on a phone yet; unknown: the setting that makes a
// phone refuse servers it cannot check, so the admin does that on the phone's page.
import { oneLine, sipHost, xml } from './escape.ts'
import { REGISTRATION_SECONDS } from './limits.ts'
import { EMERGENCY_NUMBERS, type PhoneSettings } from './settings.ts'

/** Settings of the first identity carry its number. */
type Setting = readonly [name: string, value: string | number, identity?: 1]

const COUNTRIES = {
  de: { tones: 'GER', zone: 'GER+1', isUnitedStates: false },
  us: { tones: 'USA', zone: 'USA-5', isUnitedStates: true },
} as const
const LANGUAGES = {
  de: { name: 'Deutsch', park: 'Parken' },
  en: { name: 'English', park: 'Park' },
} as const

export function writeSnom(settings: PhoneSettings): string {
  const all = [...identity(settings), ...place(settings), ...AFTERWARDS]
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<settings>',
    '  <phone-settings>',
    ...all.map(writeSetting),
    '  </phone-settings>',
    '  <functionKeys>',
    ...keys(settings),
    '  </functionKeys>',
    ...certificates(settings),
    '</settings>',
    '',
  ].join('\n')
}

/** `perm=""`: the person may change it on the phone. */
function writeSetting([name, value, identity]: Setting): string {
  const index = identity === undefined ? '' : ` idx="${identity}"`
  return `    <${name}${index} perm="">${xml(String(value))}</${name}>`
}

function identity({ account, server, srtp, codes }: PhoneSettings): Setting[] {
  const host = sipHost(server.host)
  return [
    ['user_active', 'on', 1],
    ['user_realname', account.name, 1],
    ['user_idle_text', `${account.extension} ${account.name}`, 1],
    ['user_name', account.sipName, 1],
    ['user_pname', account.sipName, 1],
    ['user_pass', account.password, 1],
    ['user_host', host, 1],
    ['user_outbound', `sip:${host}:${server.port};transport=${server.transport}`, 1],
    ['user_expiry', REGISTRATION_SECONDS, 1],
    ['user_srtp', srtp === 'off' ? 'off' : 'on', 1],
    ['user_savp', srtp === 'off' ? 'off' : srtp === 'on' ? 'optional' : 'mandatory', 1],
    // 80 bits, the only length that everybody has to know (RFC 4568 §6.2).
    ['user_auth_tag', 'on', 1],
    ...(codes.voicemail === undefined ? [] : [['user_mailbox', codes.voicemail, 1] as const]),
  ]
}

function place({ language, country }: PhoneSettings): Setting[] {
  const { tones, zone, isUnitedStates } = COUNTRIES[country]
  const american = isUnitedStates ? 'on' : 'off'
  return [
    ['language', LANGUAGES[language].name],
    ['web_language', LANGUAGES[language].name],
    ['timezone', zone],
    ['tone_scheme', tones],
    ['keyboard_lock_emergency', EMERGENCY_NUMBERS[country].join(' ')],
    ['date_us_format', american],
    ['time_24_format', isUnitedStates ? 'off' : 'on'],
  ]
}

/** The link is used up: the phone forgets it. It takes no firmware from anybody, here or later. */
const AFTERWARDS: readonly Setting[] = [
  ['setting_server', ''],
  ['update_policy', 'settings_only'],
  ['pnp_config', 'off'],
  ['prov_polling_enabled', 'off'],
  ['settings_refresh_timer', 0],
]

/** The first key is the line, then come colleagues, then parking. Keys are counted from 0. */
function keys({ lamps, codes, language, server }: PhoneSettings): string[] {
  const host = sipHost(server.host)
  const pickUp = codes.pickUp === undefined ? '' : `|${codes.pickUp}`
  const all: (readonly [label: string, value: string])[] = [['', 'line']]
  for (const { extension, name } of lamps) {
    all.push([name, `blf sip:${extension}@${host};user=phone${pickUp}`])
  }
  if (codes.park !== undefined) all.push([LANGUAGES[language].park, `transfer ${codes.park}`])
  return all.map(
    ([label, value], at) =>
      `    <fkey idx="${at}" context="${at === 0 ? 'active' : '1'}" label="${xml(label)}" perm="">${xml(value)}</fkey>`,
  )
}

/** In the document itself, so that the phone trusts it at once and fetches nothing more. */
function certificates({ authority }: PhoneSettings): string[] {
  if (authority === undefined) return []
  const base64 = oneLine(authority.pem.replace(/-----[A-Z ]+-----/g, '')).replace(/[^A-Za-z0-9+/=]/g, '')
  return ['  <certificates>', `    <certificate type="base64">${base64}</certificate>`, '  </certificates>']
}
