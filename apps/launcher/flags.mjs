// Every flag of `npm start`: one table for parsing, checking and `--help`. Plain JavaScript that Node 20 runs
// before anything is installed. The result travels to the processes as JSON in RUFWERK_FLAGS.
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { NAT_TABLE, readNatFlags } from './nat-flags.mjs'

import { OPERATION_FLAGS, readOperationFlags } from './operation-flags.mjs'
/**
 * @typedef {object} Flags
 * @property {string} data Absolute path of the data folder.
 * @property {string} httpHost
 * @property {number} httpPort
 * @property {string[]} sipHosts Addresses to listen on; empty means loopback and all private addresses.
 * @property {number} sipPort The same for UDP and TCP.
 * @property {number} sipTlsPort SIP over TLS; the port after `sipPort` unless given.
 * @property {number | undefined} httpsPort Undefined: no HTTPS.
 * @property {string[]} hostNames Names by which devices reach this machine; they stand in the certificate.
 * @property {{certificateFile: string, keyFile: string} | undefined} certificateFiles Absolute paths (PEM).
 * @property {{directoryUrl: string, email: string | undefined, challenge: 'http-01' | 'tls-alpn-01'} |
 *   undefined} acme Gets the certificate for `hostNames` from an ACME authority.
 * @property {number} mediaPortFirst RTP range, both ends included.
 * @property {number} mediaPortLast
 * @property {number | undefined} webrtcPort Undefined when not given: 18000 or the next free port.
 * @property {import('./nat-flags.mjs').NatFlags} nat
 * @property {boolean} isDemo
 * @property {boolean} isGuard The defence alone, without telephony.
 * @property {'de' | 'us'} country
 * @property {'de' | 'en' | undefined} language Undefined: what the browser asks for.
 * @property {'debug' | 'info' | 'warn' | 'error'} logLevel
 * @property {number} ringSeconds How long a person's contacts ring.
 * @property {number} drainSeconds How long calls may go on when the server is stopped.
 * @property {string[]} metricsFrom IP addresses besides loopback that may read /metrics.
 * @property {boolean} isTraced Whether the SIP messages of calls are kept for a while.
 */

/** Where the search for a free WebRTC port begins when `--webrtc-port` is not given. */
export const WEBRTC_PORT_DEFAULT = 18_000
/** The smallest RTP range: one call needs two pairs of ports. */
const MEDIA_PORTS_MIN = 4
const PORT_MAX = 65_535
const RING_SECONDS_MAX = 120
/** @type {{name: string, value?: string, fallback?: string, text: string}[]} */
const TABLE = [
  {
    name: 'data',
    value: 'DIR',
    fallback: './data, with --demo ./data-demo',
    text: 'folder for everything that is stored',
  },
  { name: 'http-host', value: 'ADDRESS', fallback: '127.0.0.1', text: 'where the web app listens' },
  { name: 'http-port', value: 'PORT', fallback: '8080', text: 'port of the web app' },
  {
    name: 'sip-host',
    value: 'ADDRESS[,…]',
    fallback: 'loopback and private addresses',
    text: 'where phones register (UDP and TCP)',
  },
  { name: 'sip-port', value: 'PORT', fallback: '5060', text: 'port for phones' },
  { name: 'sip-tls-port', value: 'PORT', fallback: 'the next one', text: 'port for phones over TLS' },
  { name: 'https-port', value: 'PORT', text: 'port of the web app over HTTPS; none unless given' },
  {
    name: 'host-name',
    value: 'NAME[,…]',
    text: 'names of this machine, for the certificate',
  },
  {
    name: 'certificate',
    value: 'FILE',
    text: 'certificate chain in PEM; a local authority makes one otherwise',
  },
  { name: 'certificate-key', value: 'FILE', text: 'its key in PEM' },
  {
    name: 'acme',
    value: 'URL',
    text: 'gets the certificate from this ACME directory, whose terms you accept',
  },
  { name: 'acme-email', value: 'ADDRESS', text: 'where the ACME authority may write to' },
  {
    name: 'acme-challenge',
    value: 'http-01|tls-alpn-01',
    fallback: 'tls-alpn-01',
    text: 'how it checks the names: by port 80 or by port 443 from outside',
  },
  { name: 'media-ports', value: 'FIRST-LAST', fallback: '16000-17999', text: 'UDP range for sound (RTP)' },
  {
    name: 'webrtc-port',
    value: 'PORT',
    fallback: '18000 or the next free one',
    text: 'UDP port for sound of browsers',
  },
  ...NAT_TABLE,
  { name: 'demo', text: 'comes up as "Muster GmbH" with people, calls, and Anna at 101' },
  { name: 'guard', text: 'devices, advisories, cases and evidence alone, beside another phone system' },
  { name: 'country', value: 'de|us', fallback: 'de', text: 'tones and number formats' },
  { name: 'language', value: 'de|en', fallback: 'what the browser asks for', text: 'language of the system' },
  {
    name: 'log-level',
    value: 'debug|info|warn|error',
    fallback: 'info',
    text: 'how much is written to stderr',
  },
  { name: 'ring-seconds', value: 'N', fallback: '25', text: 'how long phones ring before nobody answers' },
  ...OPERATION_FLAGS,
  { name: 'help', text: 'this list' },
]

