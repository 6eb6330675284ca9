// A made-up fleet for the case of 2023: clients with affected versions and their neighbours, told in several
// ways, web pages and desk phones among them. What is affected is written down here once more, from the
// published lists, and not taken from an advisory.
import type { Platform } from '@rufwerk/advisories'
import type { DeviceReport, Found } from '../report.ts'

export const STORY_TENANT = 'muster'
export const STORY_APP = '3CX Desktop App'

export const STORY_AFFECTED: Readonly<Record<string, readonly string[]>> = {
  windows: ['18.12.407', '18.12.416'],
  macos: ['18.11.1213', '18.12.402', '18.12.407', '18.12.416'],
}
/** The affected ones and their neighbours. */
const VERSIONS = [
  ...['18.11.1213', '18.12.402', '18.12.407', '18.12.416', '18.12.41', '18.12.40', '18.12.4160', '18.12.422'],
  ...['18.12.4021', '18.12.425', '18.11.121', '8.12.416', '118.12.416', '18.1.2416', '18.121.6'],
]
const LABELS: Readonly<Record<string, string>> = { windows: 'Windows; x64', macos: 'Macintosh' }

export interface StoryClient {
  readonly report: DeviceReport
  readonly isAffected: boolean
  /** By the first list, which lacks macOS 18.12.402. */
  readonly isInFirst: boolean
}

/** The client with this number, from 0: the same one each time. */
export function storyClient(number: number): StoryClient {
  const version = VERSIONS[(number * 7 + (number >> 5)) % VERSIONS.length] ?? ''
  const of = { seenAt: 86_400_000, tenant: STORY_TENANT, device: { hostname: `d${number}` }, addresses: [] }
  const harmless = { isAffected: false, isInFirst: false }
  if (number % 11 === 0) {
    const installations = [{ product: '3CX Web Client', version }]
    const page = { kind: 'web-app', source: 'browser', coverage: 'part', platform: 'web' } as const
    return { report: { ...of, ...page, installations }, ...harmless }
  }
  if (number % 13 === 0) {
    const installations = [{ userAgent: 'Yealink-SIP-T46U/108.86.0.20' }]
    const phone = { kind: 'desk-phone', source: 'registration', coverage: 'part' } as const
    return { report: { ...of, ...phone, installations }, ...harmless }
  }
  const platform: Platform = number % 2 === 0 ? 'windows' : 'macos'
  const ways: readonly [DeviceReport['source'], Found][] = [
    ['registration', { userAgent: `3CXDesktopApp/${version} (${LABELS[platform]})` }],
    ['collector', { product: 'DesktopApp', vendor: '3CX', version, path: `C:\\Users\\u${number}\\3CX` }],
    ['csv', { product: STORY_APP, version: `v${version}` }],
  ]
  const [source, found] = ways[number % ways.length] ?? ['csv', { product: STORY_APP, version }]
  const coverage = source === 'collector' ? 'everything' : 'part'
  const isAffected = STORY_AFFECTED[platform]?.includes(version) ?? false
  return {
    report: { ...of, kind: 'computer', source, coverage, platform, installations: [found] },
    isAffected,
    isInFirst: isAffected && !(platform === 'macos' && version === '18.12.402'),
  }
}

export const storyClients = (count: number): StoryClient[] =>
  Array.from({ length: count }, (_, number) => storyClient(number))

/** A list as people keep it: 6 devices affected, 3 of which nobody knows what runs there, the others not. */
export function storyList(count: number): string {
  const rows = Array.from({ length: count }, (_, number) => {
    const version = number < 6 ? '18.12.416' : `18.12.${422 + (number % 5)}`
    const app = number >= 6 && number < 9 ? ';' : `${STORY_APP};${version}`
    return `pc-${number};Person ${number};${number % 2 === 0 ? 'Berlin' : 'Köln'};Windows 11;${app}`
  })
  return `Gerät;Benutzer;Standort;Betriebssystem;Programm;Version\r\n${rows.join('\r\n')}\r\n`
}
