// Flags of `npm start`: what is accepted, and one clear line for everything else.
import assert from 'node:assert/strict'
import test from 'node:test'
import { helpText, parseFlags } from '../flags.mjs'

const folders = { projectFolder: '/project', currentFolder: '/somewhere' }
const parse = (...args) => parseFlags(args, folders)

test('without flags the defaults hold', () => {
  const parsed = parse()
  assert.ok(parsed.ok)
  assert.deepEqual(parsed.flags, {
    data: '/project/data',
    httpHost: '127.0.0.1',
    httpPort: 8080,
    sipHosts: [],
    sipPort: 5060,
    sipTlsPort: 5061,
    httpsPort: undefined,
    hostNames: [],
    certificateFiles: undefined,
    acme: undefined,
    nat: {
      publicAddresses: [],
      stun: undefined,
      localNetworks: [],
      trustedProxies: [],
      allowPublic: ['tls'],
      turn: undefined,
    },
    mediaPortFirst: 16000,
    mediaPortLast: 17999,
    webrtcPort: undefined,
    isDemo: false,
    isGuard: false,
    country: 'de',
    language: undefined,
    logLevel: 'info',
    ringSeconds: 25,
    drainSeconds: 0,
    backupFolder: undefined,
    metricsFrom: [],
    isTraced: true,
  })
})

test('a relative data folder is relative to where the user stands', () => {
  const parsed = parse(
    '--data',
    'x',
    '--http-port=8081',
    '--sip-port',
    '5070',
    '--sip-host',
    '127.0.0.1,10.0.0.2',
  )
  assert.ok(parsed.ok)
  assert.equal(parsed.flags.data, '/somewhere/x')
  assert.equal(parsed.flags.httpPort, 8081)
  assert.deepEqual(parsed.flags.sipHosts, ['127.0.0.1', '10.0.0.2'])
})

test('a certificate comes from files or from an ACME authority', () => {
  const files = parse(
    '--certificate',
    'a.pem',
    '--certificate-key',
    '/etc/b.pem',
    '--host-name',
    'PBX.example',
  )
  assert.ok(files.ok)
  assert.deepEqual(files.flags.certificateFiles, {
    certificateFile: '/somewhere/a.pem',
    keyFile: '/etc/b.pem',
  })
  assert.deepEqual(files.flags.hostNames, ['pbx.example'])
  const acme = parse('--acme', 'https://a.example/d', '--host-name', 'b.example', '--https-port', '443')
  assert.ok(acme.ok)
  const order = { directoryUrl: 'https://a.example/d', email: undefined, challenge: 'tls-alpn-01' }
  assert.deepEqual(acme.flags.acme, order)
})

test('addresses, networks and the relay', () => {
  const parsed = parse(
    ...['--public-address', '203.0.113.1,2001:db8::1', '--stun', '[2001:db8::2]:3478'],
    ...['--local-network', '10.0.0.0/8,fd00::/8', '--allow-public', 'tls,udp'],
    ...['--trusted-proxy', '127.0.0.1,10.1.0.0/16'],
    ...['--turn', '3478', '--turn-tls', '5349', '--turn-ports', '18300-18310'],
  )
  assert.ok(parsed.ok)
  assert.deepEqual(parsed.flags.nat, {
    publicAddresses: ['203.0.113.1', '2001:db8::1'],
    stun: { host: '2001:db8::2', port: 3478 },
    localNetworks: ['10.0.0.0/8', 'fd00::/8'],
    trustedProxies: ['127.0.0.1', '10.1.0.0/16'],
    allowPublic: ['tls', 'udp'],
    turn: { port: 3478, tlsPort: 5349, relayFirst: 18300, relayLast: 18310 },
  })
  const none = parse('--allow-public', 'none')
  assert.ok(none.ok)
  assert.deepEqual(none.flags.nat.allowPublic, [])
})