/** The text of `npm start -- --help`. */
export function helpText() {
  const lines = TABLE.map((flag) => {
    const left = `  --${flag.name}${flag.value ? ` ${flag.value}` : ''}`
    return `${left.padEnd(35)} ${flag.text}${flag.fallback ? ` (default: ${flag.fallback})` : ''}`
  })
  return [
    'npm start [-- FLAGS]   starts Rufwerk and prints one link',
    '',
    ...lines,
    '',
    'A second instance beside the first: npm start -- --data ./other --http-port 8081 --sip-port 5070',
    '',
  ].join('\n')
}

/**
 * @param {readonly string[]} args What the user typed after `npm start --`.
 * @param {{projectFolder: string, currentFolder: string}} folders The default data folder is in the project;
 *   a relative `--data` is relative to where the user stands.
 * @returns {{ok: true, isHelp: boolean, flags: Flags} | {ok: false, message: string}} `message`: one line.
 */
export function parseFlags(args, folders) {
  const read = readArguments(args)
  if (!read.ok) return read
  const { given } = read
  const problems = []
  /** @param {string} name @param {number | undefined} fallback */
  const port = (name, fallback) => {
    const text = given.get(name)
    if (text === undefined) return fallback
    const value = readPort(text)
    if (value === undefined) problems.push(`--${name} takes a port from 1 to ${PORT_MAX}, not "${text}"`)
    return value
  }
  /** @param {string} name @param {readonly string[]} choices @param {string | undefined} fallback */
  const choice = (name, choices, fallback) => {
    const text = given.get(name) ?? fallback
    if (text !== undefined && !choices.includes(text))
      problems.push(`--${name} takes ${choices.join(' or ')}, not "${text}"`)
    return text
  }
  const httpHost = given.get('http-host') ?? '127.0.0.1'
  if (!isHost(httpHost)) problems.push(`--http-host takes an IP address or localhost, not "${httpHost}"`)
  const sipHosts = (given.get('sip-host') ?? '').split(',').filter((host) => host !== '')
  for (const host of sipHosts)
    if (isIP(host) === 0) problems.push(`--sip-host takes IP addresses, not "${host}"`)
  const media = readRange(given.get('media-ports') ?? '16000-17999')
  if (media === undefined)
    problems.push(
      `--media-ports takes FIRST-LAST, ${MEDIA_PORTS_MIN} ports or more, not "${given.get('media-ports')}"`,
    )
  const ringSeconds = given.get('ring-seconds') ?? '25'
  if (!/^[1-9][0-9]{0,2}$/.test(ringSeconds) || Number(ringSeconds) > RING_SECONDS_MAX)
    problems.push(`--ring-seconds takes 1 to ${RING_SECONDS_MAX}, not "${ringSeconds}"`)
  const sipPort = port('sip-port', 5060)
  const flags = {
    data: dataFolder(given, folders),
    httpHost: httpHost === 'localhost' ? '127.0.0.1' : httpHost,
    httpPort: port('http-port', 8080),
    sipHosts,
    sipPort,
    sipTlsPort: port('sip-tls-port', sipPort === undefined ? undefined : sipPort + 1),
    httpsPort: port('https-port', undefined),
    /** @type {string[]} */
    hostNames: [],
    certificateFiles: undefined,
    acme: undefined,
    mediaPortFirst: media?.first,
    mediaPortLast: media?.last,
    webrtcPort: port('webrtc-port', undefined),
    isDemo: given.has('demo'),
    isGuard: given.has('guard'),
    country: choice('country', ['de', 'us'], 'de'),
    language: choice('language', ['de', 'en'], undefined),
    logLevel: choice('log-level', ['debug', 'info', 'warn', 'error'], 'info'),
    ringSeconds: Number(ringSeconds),
  }
  const operation = readOperationFlags(given, folders.currentFolder)
  if (!operation.ok) problems.push(operation.message)
  else Object.assign(flags, operation.value)
  for (const read of [readCertificateFlags(given, folders.currentFolder), readNatFlags(given)])
    if (read.ok) Object.assign(flags, read.value)
    else problems.push(read.message)
  if (flags.sipTlsPort !== undefined && flags.sipTlsPort > PORT_MAX)
    problems.push('--sip-port 65535 leaves no port after it; choose one with --sip-tls-port')
  const clash = problems.length > 0 ? undefined : findClash(flags)
  if (clash) problems.push(clash)
  const [problem] = problems
  if (problem !== undefined) return { ok: false, message: problem }
  return { ok: true, isHelp: given.has('help'), flags: /** @type {Flags} */ (flags) }
}

