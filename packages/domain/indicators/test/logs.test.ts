// Lines as the programs write them. In each table the client, and what is compared, of one line.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogEvent } from '../src/event.ts'
import { type LogFormatName, logFormat } from '../src/logs/index.ts'

function read(format: LogFormatName, line: string, header?: string) {
  const reader = logFormat(format)
  const columns = header === undefined ? undefined : reader.read(header)
  if (columns !== undefined) assert.equal(columns.type, 'columns', String(header))
  return reader.read(line, columns?.type === 'columns' ? columns.columns : undefined)
}

function event(format: LogFormatName, line: string, header?: string): LogEvent {
  const found = read(format, line, header)
  assert.ok(found.type === 'event', `${found.type}: ${line}`)
  return found.event
}

const told = ({ who, domains, urls, addresses }: LogEvent) =>
  [who.address ?? '?', ...domains, ...urls, ...addresses].join(' ')
const type = (format: LogFormatName, line: string) => read(format, line).type
const at = (format: LogFormatName, line: string, header?: string) => {
  const { time } = event(format, line, header)
  return time?.at === undefined ? time?.missing.join() : new Date(time.at).toISOString()
}

const SQUID =
  '1679990400.123    345 10.0.0.5 TCP_MISS/200 1234 GET http://evil.example:8080/a/b.ico?x=1 anna HIER_DIRECT/192.0.2.1 image/x-icon'
const TUNNEL =
  '1679990400.123 345 10.0.0.5 TCP_TUNNEL/200 1234 CONNECT evil.example:443 - HIER_DIRECT/192.0.2.1 -'
const COMBINED =
  '10.0.0.5 - anna [28/Mar/2023:10:00:00 +0200] "GET http://evil.example/a HTTP/1.1" 200 1234 "-" "Mozilla/5.0 \\"x\\"" TCP_MISS:HIER_DIRECT'

test('IOL-1: proxies: squid, combined', () => {
  assert.equal(told(event('squid', SQUID)), '10.0.0.5 http://evil.example:8080/a/b.ico?x=1 192.0.2.1')
  assert.equal(at('squid', SQUID), '2023-03-28T08:00:00.123Z')
  assert.equal(event('squid', SQUID).who.user, 'anna')
  assert.deepEqual(
    ['cs-host', 'c-uri-stem', 'c-uri-query', 'c-uri-extension', 'sc-status', 'dst_ip', 'cs-method'].map(
      (name) => event('squid', SQUID).fields.get(name),
    ),
    ['evil.example', '/a/b.ico', 'x=1', 'ico', '200', '192.0.2.1', 'GET'],
  )
  assert.equal(told(event('squid', TUNNEL)), '10.0.0.5 evil.example 192.0.2.1')
  assert.equal(told(event('combined', COMBINED)), '10.0.0.5 http://evil.example/a')
  assert.equal(at('combined', COMBINED), '2023-03-28T08:00:00.000Z')
  assert.equal(event('combined', COMBINED).fields.get('cs-user-agent'), 'Mozilla/5.0 \\"x\\"')
})

const IIS =
  '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs-host sc-status'
const IIS_LINE =
  '2023-03-28 08:00:00 192.0.2.1 GET /a/b.ico x=1 443 - 10.0.0.5 Mozilla/5.0+(Windows) evil.example 200'
const BLUE_COAT =
  '#Fields: localtime time-taken c-ip cs-username sc-status cs-method cs-uri-scheme cs-host cs-uri-port cs-uri-path cs-uri-query cs(User-Agent) r-ip'
const BLUE_COAT_LINE =
  '[28/Mar/2023:10:00:00 +0200] 12 10.0.0.5 anna 200 GET https evil.example 443 /a ?x=1 "Mozilla/5.0 (Windows; x64)" 192.0.2.1'