const refused = [
  [['--public-address', 'pbx.example'], /--public-address takes IP addresses, not "pbx.example"/],
  [['--public-address', '203.0.113.1,203.0.113.2'], /one IPv4 and one IPv6/],
  [['--local-network', '10.0.0.0/33'], /--local-network takes networks/],
  [['--trusted-proxy', 'proxy.lan'], /--trusted-proxy takes addresses or networks/],
  [['--trusted-proxy', '0.0.0.0/0'], /--trusted-proxy takes addresses or networks/],
  [['--stun', 'stun.example'], /--stun takes HOST:PORT/],
  [['--allow-public', 'sctp'], /--allow-public takes tls, tcp, udp or none, not "sctp"/],
  [['--turn', '0'], /--turn takes a port from 1 to 65535/],
  [['--turn', '5060'], /--sip-port and --turn are both 5060/],
  [['--turn', '3478', '--turn-ports', '9-8'], /--turn-ports takes FIRST-LAST/],
  [['--htp-port', '1'], /unknown flag "--htp-port"/],
  [['extra'], /unknown flag "extra"/],
  [['--port', '1'], /--http-port\?/],
  [['--http-port', '0'], /1 to 65535, not "0"/],
  [['--http-port', '65536'], /1 to 65535, not "65536"/],
  [['--sip-port', '50x'], /not "50x"/],
  [['--sip-port'], /--sip-port needs a value/],
  [['--sip-port', '--demo'], /--sip-port needs a value/],
  [['--demo=yes'], /--demo takes no value/],
  [['--demo', '--demo'], /given twice/],
  [['--media-ports', '17000'], /FIRST-LAST/],
  [['--media-ports', '17000-16000'], /FIRST-LAST/],
  [['--media-ports', '5000-6000'], /--sip-port 5060 lies inside/],
  [['--webrtc-port', '16001'], /--webrtc-port 16001 lies inside/],
  [['--http-port', '5060'], /both 5060/],
  [['--http-port', '5061'], /--http-port and --sip-tls-port are both 5061/],
  [['--https-port', '8080'], /--http-port and --https-port are both 8080/],
  [['--sip-port', '65535'], /--sip-tls-port/],
  [['--host-name', 'pbx_1'], /--host-name takes host names, not "pbx_1"/],
  [['--certificate', 'a.pem'], /belong together/],
  [['--certificate', 'a', '--certificate-key', 'b', '--acme', 'https://a.example/d'], /exclude/],
  [['--acme', 'https://acme.example/directory'], /--acme needs --host-name/],
  [['--acme', 'http://acme.example/directory', '--host-name', 'a.example'], /takes an https address/],
  [['--acme', 'https://a.example/d', '--host-name', 'b.example'], /needs --https-port/],
  [['--acme-email', 'a@b.example'], /--acme-email needs --acme/],
  [
    ['--acme', 'https://a.example/d', '--host-name', 'b.example', '--acme-challenge', 'dns-01'],
    /not "dns-01"/,
  ],
  [['--http-host', 'example'], /IP address/],
  [['--sip-host', 'localhost'], /IP addresses/],
  [['--country', 'fr'], /de or us, not "fr"/],
  [['--language', 'fr'], /de or en/],
  [['--log-level', 'loud'], /debug or info/],
  [['--ring-seconds', '0'], /1 to 120, not "0"/],
  [['--ring-seconds', '121'], /1 to 120/],
]
for (const [args, expected] of refused)
  test(`refused: ${args.join(' ')}`, () => {
    const parsed = parse(...args)
    assert.equal(parsed.ok, false)
    assert.match(parsed.message, expected)
    assert.ok(!parsed.message.includes('\n'), 'one line')
  })

test('help has a blank behind the longest flag, too', () => {
  assert.match(helpText(), /--acme-challenge http-01\|tls-alpn-01 +how it checks/)
})

test('help names every flag', () => {
  const names = [
    'data',
    'http-host',
    'http-port',
    'sip-host',
    'sip-port',
    'media-ports',
    'webrtc-port',
    'demo',
  ]
  for (const name of [...names, 'country', 'language', 'log-level', 'ring-seconds', 'help'])
    assert.ok(helpText().includes(`--${name}`), name)
})

test('the demonstration has a data folder of its own, unless one is given', () => {
  const folders = { projectFolder: '/project', currentFolder: '/here' }
  const dataOf = (/** @type {string[]} */ args) => {
    const parsed = parseFlags(args, folders)
    return parsed.ok && parsed.flags.data
  }
  assert.equal(dataOf(['--demo']), '/project/data-demo')
  assert.equal(dataOf(['--demo', '--data', 'other']), '/here/other')
  assert.equal(dataOf([]), '/project/data')
})

test('draining, metrics and the trace are chosen by flags', () => {
  const parsed = parse('--drain-seconds', '90', '--metrics-from', '192.0.2.7,2001:db8::1', '--sip-trace=off')
  assert.ok(parsed.ok)
  const { drainSeconds, metricsFrom, isTraced } = parsed.flags
  assert.deepEqual([drainSeconds, metricsFrom, isTraced], [90, ['192.0.2.7', '2001:db8::1'], false])
  for (const wrong of ['--drain-seconds=3601', '--drain-seconds=-1', '--metrics-from=host', '--sip-trace=no'])
    assert.equal(parse(wrong).ok, false, wrong)
})