/**
 * @param {readonly string[]} args @returns {{ok: true, given: Map<string, string>} | {ok: false, message:
 * string}}
 */
function readArguments(args) {
  /** @type {Map<string, string>} */
  const given = new Map()
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? ''
    const match = /^--([a-z-]+)(?:=(.*))?$/s.exec(argument === '-h' ? '--help' : argument)
    const flag = match && TABLE.find((row) => row.name === match[1])
    if (!match || !flag)
      return { ok: false, message: `unknown flag "${argument}"${suggestion(match?.[1])}; --help lists all` }
    if (given.has(flag.name)) return { ok: false, message: `--${flag.name} is given twice` }
    let value = match[2]
    if (flag.value === undefined) {
      if (value !== undefined) return { ok: false, message: `--${flag.name} takes no value` }
      given.set(flag.name, '')
      continue
    }
    if (value === undefined) value = args[++index]
    if (value === undefined || value === '' || value.startsWith('--'))
      return { ok: false, message: `--${flag.name} needs a value: --${flag.name} ${flag.value}` }
    given.set(flag.name, value)
  }
  return { ok: true, given }
}

/** @param {string | undefined} name */
function suggestion(name) {
  if (name === undefined) return ''
  const near = TABLE.find((flag) => flag.name.includes(name) || name.includes(flag.name))
  return near ? ` (--${near.name}?)` : ''
}

/** @param {string} text */
function readPort(text) {
  const value = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0
  return value >= 1 && value <= PORT_MAX ? value : undefined
}

/** @param {string} text */
function readRange(text) {
  const match = /^([0-9]{1,5})-([0-9]{1,5})$/.exec(text)
  const first = readPort(match?.[1] ?? '')
  const last = readPort(match?.[2] ?? '')
  if (first === undefined || last === undefined || last - first + 1 < MEDIA_PORTS_MIN) return undefined
  return { first, last }
}

/** @param {string} host */
function isHost(host) {
  return host === 'localhost' || isIP(host) !== 0
}

/**
 * The demonstration has a folder of its own, so that trying it does not stand in the way of a real start.
 * @param {Map<string, string>} given @param {Parameters<typeof parseFlags>[1]} folders
 */
