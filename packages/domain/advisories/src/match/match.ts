// Whether an installation is affected: by hash, package URL, product with operating system and version,
// range, or file name. Each document says what its surest evidence says; of several documents the strictest
// counts and the others are shown. Scores such as CVSS play no part.
import { isNamedBy } from '../purl.ts'
import { readVersion } from '../versions/client.ts'
import { compareVersions, parseVersion } from '../versions/generic.ts'
import { isInRange } from '../versions/range.ts'
import { type AdvisoryIndex, type Entry, purlKey, sha256Of } from './index-advisories.ts'
import { type Installation, type Known, knownOf } from './installation.ts'
import { isKnownKey, mayBeVendor } from './product-names.ts'
import { type Doubt, EVIDENCE, type Evidence, type Match, type Statement, strictest } from './verdict.ts'

export function match(index: AdvisoryIndex, installation: Installation): Match {
  const known = knownOf(installation)
  const statements = Map.groupBy(statementsAbout(index, known), ({ issuer, advisory, revision }) =>
    JSON.stringify([issuer, advisory, revision]),
  )
  const deciding = [...statements.values()].map(decide)
  const isNothingKnown = known.key === undefined && known.files.length === 0 && known.purl === undefined
  const verdict = isNothingKnown
    ? 'unknown'
    : strictest(deciding.map(([first]) => first?.verdict ?? 'notMentioned'))
  const all = deciding.flat()
  return {
    verdict,
    because: all.filter((statement) => statement.verdict === verdict),
    others: all.filter((statement) => statement.verdict !== verdict),
    isContradicted: new Set(all.map((statement) => statement.verdict)).size > 1,
  }
}

/** What one document says: all statements of its verdict. */
function decide(statements: readonly Statement[]): Statement[] {
  const sure = statements.filter(({ doubt }) => doubt === undefined)
  const best = Math.min(...sure.map(({ by }) => EVIDENCE.indexOf(by)))
  const surest = sure.filter(({ by }) => EVIDENCE.indexOf(by) === best)
  // Bytes and package names are beyond doubt; a version is not, where another entry could not be compared.
  const isBeyondDoubt = surest.some(({ by }) => by === 'hash' || by === 'purl')
  const counting = isBeyondDoubt
    ? surest
    : [...surest, ...statements.filter(({ doubt }) => doubt !== undefined)]
  const verdict = strictest(counting.map((statement) => statement.verdict))
  return counting.filter((statement) => statement.verdict === verdict)
}

function statementsAbout(index: AdvisoryIndex, known: Known): Statement[] {
  const byHash = known.files.flatMap(({ sha256 }) => (sha256 ? (index.byHash.get(sha256) ?? []) : []))
  const found: Statement[] = byHash.map((entry) => say(entry, 'hash'))
  if (known.purl)
    for (const entry of index.byPurl.get(purlKey(known.purl)) ?? []) found.push(...aboutPurl(entry, known))
  if (known.key !== undefined) found.push(...aboutProduct(index.byKey.get(known.key) ?? [], known))
  for (const { name, sha256 } of known.files)
    for (const entry of name === undefined ? [] : (index.byFileName.get(name) ?? []))
      if (!isOtherFile(entry, name, sha256)) found.push(say(entry, 'fileName'))
  return found
}

function say(entry: Entry, by: Evidence, doubt?: Doubt): Statement {
  const inDoubt = doubt ?? (entry.isPart ? 'part-of-another-product' : undefined)
  if (inDoubt === undefined) return { ...entry.origin, verdict: entry.verdict, by }
  return { ...entry.origin, verdict: 'unknown', by, doubt: inDoubt }
}

/** Its checksum is known and is not the one that stands beside this name. */
function isOtherFile({ product }: Entry, name: string | undefined, sha256: string | undefined): boolean {
  const listed = product.files.filter((file) => file.name.toLowerCase() === name)
  return sha256 !== undefined && listed.every(({ hashes }) => sha256Of(hashes) !== undefined)
}

