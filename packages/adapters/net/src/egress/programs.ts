// The programs that the server starts, and no others: it needs no shell.

const CHECKS_SIGNATURES = ['gpgv', '/usr/bin/gpgv']
const RELAY = '/usr/bin/turnserver'
/** Ends the relay with us. */
const SET_PRIVILEGES = '/usr/bin/setpriv'
const RELAY_TIED = ['--pdeathsig', 'TERM', '--', RELAY]

export function mayStart(program: string, args: readonly string[]): boolean {
  if (CHECKS_SIGNATURES.includes(program)) return true
  if (program === SET_PRIVILEGES) return RELAY_TIED.every((one, at) => args[at] === one)
  return program === RELAY
}
