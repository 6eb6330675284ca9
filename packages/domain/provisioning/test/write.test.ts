// What each maker's file says, and which files phones ask for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressOf, PHONE_MAKERS, readFileName, readMac, writeSettings } from '../src/index.ts'
import { childOf, PASSWORD, readXml, readYealink, settingsWith } from './settings.ts'

test('PRV-1 Yealink: account, TLS and SRTP, own authority, language, zone, codes, lamps', () => {
  const { type, text } = writeSettings('yealink', settingsWith())
  assert.equal(type, 'text/plain; charset=utf-8')
  const lines = readYealink(text)
  const wanted = {
    'account.1.user_name': '101',
    'account.1.password': PASSWORD,
    'account.1.sip_server.1.address': '192.0.2.1',
    'account.1.sip_server.1.port': '5061',
    'account.1.sip_server.1.transport_type': '2',
    'account.1.srtp_encryption': '2',
    'static.trusted_certificates.url': 'https://192.0.2.1:8443/rufwerk-ca.crt',
    'static.security.trust_certificates': '1',
    'static.security.ca_cert': '1',
    'lang.gui': 'German',
    'local_time.time_zone': '+1',
    'account.1.direct_pickup_code': '**',
    'account.1.group_pickup_code': '*8',
    'voice_mail.number.1': '*97',
    'linekey.1.type': '15',
    'linekey.2.type': '16',
    'linekey.2.value': '102',
    'linekey.2.label': 'Jan Thal',
    'linekey.3.value': '103',
    'linekey.4.type': '3',
    'linekey.4.value': '*70',
  }
  for (const [name, value] of Object.entries(wanted)) assert.equal(lines.get(name), value, name)
})

test('PRV-1 Snom: the same in its document', () => {
  const document = readXml(writeSettings('snom', settingsWith()).text)
  const settings = childOf(document, 'phone-settings')
  const wanted = {
    user_name: '101',
    user_pass: PASSWORD,
    user_host: '192.0.2.1',
    user_outbound: 'sip:192.0.2.1:5061;transport=tls',
    user_srtp: 'on',
    user_savp: 'mandatory',
    user_mailbox: '*97',
    language: 'Deutsch',
    timezone: 'GER+1',
    tone_scheme: 'GER',
  }
  for (const [name, value] of Object.entries(wanted)) assert.equal(childOf(settings, name).text, value, name)
  const keys = childOf(document, 'functionKeys').children.map(({ text }) => text)
  assert.deepEqual(keys, [
    'line',
    'blf sip:102@192.0.2.1;user=phone|**',
    'blf sip:103@192.0.2.1;user=phone|**',
    'transfer *70',
  ])
  const certificate = childOf(childOf(document, 'certificates'), 'certificate')
  assert.equal(certificate.attributes.get('type'), 'base64')
  assert.equal(certificate.text, 'MIIBAAA=')
})

test('PRV-1 Linphone: one account, encrypted sound, fetched once', () => {
  const document = readXml(writeSettings('linphone', settingsWith()).text)
  const entries = new Map(
    document.children.flatMap(({ children }) =>
      children.map(({ attributes, text }) => [attributes.get('name'), text] as const),
    ),
  )
  assert.equal(entries.get('transient_provisioning'), '1')
  assert.equal(entries.get('reg_proxy'), '<sip:192.0.2.1:5061;transport=tls>')
  assert.equal(entries.get('passwd'), PASSWORD)
  assert.equal(entries.get('realm'), 'tenant-1')
  assert.equal(entries.get('media_encryption_mandatory'), '1')
})

test('PRV-2 afterwards a phone asks nobody for settings and takes no firmware', () => {
  const yealink = readYealink(writeSettings('yealink', settingsWith()).text)
  assert.equal(yealink.get('static.auto_provision.server.url'), '')
  assert.equal(yealink.get('static.auto_provision.server.password'), '')
  for (const name of ['power_on', 'repeat.enable', 'weekly.enable', 'pnp_enable', 'dhcp_option.enable'])
    assert.equal(yealink.get(`static.auto_provision.${name}`), '0', name)
  const snom = childOf(readXml(writeSettings('snom', settingsWith()).text), 'phone-settings')
  assert.equal(childOf(snom, 'setting_server').text, '')
  assert.equal(childOf(snom, 'update_policy').text, 'settings_only')
  for (const maker of PHONE_MAKERS)
    assert.doesNotMatch(writeSettings(maker, settingsWith()).text, /firmware/i, maker)
})