test('IOL-2: W3C extended: the header says what is what; IIS and Blue Coat', () => {
  assert.equal(told(event('w3c', IIS_LINE, IIS)), '10.0.0.5 evil.example/a/b.ico?x=1 192.0.2.1')
  assert.equal(at('w3c', IIS_LINE, IIS), '2023-03-28T08:00:00.000Z')
  assert.equal(told(event('w3c', BLUE_COAT_LINE, BLUE_COAT)), '10.0.0.5 evil.example/a?x=1 192.0.2.1')
  assert.equal(at('w3c', BLUE_COAT_LINE, BLUE_COAT), '2023-03-28T08:00:00.000Z')
  assert.equal(
    event('w3c', BLUE_COAT_LINE, BLUE_COAT).fields.get('cs-user-agent'),
    'Mozilla/5.0 (Windows; x64)',
  )
  const tunnel = BLUE_COAT_LINE.replace('GET https', 'CONNECT tcp').replace('/a ?x=1', '/ -')
  assert.equal(told(event('w3c', tunnel, BLUE_COAT)), '10.0.0.5 evil.example 192.0.2.1')
  assert.equal(read('w3c', '#Software: Microsoft Internet Information Services 10.0').type, 'nothing')
  assert.equal(read('w3c', `${IIS_LINE} more`, IIS).type, 'not-understood', 'a value too many')
  assert.equal(read('w3c', IIS_LINE.slice(0, 60), IIS).type, 'not-understood', 'cut off')
  assert.equal(type('w3c', IIS_LINE), 'not-understood', 'without a header')
})

test('IOL-3: CSV by the names in its header', () => {
  const proxy = 'Timestamp;Source IP;User;URL;Action'
  const line = '2023-03-28T10:00:00+02:00;10.0.0.5;"Berg; Anna";https://evil.example/a;allow'
  assert.equal(told(event('csv', line, proxy)), '10.0.0.5 https://evil.example/a')
  assert.equal(event('csv', line, proxy).who.user, 'Berg; Anna')
  assert.equal(at('csv', line, proxy), '2023-03-28T08:00:00.000Z')
  const dns = 'time,client,query,qtype,answer'
  assert.equal(
    told(event('csv', '1679990400,10.0.0.5,evil.example,A,192.0.2.1', dns)),
    '10.0.0.5 evil.example 192.0.2.1',
  )
  const flow = 'date,src_ip,src_port,destination,dst_port,hostname'
  const flowEvent = event('csv', '28.03.2023 10:00:00,10.0.0.5,5,evil.example:443,443,pc-7', flow)
  assert.deepEqual([told(flowEvent).includes(' evil.example'), flowEvent.who.host], [true, 'pc-7'])
  assert.equal(at('csv', '28.03.2023 10:00:00,10.0.0.5,5,evil.example,443,x', flow), 'zone')
  assert.deepEqual(event('csv', `a.exe,${'a'.repeat(64)}`, 'file name,sha256').hashes, ['a'.repeat(64)])
  for (const broken of ['1679990400,10.0.0.5,evil.example', '1,2,"open,A,b', '1,2,3,4,5,6'])
    assert.equal(read('csv', broken, dns).type, 'not-understood', broken)
  assert.equal(type('csv', 'red,green,blue'), 'not-understood', 'no header that names a target')
})

const PACKET = 'PACKET  00000000028657F0 UDP'
const ASKED = 'A      (3)www(4)evil(7)example(0)'