function aboutPurl(entry: Entry, known: Known): Statement[] {
  if (!entry.purl || !known.purl || !isNamedBy(entry.purl, known.purl)) return []
  const { version, range } = entry.product
  if (entry.purl.version !== '' || (version === undefined && range === undefined)) return [say(entry, 'purl')]
  const raw = known.purl.version === '' ? known.rawVersion : known.purl.version
  const parsed = raw === undefined ? 'version-missing' : parseVersion(raw)
  const read = parsed === 'unreadable' ? 'version-unreadable' : parsed
  return aboutVersion(entry, { ...known, rawVersion: raw, version: read })
}

/** All entries of one product; those of one document decide together about a missing operating system. */
function aboutProduct(entries: readonly Entry[], known: Known): Statement[] {
  const own = entries.filter(
    ({ product, key }) => isKnownKey(key ?? '') || mayBeVendor(product.vendor, known.vendor),
  )
  if (known.platform !== undefined)
    return own
      .filter(({ platform }) => platform === undefined || platform === known.platform)
      .flatMap((entry) => aboutVersion(entry, known))
  const documents = Map.groupBy(own, ({ origin }) =>
    JSON.stringify([origin.issuer, origin.advisory, origin.revision]),
  )
  return [...documents.values()].flatMap((document) => withoutPlatform(document, known))
}

/**
 * Where the version is the same on every operating system of the document, it does not matter which it is.
 */
function withoutPlatform(entries: readonly Entry[], known: Known): Statement[] {
  const platforms = new Set(entries.map(({ platform }) => platform))
  const found = entries.flatMap((entry) =>
    aboutVersion(entry, known).map((statement) => ({ statement, platform: entry.platform })),
  )
  const isEverywhere = [...platforms].every((platform) =>
    found.some(
      (other) => other.platform === platform && other.statement.verdict === found[0]?.statement.verdict,
    ),
  )
  return found.flatMap(({ statement, platform }) => {
    if (platform === undefined || isEverywhere || statement.doubt !== undefined) return [statement]
    const isGood = statement.verdict === 'fixed' || statement.verdict === 'notAffected'
    // Good news about one of several systems is no news; bad news has to be asked about.
    return isGood ? [] : [{ ...statement, verdict: 'unknown' as const, doubt: 'platform-missing' as const }]
  })
}

function aboutVersion(entry: Entry, known: Known): Statement[] {
  const { version, range } = entry.product
  if (range !== undefined) return aboutRange(entry, known)
  if (version === undefined) return [say(entry, 'version')]
  const listed = readVersion(version)
  // What the document calls a version cannot be compared, only be the very same text.
  if (listed === 'unreadable')
    return known.rawVersion === version.trim()
      ? [say(entry, 'version')]
      : doubtful(entry, 'version', 'listed-version-unreadable')
  if (typeof known.version === 'string') return doubtful(entry, 'version', known.version)
  if (compareVersions(listed, known.version) === 0) return [say(entry, 'version')]
  const isPreRelease = known.version.preRelease.length > 0 && listed.preRelease.length === 0
  const release = { ...known.version, preRelease: [] }
  if (isPreRelease && compareVersions(listed, release) === 0) return doubtful(entry, 'version', 'pre-release')
  return []
}

function aboutRange(entry: Entry, known: Known): Statement[] {
  const { range } = entry.product
  if (range === undefined) return []
  if ('problem' in range) return doubtful(entry, 'range', `range-${range.problem}`)
  if (range.constraints === '*') return range.scheme === 'invalid' ? [] : [say(entry, 'range')]
  const isDotted = range.scheme === 'vls' || range.scheme === 'generic'
  if (typeof known.version === 'string' && (isDotted || known.version !== 'version-unreadable'))
    return doubtful(entry, 'range', known.version)
  const text = isDotted && typeof known.version !== 'string' ? known.version.text : known.rawVersion
  const isIn = isInRange(range, text ?? '')
  if (typeof isIn !== 'boolean') return doubtful(entry, 'range', `range-${isIn.problem}`)
  return isIn ? [say(entry, 'range')] : []
}

/** That something could be affected is asked about; that it could be clean is not said. */
function doubtful(entry: Entry, by: Evidence, doubt: Doubt): Statement[] {
  const isBad = entry.verdict === 'affected' || entry.verdict === 'underInvestigation'
  return isBad ? [say(entry, by, doubt)] : []
}
