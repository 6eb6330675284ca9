// Versions of Debian packages (deb-version(7)) and of RPM (rpm-version(7)): epoch, version, release.
import { compareDigits, compareTexts } from './generic.ts'

export interface PackageVersion {
  readonly epoch: string
  readonly version: string
  readonly release: string
}

const DEB = /^(?:(\d{1,9}):)?(\d[A-Za-z0-9.+~:-]*?)(?:-([A-Za-z0-9.+~]+))?$/

export function parseDeb(text: string): PackageVersion | undefined {
  const match = DEB.exec(text)
  if (!match) return undefined
  const [, epoch, version = '', release = ''] = match
  // A colon may stand in the version only where there is an epoch.
  if (epoch === undefined && version.includes(':')) return undefined
  return { epoch: epoch ?? '0', version, release }
}

export function compareDeb(a: PackageVersion, b: PackageVersion): number {
  return (
    compareDigits(a.epoch, b.epoch) ||
    compareDebParts(a.version, b.version) ||
    compareDebParts(a.release, b.release)
  )
}

/** By turns what is no digit and what is one; a tilde is older than the end. */
function compareDebParts(a: string, b: string): number {
  let [left, right] = [a, b]
  while (left !== '' || right !== '') {
    const [leftText, rightText] = [/^\D*/.exec(left)?.[0] ?? '', /^\D*/.exec(right)?.[0] ?? '']
    const byText = compareDebTexts(leftText, rightText)
    if (byText !== 0) return byText
    left = left.slice(leftText.length)
    right = right.slice(rightText.length)
    const [leftDigits, rightDigits] = [/^\d*/.exec(left)?.[0] ?? '', /^\d*/.exec(right)?.[0] ?? '']
    const byNumber = compareDigits(leftDigits, rightDigits)
    if (byNumber !== 0) return byNumber
    left = left.slice(leftDigits.length)
    right = right.slice(rightDigits.length)
  }
  return 0
}

function compareDebTexts(a: string, b: string): number {
  const rank = (character: string | undefined) => {
    if (character === undefined) return 0
    if (character === '~') return -1
    const code = character.charCodeAt(0)
    return /[A-Za-z]/.test(character) ? code : code + 256
  }
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = rank(a[index]) - rank(b[index])
    if (difference !== 0) return Math.sign(difference)
  }
  return 0
}

const RPM = /^(?:(\d{1,9}):)?([A-Za-z0-9._+~^]+)(?:-([A-Za-z0-9._+~^]+))?$/

export function parseRpm(text: string): PackageVersion | undefined {
  const match = RPM.exec(text)
  if (!match) return undefined
  return { epoch: match[1] ?? '0', version: match[2] ?? '', release: match[3] ?? '' }
}

/** A release that only one of both names does not count, as rpm itself does it. */
export function compareRpm(a: PackageVersion, b: PackageVersion): number {
  const byVersion = compareDigits(a.epoch, b.epoch) || compareRpmParts(a.version, b.version)
  if (byVersion !== 0 || a.release === '' || b.release === '') return byVersion
  return compareRpmParts(a.release, b.release)
}

const SEGMENT = /\d+|[A-Za-z]+|[~^]/g

function compareRpmParts(a: string, b: string): number {
  const [left, right] = [a.match(SEGMENT) ?? [], b.match(SEGMENT) ?? []]
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = compareSegments(left[index], right[index])
    if (difference !== 0) return difference
  }
  return 0
}

/** A tilde is older than anything and the end; a caret is newer than the end and older than the rest. */
function compareSegments(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0
  for (const mark of ['~', '^']) {
    if (a === mark) return mark === '^' && b === undefined ? 1 : -1
    if (b === mark) return mark === '^' && a === undefined ? -1 : 1
  }
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1
  const [isNumber, isOtherNumber] = [/^\d/.test(a), /^\d/.test(b)]
  if (isNumber !== isOtherNumber) return isNumber ? 1 : -1
  return isNumber ? compareDigits(a, b) : compareTexts(a, b)
}