test('IOL-4: resolvers: dnsmasq, BIND, unbound, Windows', () => {
  const rows: [format: LogFormatName, line: string, told: string][] = [
    [
      'syslog',
      'Mar 28 10:00:00 gw dnsmasq[77]: query[A] evil.example from 10.0.0.5',
      '10.0.0.5 evil.example',
    ],
    ['syslog', 'Mar 28 10:00:00 dnsmasq[77]: query[AAAA] evil.example from fd00::5', 'fd00::5 evil.example'],
    ['syslog', 'Mar 28 10:00:00 dnsmasq[77]: reply evil.example is 192.0.2.1', '? evil.example 192.0.2.1'],
    [
      'syslog',
      '2023-03-28T10:00:00.12+02:00 gw dnsmasq[7]: 12 10.0.0.5/53 cached evil.example is <CNAME>',
      '10.0.0.5 evil.example <CNAME>',
    ],
    [
      'bind',
      '28-Mar-2023 10:00:00.123 queries: info: client @0x7f1c 10.0.0.5#53124 (evil.example): query: evil.example IN A +E(0)K (10.0.0.1)',
      '10.0.0.5 evil.example',
    ],
    [
      'bind',
      '28-Mar-2023 10:00:00.123 client 10.0.0.5#53124 (evil.example): view inside: query: evil.example IN A +',
      '10.0.0.5 evil.example',
    ],
    [
      'syslog',
      '<30>Mar  8 10:00:00 gw named[12]: client @0x7f 10.0.0.5#53 (evil.example): query: evil.example IN A + (10.0.0.1)',
      '10.0.0.5 evil.example',
    ],
    ['unbound', '[1679990400] unbound[123:0] info: 10.0.0.5 evil.example. A IN', '10.0.0.5 evil.example.'],
    [
      'syslog',
      'Mar 28 10:00:00 gw unbound: [123:0] info: 10.0.0.5 evil.example. A IN NOERROR 0.1 0 50',
      '10.0.0.5 evil.example.',
    ],
    [
      'windows-dns',
      `3/28/2023 10:00:00 AM 0F54 ${PACKET} Rcv 10.0.0.5       0001   Q [0001   D   NOERROR] ${ASKED}`,
      '10.0.0.5 www.evil.example',
    ],
    [
      'windows-dns',
      `28.03.2023 10:00:00 0F54 ${PACKET} Snd 10.0.0.5        0001 R Q [8081   DR  NOERROR] ${ASKED}`,
      '10.0.0.5 www.evil.example',
    ],
    [
      'windows-dns',
      `28.03.2023 10:00:00 0F54 ${PACKET} Snd 192.0.2.53      0001   Q [0001   D   NOERROR] ${ASKED}`,
      '? www.evil.example',
    ],
  ]
  for (const [format, line, expected] of rows) assert.equal(told(event(format, line)), expected, line)
  assert.equal(at('unbound', rows[7]?.[1] ?? ''), '2023-03-28T08:00:00.000Z')
  assert.equal(at('syslog', rows[0]?.[1] ?? ''), 'year,zone')
  assert.equal(at('bind', rows[4]?.[1] ?? ''), 'zone')
  assert.equal(
    type('windows-dns', 'Message logging key (for packets - other items use a subset):'),
    'nothing',
  )
  assert.equal(
    type('syslog', 'Mar 28 10:00:00 gw dnsmasq[77]: forwarded evil.example to 192.0.2.53'),
    'nothing',
  )
  for (const [format, line] of [
    ['syslog', 'Mar 28 10:00:00 gw dnsmasq[77]: query[A] evil.exa'],
    ['syslog', 'Mar 28 10:00:00 gw named[12]: client @0x7f 10.0.0.5#53 (evil.example): query: evil.exam'],
    ['windows-dns', `28.03.2023 10:00:00 0F54 ${PACKET} Snd 192.0`],
    ['bind', 'client 10.0.0.5#53124: query: evil.example IN A +'],
    ['unbound', 'info: 10.0.0.5 evil.example. A IN'],
  ] as const)
    assert.equal(type(format, line), 'not-understood', line)
})

const FILTERLOG4 =
  '5,,,1000000103,igb0,match,pass,out,4,0x0,,64,1234,0,DF,6,tcp,60,10.0.0.5,192.0.2.1,51234,443,0,S,1,,64240,,mss'
const FILTERLOG6 =
  '5,,,1,igb0,match,block,in,6,0x00,0x1,64,tcp,6,40,2001:db8::5,2001:db8::1,51234,443,0,S,1,,,,'
const FORTI =
  'date=2023-03-28 time=10:00:00 devname="fw" devid="F1" eventtime=1679990400123456789 tz="+0200" logid="0000000013" type="traffic" subtype="forward"'

