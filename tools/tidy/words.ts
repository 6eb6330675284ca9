// What may not stand in any tracked file: notes for later, places of one machine, registry hosts, secrets,
// and the name of another product outside the places that state facts about it.
import type { Offence, SourceTree } from './tree.ts'

interface Pattern {
  readonly rule: string
  readonly pattern: RegExp
  readonly message: string
  /** Files in which it is allowed. */
  readonly except?: RegExp
}

/** Written in two halves, so that this file does not offend against itself. */
const half = (first: string, second: string, flags?: string) => new RegExp(first + second, flags)

const PATTERNS: readonly Pattern[] = [
  {
    rule: 'later',
    pattern: half('\\b(TO', 'DO|FIX' + 'ME)\\b'),
    message: 'do it now, or open an issue',
    // The rule itself may be explained.
    except: /^CONTRIBUTING\.md$/,
  },
  {
    rule: 'machine-path',
    pattern: half('(^|[^A-Za-z0-9.])/(wo', 'rk|fa' + 'rm|ro' + 'ot|ho' + 'me)/[A-Za-z]'),
    message: 'a path of one machine',
    except: /^package-lock\.json$/,
  },
  {
    rule: 'registry-host',
    pattern: half('registry\\.(npm', 'js|yarn' + 'pkg)|deb\\.deb' + 'ian\\.org'),
    message: 'a registry is configured by the user',
  },
  {
    rule: 'other-product',
    pattern: half('3C', 'X'),
    message: 'only where facts or compatibility are stated',
    except:
      /^package-lock\.json$|^[A-Z]+(\.de)?\.md$|^docs\/|^packages\/domain\/(fleet|advisories|collectors|indicators)\/|^fuzz\/targets\/defence\/|^tools\/(promises\/|test\/exposure)/,
  },
  {
    rule: 'type-check-off',
    pattern: half('@ts-(ig', 'nore|expect-' + 'error|no' + 'check)'),
    message: 'types are checked everywhere',
  },
]

const SECRETS: readonly RegExp[] = [
  half('-----BEGIN [A-Z ]*PRI', 'VATE KEY-----'),
  half('\\bAK', 'IA[0-9A-Z]{16}\\b'),
  half('\\bgh[pousr]', '_[A-Za-z0-9]{36}'),
  half('\\bnpm', '_[A-Za-z0-9]{36}\\b'),
  half('\\bxox[bap]', '-[A-Za-z0-9-]{20}'),
  half('\\b_auth', 'Token\\s*='),
]

export function checkWords(tree: SourceTree): Offence[] {
  const offences: Offence[] = []
  for (const path of tree.paths) {
    const text = tree.text(path)
    if (text === undefined) continue
    const patterns = PATTERNS.filter((pattern) => !pattern.except?.test(path))
    const all = [
      ...patterns,
      ...SECRETS.map((pattern) => ({ rule: 'secret', pattern, message: 'looks like a secret' })),
    ]
    for (const { rule, pattern, message } of all) {
      // The whole text first: nearly every file is clean.
      if (!new RegExp(pattern.source, `${pattern.flags}m`).test(text)) continue
      for (const [index, line] of tree.lines(path).entries())
        if (pattern.test(line)) offences.push({ where: `${path}:${index + 1}`, rule, message })
    }
  }
  return offences
}
