// Yealink: `name = value` lines after a fixed first line, firmware 80 and newer (T3, T4 and T5 series), after
// the maker's auto provisioning and administrator's guides. Not tried on a phone yet; unknown: which models
// show more lamps than they have keys for, and whether the common name is compared for addresses, so it is
// not where only our own authority is trusted.
import { oneLine, sipHost } from './escape.ts'
import { REGISTRATION_SECONDS } from './limits.ts'
import { EMERGENCY_NUMBERS, type PhoneSettings } from './settings.ts'

type Line = readonly [name: string, value: string | number]

/** Key types of the guide. */
const KEY = { transfer: 3, line: 15, lamp: 16 } as const
const SRTP = { off: 0, on: 1, required: 2 } as const
const TRANSPORT = { tcp: 1, tls: 2 } as const

const COUNTRIES = {
  de: { tones: 'Germany', zone: '+1', zoneName: 'Germany(Berlin)' },
  us: { tones: 'United States', zone: '-5', zoneName: 'United States-Eastern Time' },
} as const
const LANGUAGES = {
  de: { name: 'German', park: 'Parken' },
  en: { name: 'English', park: 'Park' },
} as const

export function writeYealink(settings: PhoneSettings): string {
  const lines = [
    ...account(settings),
    ...trust(settings),
    ...place(settings),
    ...codes(settings),
    ...keys(settings),
    ...AFTERWARDS,
  ]
  const written = lines.map(([name, value]) => `${name} = ${oneLine(String(value))}\n`)
  return `#!version:1.0.0.1\n${written.join('')}`
}

function account({ account, server, srtp }: PhoneSettings): Line[] {
  return [
    ['account.1.enable', 1],
    ['account.1.label', `${account.extension} ${account.name}`],
    ['account.1.display_name', account.name],
    ['account.1.user_name', account.sipName],
    ['account.1.auth_name', account.sipName],
    ['account.1.password', account.password],
    ['account.1.sip_server.1.address', sipHost(server.host)],
    ['account.1.sip_server.1.port', server.port],
    ['account.1.sip_server.1.transport_type', TRANSPORT[server.transport]],
    ['account.1.sip_server.1.expires', REGISTRATION_SECONDS],
    ['account.1.srtp_encryption', SRTP[srtp]],
  ]
}

/** With an own authority only that one is trusted, and it signs for nobody but us. */
function trust({ authority }: PhoneSettings): Line[] {
  const checked: Line = ['static.security.trust_certificates', 1]
  if (authority === undefined) {
    return [checked, ['static.security.ca_cert', 0], ['static.security.cn_validation', 1]]
  }
  return [
    ['static.trusted_certificates.url', authority.url],
    checked,
    ['static.security.ca_cert', 1],
    ['static.security.cn_validation', 0],
  ]
}

function place({ language, country }: PhoneSettings): Line[] {
  const { tones, zone, zoneName } = COUNTRIES[country]
  return [
    ['lang.gui', LANGUAGES[language].name],
    ['lang.wui', LANGUAGES[language].name],
    ['voice.tone.country', tones],
    ['phone_setting.emergency.number', EMERGENCY_NUMBERS[country].join(',')],
    ['local_time.time_zone', zone],
    ['local_time.time_zone_name', zoneName],
    // Summer time by itself.
    ['local_time.summer_time', 2],
  ]
}

function codes({ codes: { pickUp, pickUpGroup, voicemail } }: PhoneSettings): Line[] {
  const lines: Line[] = []
  if (pickUp !== undefined) {
    lines.push(['features.pickup.direct_pickup_enable', 1], ['account.1.direct_pickup_code', pickUp])
  }
  if (pickUpGroup !== undefined) {
    lines.push(['features.pickup.group_pickup_enable', 1], ['account.1.group_pickup_code', pickUpGroup])
  }
  if (voicemail !== undefined) {
    lines.push(['account.1.subscribe_mwi', 1], ['voice_mail.number.1', voicemail])
  }
  return lines
}

/** The first key is the line, then come colleagues, then parking. */
function keys({ lamps, codes: { pickUp, park }, language }: PhoneSettings): Line[] {
  const lines: Line[] = [
    ['linekey.1.type', KEY.line],
    ['linekey.1.line', 1],
  ]
  let key = 1
  for (const { extension, name } of lamps) {
    key += 1
    lines.push(
      [`linekey.${key}.type`, KEY.lamp],
      [`linekey.${key}.line`, 1],
      [`linekey.${key}.value`, extension],
      [`linekey.${key}.label`, name],
    )
    if (pickUp !== undefined) lines.push([`linekey.${key}.extension`, pickUp])
  }
  if (park !== undefined) {
    key += 1
    lines.push(
      [`linekey.${key}.type`, KEY.transfer],
      [`linekey.${key}.line`, 1],
      [`linekey.${key}.value`, park],
      [`linekey.${key}.label`, LANGUAGES[language].park],
    )
  }
  return lines
}

/** The link is used up: the phone forgets it, keeps what it has, and takes no other from its network. */
const AFTERWARDS: readonly Line[] = [
  ['static.auto_provision.server.url', ''],
  ['static.auto_provision.server.username', ''],
  ['static.auto_provision.server.password', ''],
  ['static.auto_provision.power_on', 0],
  ['static.auto_provision.repeat.enable', 0],
  ['static.auto_provision.weekly.enable', 0],
  ['static.auto_provision.pnp_enable', 0],
  ['static.auto_provision.dhcp_option.enable', 0],
]