function dataFolder(given, folders) {
  const data = given.get('data')
  if (data !== undefined) return resolve(folders.currentFolder, data)
  return resolve(folders.projectFolder, given.has('demo') ? 'data-demo' : 'data')
}

/** A name of the DNS, in lower case (RFC 1123 §2.1), or an IP address. */
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/

/**
 * @param {Map<string, string>} given @param {string} currentFolder
 * @returns {{ok: true, value: Partial<Flags>} | {ok: false, message: string}}
 */
function readCertificateFlags(given, currentFolder) {
  const fail = (/** @type {string} */ message) => ({ ok: /** @type {const} */ (false), message })
  const names = (given.get('host-name') ?? '').split(',').filter((name) => name !== '')
  const hostNames = names.map((name) => name.toLowerCase())
  for (const name of hostNames)
    if (isIP(name) === 0 && !HOST_NAME.test(name)) return fail(`--host-name takes host names, not "${name}"`)
  const [file, key, acme] = ['certificate', 'certificate-key', 'acme'].map((name) => given.get(name))
  if ((file === undefined) !== (key === undefined))
    return fail('--certificate and --certificate-key belong together')
  if (file !== undefined && acme !== undefined) return fail('--certificate and --acme exclude each other')
  if (acme === undefined) {
    const alone = ['acme-email', 'acme-challenge'].find((name) => given.has(name))
    if (alone !== undefined) return fail(`--${alone} needs --acme`)
  } else {
    if (!isHttpsUrl(acme)) return fail(`--acme takes an https address, not "${acme}"`)
    if (hostNames.length === 0) return fail('--acme needs --host-name')
  }
  const challenge = given.get('acme-challenge') ?? 'tls-alpn-01'
  if (challenge !== 'http-01' && challenge !== 'tls-alpn-01')
    return fail(`--acme-challenge takes http-01 or tls-alpn-01, not "${challenge}"`)
  if (acme !== undefined && challenge === 'tls-alpn-01' && !given.has('https-port'))
    return fail('--acme-challenge tls-alpn-01 needs --https-port')
  const certificateFiles =
    file === undefined || key === undefined
      ? undefined
      : { certificateFile: resolve(currentFolder, file), keyFile: resolve(currentFolder, key) }
  const order =
    acme === undefined ? undefined : { directoryUrl: acme, email: given.get('acme-email'), challenge }
  return { ok: true, value: { hostNames, certificateFiles, acme: order } }
}

/** @param {string} text */
function isHttpsUrl(text) {
  return URL.canParse(text) && new URL(text).protocol === 'https:'
}

/** What cannot go together: HTTP and SIP over TCP on one port, two of the UDP ports on one, and two ways. */
function findClash(flags) {
  if (flags.isDemo && flags.isGuard) return '--demo and --guard exclude each other'
  /** @type {[string, number | undefined][]} */
  const overTcp = [
    ['--http-port', flags.httpPort],
    ['--https-port', flags.httpsPort],
    ['--sip-port', flags.sipPort],
    ['--sip-tls-port', flags.sipTlsPort],
    ['--turn', flags.nat.turn?.port],
    ['--turn-tls', flags.nat.turn?.tlsPort],
  ]
  for (const [index, [name, port]] of overTcp.entries()) {
    const other = overTcp.slice(index + 1).find((later) => port !== undefined && later[1] === port)
    if (other) return `${name} and ${other[0]} are both ${port}`
  }
  /** @param {number | undefined} port */
  const isMedia = (port) => port !== undefined && port >= flags.mediaPortFirst && port <= flags.mediaPortLast
  const range = `${flags.mediaPortFirst}-${flags.mediaPortLast}`
  if (isMedia(flags.sipPort)) return `--sip-port ${flags.sipPort} lies inside --media-ports ${range}`
  if (isMedia(flags.webrtcPort)) return `--webrtc-port ${flags.webrtcPort} lies inside --media-ports ${range}`
  if (flags.webrtcPort === flags.sipPort) return `--webrtc-port and --sip-port are both ${flags.sipPort}`
  return undefined
}
