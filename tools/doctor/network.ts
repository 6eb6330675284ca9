// The ports, free or answered by our server; what the server says of itself; its certificate; names.
import { X509Certificate } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { connect, createServer, isIP } from 'node:net'
import { join } from 'node:path'
import { type Finding, fine, problem, reasonOf, type Words, warning } from './finding.ts'

export interface Places {
  readonly data: string
  readonly httpHost: string
  readonly httpPort: number
  /** Empty: loopback stands for all. */
  readonly sipHosts: readonly string[]
  readonly sipPort: number
  readonly hostNames: readonly string[]
}

const ANSWER_MS_MAX = 3_000
const DAY_MS = 86_400_000
const SOON_DAYS = 7
const LOOPBACK = '127.0.0.1'

export async function checkNetwork(places: Places, isUp: boolean): Promise<Finding[]> {
  const { httpHost, httpPort, sipHosts, sipPort } = places
  const sipHost = sipHosts[0] ?? LOOPBACK
  const found: Finding[] = []
  if (isUp) {
    found.push(await checkServer(places), await checkAnswered('sip-port', sipHost, sipPort))
  } else {
    // One after the other: a look at a port takes it for a moment.
    found.push(await checkFree('http-port', httpHost, httpPort, isTcpFree))
    found.push(await checkFree('sip-port', sipHost, sipPort, isTcpFree))
    found.push(await checkFree('sip-port-udp', sipHost, sipPort, isUdpFree))
  }
  return [...found, checkCertificates(places.data), ...(await checkNames(places.hostNames))]
}

async function checkFree(
  check: string,
  host: string,
  port: number,
  isFree: (host: string, port: number) => Promise<boolean>,
): Promise<Finding> {
  const where = `${host} ${port}`
  if (await isFree(host, port)) return fine(check, `port ${where} is free`, `Port ${where} ist frei`)
  const flag = check.startsWith('http') ? '--http-port' : '--sip-port'
  return problem(
    check,
    { en: `port ${where} is taken`, de: `Port ${where} ist belegt` },
    {
      en: `Stop the other program, or choose another with ${flag}.`,
      de: `Das andere Programm anhalten oder mit ${flag} einen anderen wählen.`,
    },
  )
}

function isTcpFree(host: string, port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen({ host, port }, () => server.close(() => resolve(true)))
  })
}

function isUdpFree(host: string, port: number): Promise<boolean> {
  const socket = createSocket({ type: isIP(host) === 6 ? 'udp6' : 'udp4' })
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false))
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(true)))
  })
}

function checkAnswered(check: string, host: string, port: number): Promise<Finding> {
  const where = `${host} ${port}`
  const silent = problem(
    check,
    { en: `nobody answers at port ${where}`, de: `an Port ${where} antwortet niemand` },
    {
      en: 'Give the doctor the same flags as npm start.',
      de: 'Dem Doktor dieselben Schalter geben wie npm start.',
    },
  )
  const socket = connect({ host, port, timeout: ANSWER_MS_MAX })
  return new Promise<Finding>((resolve) => {
    socket.once('connect', () => resolve(fine(check, `port ${where} answers`, `Port ${where} antwortet`)))
    for (const event of ['error', 'timeout']) socket.once(event, () => resolve(silent))
  }).finally(() => socket.destroy())
}

const REASONS: Readonly<Record<string, Words>> = {
  draining: { en: 'it is about to stop', de: 'er wird gerade beendet' },
  'store-failing': { en: 'it cannot write its database', de: 'er kann seine Datenbank nicht schreiben' },
  'store-overloaded': { en: 'its database is behind', de: 'seine Datenbank kommt nicht nach' },
  'media-missing': {
    en: 'the process for sound does not answer',
    de: 'der Prozess für den Ton antwortet nicht',
  },
}

async function checkServer({ httpHost, httpPort }: Places): Promise<Finding> {
  const host = httpHost === '0.0.0.0' ? LOOPBACK : httpHost === '::' ? '::1' : httpHost
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${httpPort}/healthz`
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(ANSWER_MS_MAX) })
    const { reasons = [] } = (await answer.json()) as { reasons?: string[] }
    if (answer.status === 200)
      return fine('server', 'the server runs, sound included', 'der Server läuft, auch der Ton')
    const said = reasons.map((reason) => REASONS[reason] ?? { en: reason, de: reason })
    return problem(
      'server',
      {
        en: `the server takes no calls: ${said.map(({ en }) => en).join(', ')}`,
        de: `der Server nimmt keine Anrufe an: ${said.map(({ de }) => de).join(', ')}`,
      },
      { en: 'Its log says more.', de: 'Sein Protokoll sagt mehr.' },
    )
  } catch (error) {
    const why = reasonOf(error)
    return problem(
      'server',
      {
        en: `the data folder is in use, but ${address} does not answer (${why})`,
        de: `der Datenordner ist in Benutzung, aber ${address} antwortet nicht (${why})`,
      },
      {
        en: 'Give the doctor the same flags as npm start.',
        de: 'Dem Doktor dieselben Schalter geben wie npm start.',
      },
    )
  }
}

/** The certificates that we made or fetched; files of --certificate are watched by the server. */
export function checkCertificates(data: string, now = Date.now()): Finding {
  const folder = join(data, 'certificates')
  const check = 'certificate'
  if (!existsSync(folder)) return fine(check, 'no certificate yet', 'noch kein Zertifikat')
  const ends: number[] = []
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.pem'))) {
    const text = readFileSync(join(folder, name), 'utf8')
    const at = text.indexOf('-----BEGIN CERTIFICATE-----')
    if (at >= 0) ends.push(new X509Certificate(text.slice(at)).validToDate.getTime())
  }
  if (ends.length === 0) return fine(check, 'no certificate yet', 'noch kein Zertifikat')
  const days = Math.floor((Math.min(...ends) - now) / DAY_MS)
  const advice = {
    en: 'Start Rufwerk and leave it running: it renews by itself. Its alarms say what hinders it.',
    de: 'Rufwerk laufen lassen: es erneuert selbst. Die Warnungen sagen, was es hindert.',
  }
  if (days < 0)
    return problem(check, { en: 'a certificate has expired', de: 'ein Zertifikat ist abgelaufen' }, advice)
  const text = { en: `certificates for ${days} more days`, de: `Zertifikate für weitere ${days} Tage` }
  return days < SOON_DAYS ? warning(check, text, advice) : fine(check, text.en, text.de)
}

async function checkNames(names: readonly string[]): Promise<Finding[]> {
  const wanted = ['localhost', ...names.filter((name) => isIP(name) === 0)]
  return Promise.all(
    wanted.map(async (name): Promise<Finding> => {
      try {
        const { address } = await lookup(name)
        return fine('dns', `${name} is ${address}`, `${name} ist ${address}`)
      } catch (error) {
        return problem(
          'dns',
          { en: `the name ${name} leads nowhere`, de: `der Name ${name} führt nirgendwohin` },
          { en: `Enter it in the DNS (${reasonOf(error)}).`, de: `Im DNS eintragen (${reasonOf(error)}).` },
        )
      }
    }),
  )
}