test('IOL-5: firewalls: Linux, pfSense and OPNsense, Cisco ASA, FortiGate', () => {
  const rows: [format: LogFormatName, line: string, told: string][] = [
    [
      'syslog',
      'Mar 28 10:00:00 gw kernel: [123.456] [UFW ALLOW] IN= OUT=eth0 SRC=10.0.0.5 DST=192.0.2.1 LEN=60 TOS=0x00 PROTO=TCP SPT=51234 DPT=443 WINDOW=1',
      '10.0.0.5 192.0.2.1 10.0.0.5',
    ],
    [
      'syslog',
      '2023-03-28T10:00:00+02:00 gw kernel: nft: IN=lan0 OUT=wan0 MAC=00:11 SRC=2001:db8::5 DST=2001:db8::1 PROTO=UDP',
      '2001:db8::5 2001:db8::1 2001:db8::5',
    ],
    ['syslog', `Mar 28 10:00:00 fw filterlog[12345]: ${FILTERLOG4}`, '10.0.0.5 192.0.2.1 10.0.0.5'],
    ['syslog', `Mar 28 10:00:00 filterlog: ${FILTERLOG6}`, '2001:db8::5 2001:db8::1 2001:db8::5'],
    [
      'syslog',
      `<134>1 2023-03-28T10:00:00+02:00 OPNsense.local filterlog 12345 - [meta sequenceId="1" x="\\]"] ${FILTERLOG4}`,
      '10.0.0.5 192.0.2.1 10.0.0.5',
    ],
    [
      'syslog',
      'Mar 28 2023 10:00:00 fw : %ASA-6-302013: Built outbound TCP connection 1 for outside:192.0.2.1/443 (192.0.2.1/443) to inside:10.0.0.5/51234 (203.0.113.9/51234)',
      '10.0.0.5 192.0.2.1 192.0.2.1 10.0.0.5 203.0.113.9',
    ],
    [
      'syslog',
      '<166>Mar 28 2023 10:00:00: %ASA-4-106023: Deny tcp src inside:10.0.0.5/51234 dst outside:192.0.2.1/443 by access-group "x"',
      '10.0.0.5 10.0.0.5 192.0.2.1',
    ],
    [
      'syslog',
      'Mar 28 10:00:00 fw %ASA-6-106100: access-list x permitted tcp inside/2001:db8::5(512) -> outside/2001:db8::1(443) hit-cnt 1',
      '2001:db8::5 2001:db8::5 2001:db8::1',
    ],
    [
      'syslog',
      'Mar 28 10:00:00 fw %ASA-5-304001: 10.0.0.5 Accessed URL 192.0.2.1:http://evil.example/a',
      '10.0.0.5 http://evil.example/a 192.0.2.1',
    ],
    [
      'fortigate',
      `${FORTI} srcip=10.0.0.5 srcport=5 dstip=192.0.2.1 dstport=443`,
      '10.0.0.5 192.0.2.1 10.0.0.5',
    ],
    [
      'fortigate',
      `<189>${FORTI} srcip=10.0.0.5 dstip=192.0.2.1 hostname="evil.example" url="/a \\"b=c" user="anna"`,
      '10.0.0.5 evil.example evil.example/a "b=c 192.0.2.1 10.0.0.5',
    ],
    [
      'syslog',
      `Mar 28 10:00:00 10.0.0.1 ${FORTI} srcip=10.0.0.5 dstip=192.0.2.53 qname="evil.example" ipaddr="192.0.2.1, 192.0.2.2"`,
      '10.0.0.5 evil.example 192.0.2.1 192.0.2.2 192.0.2.53 10.0.0.5',
    ],
  ]
  for (const [format, line, expected] of rows) assert.equal(told(event(format, line)), expected, line)
  assert.equal(at('fortigate', rows[9]?.[1] ?? ''), '2023-03-28T08:00:00.123Z')
  assert.equal(at('syslog', rows[4]?.[1] ?? ''), '2023-03-28T08:00:00.000Z')
  assert.equal(at('syslog', rows[5]?.[1] ?? ''), 'zone')
  assert.deepEqual(
    ['src_port', 'dst_port', 'action'].map((name) => event('syslog', rows[2]?.[1] ?? '').fields.get(name)),
    ['51234', '443', 'pass'],
  )
  assert.equal(type('syslog', 'Mar 28 10:00:00 gw kernel: eth0: link up'), 'nothing')
  assert.equal(type('syslog', 'Mar 28 10:00:00 gw sshd[1]: Accepted publickey for anna'), 'nothing')
  assert.equal(type('syslog', 'Mar 28 10:00:00 fw %ASA-5-111008: User x executed the y command'), 'nothing')
  for (const line of [
    `Mar 28 10:00:00 filterlog: ${FILTERLOG4.slice(0, 60)}`,
    'Mar 28 10:00:00 gw kernel: IN= OUT=eth0 SRC=10.0.0.5 DS',
    'Mar 28 10:00:00 fw %ASA-5-304001: 10.0.0.5 Acc',
    'no head at all',
  ])
    assert.equal(type('syslog', line), 'not-understood', line)
})
