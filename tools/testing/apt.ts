// Programs that tests, bench and promises need and that come from Debian's packages: the one list, and how
// they are installed. Installs only as root and only with apt-get; otherwise says what is missing.
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'

/** Who needs a package. */
export type Need = 'parts' | 'browser' | 'interop' | 'bench'

interface DebianPackage {
  readonly name: string
  /** A file that is there when the package is. */
  readonly proof: string
  readonly needs: readonly Need[]
}

/** Tried with Debian 12. */
const PACKAGES: readonly DebianPackage[] = [
  { name: 'ffmpeg', proof: '/usr/bin/ffmpeg', needs: ['parts'] },
  { name: 'gpgv', proof: '/usr/bin/gpgv', needs: ['parts', 'interop'] },
  { name: 'gpg', proof: '/usr/bin/gpg', needs: ['parts', 'interop'] },
  { name: 'gpg-agent', proof: '/usr/bin/gpg-agent', needs: ['parts', 'interop'] },
  { name: 'openssl', proof: '/usr/bin/openssl', needs: ['parts', 'interop'] },
  { name: 'python3', proof: '/usr/bin/python3', needs: ['parts'] },
  { name: 'busybox', proof: '/usr/bin/busybox', needs: ['parts'] },
  { name: 'curl', proof: '/usr/bin/curl', needs: ['parts'] },
  { name: 'shellcheck', proof: '/usr/bin/shellcheck', needs: ['parts'] },
  { name: 'zsh', proof: '/usr/bin/zsh', needs: ['parts'] },
  { name: 'chromium', proof: '/usr/bin/chromium', needs: ['browser', 'interop', 'bench'] },
  { name: 'sip-tester', proof: '/usr/bin/sipp', needs: ['interop', 'bench'] },
  { name: 'baresip-core', proof: '/usr/bin/baresip', needs: ['interop'] },
  { name: 'nftables', proof: '/usr/sbin/nft', needs: ['interop'] },
  { name: 'iproute2', proof: '/usr/sbin/ip', needs: ['interop'] },
  { name: 'coturn', proof: '/usr/bin/turnserver', needs: ['interop'] },
  { name: 'sipvicious', proof: '/usr/bin/svwar', needs: ['interop'] },
  { name: 'kamailio', proof: '/usr/sbin/kamailio', needs: ['bench', 'interop'] },
  { name: 'gcc', proof: '/usr/bin/gcc', needs: ['bench'] },
  { name: 'libc6-dev', proof: '/usr/include/stdio.h', needs: ['bench'] },
  { name: 'wireshark-common', proof: '/usr/bin/dumpcap', needs: ['bench', 'interop'] },
  { name: 'util-linux', proof: '/usr/bin/taskset', needs: ['bench'] },
]

/** Debian asks this file whether a daemon may start while packages are installed; 101 means no. */
const POLICY = '/usr/sbin/policy-rc.d'
const INSTALL_MS_MAX = 15 * 60_000

export type Installed =
  | { readonly ok: true }
  | { readonly ok: false; readonly missing: readonly string[]; readonly why: string }

export function missingPackages(needs: readonly Need[]): string[] {
  return PACKAGES.filter((entry) => entry.needs.some((need) => needs.includes(need)))
    .filter((entry) => !existsSync(entry.proof))
    .map((entry) => entry.name)
}

/** Installs what is missing, when it may. Says what it does on stderr. */
export function ensurePackages(needs: readonly Need[]): Installed {
  const missing = missingPackages(needs)
  if (missing.length === 0) return { ok: true }
  const byHand = `apt-get install ${missing.join(' ')}`
  if (!existsSync('/usr/bin/apt-get'))
    return { ok: false, missing, why: `needs, as named by Debian: ${missing.join(' ')}` }
  if (process.getuid?.() !== 0) return { ok: false, missing, why: `install as root: ${byHand}` }
  const startedAt = performance.now()
  process.stderr.write(`Installing ${missing.length} Debian packages: ${missing.join(' ')} …\n`)
  const isOurPolicy = !existsSync(POLICY)
  if (isOurPolicy) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    apt(['update', '-qq'])
    apt(['install', '-qq', '-y', '--no-install-recommends', ...missing])
  } finally {
    if (isOurPolicy) rmSync(POLICY, { force: true })
  }
  const still = missingPackages(needs)
  if (still.length > 0)
    return { ok: false, missing: still, why: `could not be installed: ${still.join(' ')}` }
  process.stderr.write(`Installed them in ${Math.round((performance.now() - startedAt) / 1000)} s.\n`)
  return { ok: true }
}

function apt(args: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  // What apt says on stdout goes to stderr: stdout belongs to results.
  spawnSync('/usr/bin/apt-get', ['-o', 'Dpkg::Use-Pty=0', '-o', 'Acquire::Retries=2', ...args], {
    env,
    stdio: ['ignore', 2, 2],
    timeout: INSTALL_MS_MAX,
  })
}
