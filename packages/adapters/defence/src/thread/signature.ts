// Whose OpenPGP signature a document carries, by gpgv: a small program of Debian's that does nothing else and
// that apt itself needs. It asks no network and keeps nothing.
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fail, ok, type Result } from '@rufwerk/core'
import { GPGV_MS_MAX, GPGV_OUTPUT_MAX, SIGNATURE_CHARS_MAX } from '../limits.ts'
import type { PublicKey } from '../openpgp-key.ts'

/** `no-gpgv`: nobody can say, as the program is not there. */
export type Unproven = 'no-gpgv' | 'no-signature' | 'bad-signature'

/**
 * The fingerprint of the primary key of these that has signed. Every signature in the file must be good: a
 * file with another one beside is refused. SHA-1 and MD5 count as no signature.
 */
export async function signerOf(
  document: string,
  signature: string,
  keys: readonly PublicKey[],
): Promise<Result<string, Unproven>> {
  if (signature.length > SIGNATURE_CHARS_MAX) return fail('bad-signature')
  const folder = await mkdtemp(join(tmpdir(), 'rufwerk-signature-'))
  try {
    const file = (name: string): string => join(folder, name)
    await writeFile(file('keys.gpg'), Buffer.concat(keys.map(({ bytes }) => bytes)))
    await writeFile(file('document'), document)
    await writeFile(file('signature'), signature)
    const said = await run(folder, [
      ...['--homedir', folder, '--keyring', file('keys.gpg'), '--weak-digest', 'SHA1', '--status-fd', '1'],
      ...[file('signature'), file('document')],
    ])
    if (said === undefined) return fail('no-gpgv')
    const valid = said.isGood ? /^\[GNUPG:\] VALIDSIG .* ([0-9A-F]{40})$/m.exec(said.text)?.[1] : undefined
    const signer = keys.find(({ fingerprint }) => fingerprint === valid)
    return signer ? ok(signer.fingerprint) : fail('bad-signature')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The same where nothing was signed, or nobody's signature is asked for. */
export function signerOfAny(
  document: string,
  signature: string | undefined,
  keys: readonly PublicKey[],
): Promise<Result<string, Unproven>> {
  if (signature === undefined || keys.length === 0) return Promise.resolve(fail('no-signature'))
  return signerOf(document, signature, keys)
}

function run(cwd: string, args: string[]): Promise<{ isGood: boolean; text: string } | undefined> {
  const { promise, resolve } = Promise.withResolvers<{ isGood: boolean; text: string } | undefined>()
  const env = { PATH: '/usr/bin:/bin:/usr/local/bin', LC_ALL: 'C' }
  const child = spawn('gpgv', args, { cwd, env, stdio: ['ignore', 'pipe', 'ignore'], timeout: GPGV_MS_MAX })
  let text = ''
  child.stdout.setEncoding('latin1').on('data', (piece: string) => {
    if (text.length < GPGV_OUTPUT_MAX) text += piece
  })
  child.on('error', () => resolve(undefined))
  child.on('close', (code) => resolve({ isGood: code === 0, text }))
  return promise
}
