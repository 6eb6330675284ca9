// The machine: clock, time zone, descriptors, socket buffers. What a system does not say is said to be
// unknown.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { type Finding, fine, warning } from './finding.ts'

const DESCRIPTORS_MIN = 4_096
const BUFFER_BYTES_MIN = 212_992
/** A clock before this has never been set. */
const BUILT_AT = Date.UTC(2026, 0, 1)
const ASK_MS_MAX = 2_000

export async function checkSystem(): Promise<Finding[]> {
  return [await checkClock(), checkZone(), checkDescriptors(), ...checkBuffers()]
}

export async function checkClock(now = Date.now(), ask = isSynchronised): Promise<Finding> {
  const advice = {
    en: 'Turn on time synchronisation: timedatectl set-ntp true',
    de: 'Zeitabgleich einschalten: timedatectl set-ntp true',
  }
  if (now < BUILT_AT)
    return {
      check: 'clock',
      status: 'problem',
      text: { en: 'the clock is wrong', de: 'die Uhr geht falsch' },
      advice,
    }
  const isRight = await ask()
  if (isRight === true) return fine('clock', 'the clock is synchronised', 'die Uhr wird abgeglichen')
  if (isRight === false)
    return warning(
      'clock',
      { en: 'the clock is not synchronised', de: 'die Uhr wird nicht abgeglichen' },
      advice,
    )
  return fine(
    'clock',
    'whether the clock is synchronised is unknown',
    'ob die Uhr abgeglichen wird, ist unbekannt',
  )
}

async function isSynchronised(): Promise<boolean | undefined> {
  try {
    const { stdout } = await promisify(execFile)(
      'timedatectl',
      ['show', '--property=NTPSynchronized', '--value'],
      { timeout: ASK_MS_MAX },
    )
    return stdout.trim() === 'yes'
  } catch {
    return undefined
  }
}

export function checkZone(
  zone: string | undefined = Intl.DateTimeFormat().resolvedOptions().timeZone,
): Finding {
  if (zone !== undefined && zone !== 'Etc/Unknown')
    return fine('time-zone', `time zone ${zone}`, `Zeitzone ${zone}`)
  return warning(
    'time-zone',
    { en: 'the time zone is unknown', de: 'die Zeitzone ist unbekannt' },
    { en: 'timedatectl set-timezone Europe/Berlin', de: 'timedatectl set-timezone Europe/Berlin' },
  )
}

export function checkDescriptors(limits = read('/proc/self/limits')): Finding {
  const text = /^Max open files\s+(\S+)/m.exec(limits ?? '')?.[1]
  if (text === undefined)
    return fine('descriptors', 'limit of open files unknown', 'Grenze offener Dateien unbekannt')
  const count = text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text)
  if (count >= DESCRIPTORS_MIN)
    return fine('descriptors', `open files up to ${text}`, `offene Dateien bis ${text}`)
  return warning(
    'descriptors',
    { en: `only ${text} open files allowed`, de: `nur ${text} offene Dateien erlaubt` },
    {
      en: 'ulimit -n 65536, or LimitNOFILE=65536 in the unit',
      de: 'ulimit -n 65536 oder LimitNOFILE=65536 in der Unit',
    },
  )
}

function checkBuffers(): Finding[] {
  return ['rmem_max', 'wmem_max'].map((name) => checkBuffer(name, read(`/proc/sys/net/core/${name}`)))
}

export function checkBuffer(name: string, text: string | undefined): Finding {
  const check = `socket-buffer-${name.startsWith('r') ? 'receive' : 'send'}`
  if (text === undefined) return fine(check, `${name} unknown`, `${name} unbekannt`)
  const bytes = Number(text)
  if (bytes >= BUFFER_BYTES_MIN) return fine(check, `${name} is ${bytes}`, `${name} ist ${bytes}`)
  return warning(
    check,
    { en: `${name} is only ${bytes} bytes`, de: `${name} ist nur ${bytes} Byte` },
    {
      en: `sysctl -w net.core.${name}=${BUFFER_BYTES_MIN}`,
      de: `sysctl -w net.core.${name}=${BUFFER_BYTES_MIN}`,
    },
  )
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
