// The flags for those who run it: how it stops, who may look at figures, what is kept for finding mistakes.
import { isIP } from 'node:net'
import { resolve } from 'node:path'

const DRAIN_SECONDS_MAX = 3_600

/** @type {{name: string, value?: string, fallback?: string, text: string}[]} */
export const OPERATION_FLAGS = [
  {
    name: 'drain-seconds',
    value: 'N',
    fallback: '0',
    text: 'how long calls may go on when it is stopped; new ones are refused',
  },
  {
    name: 'backup-folder',
    value: 'DIR',
    fallback: 'backups in the data folder',
    text: 'where encrypted backups are kept; better on another disk',
  },
  {
    name: 'metrics-from',
    value: 'ADDRESS[,…]',
    fallback: 'this machine',
    text: 'who else may read /metrics',
  },
  {
    name: 'sip-trace',
    value: 'on|off',
    fallback: 'on',
    text: 'keep the last SIP messages of calls in memory',
  },
]

/**
 * @param {Map<string, string>} given @param {string} currentFolder
 * @returns {{ok: true, value: {drainSeconds: number, backupFolder: string | undefined, metricsFrom: string[],
 *   isTraced: boolean}} |
 *   {ok: false, message: string}}
 */
export function readOperationFlags(given, currentFolder) {
  const fail = (/** @type {string} */ message) => ({ ok: /** @type {const} */ (false), message })
  const drain = given.get('drain-seconds') ?? '0'
  if (!/^[0-9]{1,4}$/.test(drain) || Number(drain) > DRAIN_SECONDS_MAX)
    return fail(`--drain-seconds takes 0 to ${DRAIN_SECONDS_MAX}, not "${drain}"`)
  const metricsFrom = (given.get('metrics-from') ?? '').split(',').filter((address) => address !== '')
  for (const address of metricsFrom)
    if (isIP(address) === 0) return fail(`--metrics-from takes IP addresses, not "${address}"`)
  const trace = given.get('sip-trace') ?? 'on'
  if (trace !== 'on' && trace !== 'off') return fail(`--sip-trace takes on or off, not "${trace}"`)
  const folder = given.get('backup-folder')
  const backupFolder = folder === undefined ? undefined : resolve(currentFolder, folder)
  const isTraced = trace === 'on'
  return { ok: true, value: { drainSeconds: Number(drain), backupFolder, metricsFrom, isTraced } }
}
