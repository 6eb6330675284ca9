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
    mediaPortFirst: 16000,
    mediaPortLast: 17999,
    webrtcPort: undefined,
    isDemo: false,
    country: 'de',
    language: undefined,
    logLevel: 'info',
    ringSeconds: 25,
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

const refused = [
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
