// Linphone on iPhone and Android: its configuration as XML, applied once, after the maker's page on remote
// provisioning. Not tried on a phone yet. The app trusts the authorities that it brings, so this needs a
// certificate of a public one; unknown: whether newer versions also ask the phone's own list.
import { quotedString, sipHost, xml } from './escape.ts'
import { REGISTRATION_SECONDS } from './limits.ts'
import type { PhoneSettings } from './settings.ts'

type Entry = readonly [name: string, value: string | number]

export function writeLinphone(settings: PhoneSettings): string {
  const { account, server, srtp } = settings
  const host = sipHost(server.host)
  const sections: readonly (readonly [name: string, entries: readonly Entry[]])[] = [
    // Fetched this once and not at every start of the app.
    ['misc', [['transient_provisioning', 1]]],
    [
      'sip',
      [
        ['default_proxy', 0],
        ['media_encryption', srtp === 'off' ? 'none' : 'srtp'],
        ['media_encryption_mandatory', srtp === 'required' ? 1 : 0],
      ],
    ],
    [
      'proxy_0',
      [
        ['reg_proxy', `<sip:${host}:${server.port};transport=${server.transport}>`],
        ['reg_identity', `${quotedString(account.name)} <sip:${account.sipName}@${host}>`],
        ['reg_expires', REGISTRATION_SECONDS],
        ['reg_sendregister', 1],
        ['publish', 0],
      ],
    ],
    [
      'auth_info_0',
      [
        ['username', account.sipName],
        ['userid', account.sipName],
        ['passwd', account.password],
        ['realm', account.realm],
        ['domain', host],
      ],
    ],
  ]
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<config xmlns="http://www.linphone.org/xsds/lpconfig.xsd">',
    ...sections.flatMap(([name, entries]) => [
      `  <section name="${name}">`,
      ...entries.map(
        ([entry, value]) => `    <entry name="${entry}" overwrite="true">${xml(String(value))}</entry>`,
      ),
      '  </section>',
    ]),
    '</config>',
    '',
  ].join('\n')
}
