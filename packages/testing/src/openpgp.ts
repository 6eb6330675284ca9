// Somebody with an OpenPGP key of GnuPG's, in a folder of its own: signs as issuers of advisories do.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from '@rufwerk/core'

export class OpenPgpSigner {
  /** The public key, in armor. */
  readonly publicKey: string
  /** As GnuPG says it: 40 hexadecimal digits. */
  readonly fingerprint: string
  readonly #home: string

  constructor(name: string, kind: 'ed25519' | 'rsa2048' = 'ed25519') {
    this.#home = mkdtempSync(join(tmpdir(), 'rufwerk-openpgp-'))
    this.#gpg([
      '--passphrase',
      '',
      '--quick-generate-key',
      `${name} <security@example.org>`,
      kind,
      'sign',
      'never',
    ])
    this.publicKey = this.#gpg(['--armor', '--export'])
    const [, fingerprint = ''] =
      /^fpr:+([0-9A-F]{40}):$/m.exec(this.#gpg(['--with-colons', '--list-keys'])) ?? []
    this.fingerprint = fingerprint
  }

  /** A detached signature, in armor. */
  sign(text: string, digest: 'SHA512' | 'SHA1' = 'SHA512'): string {
    return this.#gpg(['--armor', '--detach-sign', '--digest-algo', digest], text)
  }

  /** Its agent ends, and its folder goes. */
  [Symbol.dispose](): void {
    spawnSync('gpgconf', ['--homedir', this.#home, '--kill', 'gpg-agent'])
    rmSync(this.#home, { recursive: true, force: true })
  }

  #gpg(args: readonly string[], input = ''): string {
    const settings = ['--homedir', this.#home, '--batch', '--yes', '--allow-weak-digest-algos']
    const { status, stdout, stderr, error } = spawnSync('gpg', [...settings, ...args], {
      input,
      encoding: 'utf8',
    })
    assert(status === 0, `gpg: ${error?.message ?? stderr}`)
    return stdout
  }
}