test('PRV-3 without TLS, own authority or codes nothing is said of them', () => {
  const { authority: _, ...rest } = settingsWith({
    server: { host: '2001:db8::1', port: 5060, transport: 'tcp' },
    srtp: 'off',
    language: 'en',
    country: 'us',
    codes: {},
  })
  const yealink = readYealink(writeSettings('yealink', rest).text)
  assert.equal(yealink.get('account.1.sip_server.1.transport_type'), '1')
  assert.equal(yealink.get('account.1.srtp_encryption'), '0')
  assert.equal(yealink.get('static.security.cn_validation'), '1')
  assert.equal(yealink.has('static.trusted_certificates.url'), false)
  assert.equal(yealink.has('voice_mail.number.1'), false)
  assert.equal(yealink.has('linekey.4.type'), false)
  const snom = readXml(writeSettings('snom', rest).text)
  assert.equal(childOf(childOf(snom, 'phone-settings'), 'user_host').text, '[2001:db8::1]')
  assert.equal(
    snom.children.some(({ name }) => name === 'certificates'),
    false,
  )
  assert.match(writeSettings('linphone', rest).text, /media_encryption" overwrite="true">none</)
})

test('PRV-5 a locked phone dials the emergency numbers of its country, and no others', () => {
  const rows = [
    ['de', '112,110', '112 110'],
    ['us', '911', '911'],
  ] as const
  for (const [country, yealink, snom] of rows) {
    const settings = settingsWith({ country })
    const lines = readYealink(writeSettings('yealink', settings).text)
    assert.equal(lines.get('phone_setting.emergency.number'), yealink)
    const document = childOf(readXml(writeSettings('snom', settings).text), 'phone-settings')
    assert.equal(childOf(document, 'keyboard_lock_emergency').text, snom)
  }
})

test('PRV-4 the secret stands in a file once', () => {
  for (const maker of PHONE_MAKERS)
    assert.equal(writeSettings(maker, settingsWith()).text.split(PASSWORD).length, 2, maker)
})

const files: readonly [asked: string, means: string][] = [
  ['001565aabb20.cfg', 'yealink 001565aabb20'],
  ['001565AABB20.cfg', 'yealink 001565aabb20'],
  ['snom-000413AABBCC.xml', 'snom 000413aabbcc'],
  ['linphone.xml', 'linphone'],
  ['001565aabb20.boot', ''],
  ['y000000000000.boot', ''],
  ['y000000000108.cfg', ''],
  ['001565aabb20-local.cfg', ''],
  ['000000000000.cfg', ''],
  ['ffffffffffff.cfg', ''],
  ['snom-{mac}.xml', ''],
  ['../001565aabb20.cfg', ''],
  ['001565aabb20.cfg\n', ''],
  ['', ''],
]
for (const [asked, means] of files) {
  test(`PRV-7 the file ${JSON.stringify(asked)} is ${means || 'none of settings'}`, () => {
    const read = readFileName(asked)
    assert.equal(read === undefined ? '' : [read.maker, read.mac].filter(Boolean).join(' '), means)
  })
}

test('PRV-8 a hardware address is read as labels write it', () => {
  for (const text of ['00:15:65:aa:bb:20', '00-15-65-AA-BB-20', '001565AABB20', ' 0015.65aa.bb20 '])
    assert.equal(readMac(text), '001565aabb20', text)
  for (const text of ['', '00:15:65', 'zz1565aabb20', '01005e000001', '00:00:00:00:00:00', '001565aabb2011'])
    assert.equal(readMac(text), undefined, text)
  fc.assert(fc.property(fc.string(), (text) => /^[0-9a-f]{12}$/.test(readMac(text) ?? '001565aabb20')))
})

test('PRV-9 the address ends as the maker wants it', () => {
  assert.equal(addressOf('yealink', 'https://x/provision/t/'), 'https://x/provision/t/')
  assert.equal(addressOf('snom', 'https://x/provision/t/'), 'https://x/provision/t/snom-{mac}.xml')
  assert.equal(addressOf('linphone', 'https://x/provision/t/'), 'https://x/provision/t/linphone.xml')
})
