// CSAF 2.0 §6.1.14, §6.1.16 to §6.1.22 and §6.1.30: versions and history of the document itself.

import type { Csaf, Revision } from '../csaf.ts'
import {
  compareDocumentVersions,
  isSemantic,
  majorOf,
  preReleaseOf,
  withoutBuild,
} from '../document-version.ts'
import { type MandatoryTest, repeated } from './test.ts'

const HISTORY = '/document/tracking/revision_history'

/** Oldest first; at the same time by version. */
function byDate(history: readonly Revision[]): Revision[] {
  return [...history].sort(
    (a, b) => Date.parse(a.date) - Date.parse(b.date) || compareDocumentVersions(a.number, b.number),
  )
}

function isNotAscending({ document }: Csaf): string[] {
  const sorted = byDate(document.tracking.revision_history)
  const isFalling = sorted.some(({ number }, index) => {
    const before = sorted[index - 1]
    return before !== undefined && compareDocumentVersions(before.number, number) > 0
  })
  return isFalling ? [HISTORY] : []
}

function isNotLatest({ document }: Csaf): string[] {
  const { tracking } = document
  const plain = (version: string) =>
    tracking.status === 'draft' ? (version.split(/[+-]/)[0] ?? '') : withoutBuild(version)
  const latest = byDate(tracking.revision_history).at(-1)
  return latest && plain(latest.number) !== plain(tracking.version) ? ['/document/tracking/version'] : []
}

function isUnfinished({ document }: Csaf): string[] {
  const { status, version } = document.tracking
  const isBeforeFirst = majorOf(version) === 0 || preReleaseOf(version) !== ''
  return status !== 'draft' && isBeforeFirst ? ['/document/tracking/status'] : []
}

function historyBeforeFirst({ document }: Csaf): string[] {
  const { status, revision_history } = document.tracking
  if (status === 'draft') return []
  return revision_history.flatMap(({ number }, index) =>
    majorOf(number) === 0 ? [`${HISTORY}/${index}/number`] : [],
  )
}

function historyPreReleases({ document }: Csaf): string[] {
  return document.tracking.revision_history.flatMap(({ number }, index) =>
    preReleaseOf(number) === '' ? [] : [`${HISTORY}/${index}/number`],
  )
}

function preRelease({ document }: Csaf): string[] {
  const { status, version } = document.tracking
  return status !== 'draft' && preReleaseOf(version) !== '' ? ['/document/tracking/version'] : []
}

function gaps({ document }: Csaf): string[] {
  const majors = byDate(document.tracking.revision_history).map(({ number }) => majorOf(number))
  const distinct = [...new Set(majors)]
  const first = distinct[0] ?? 0
  const isStartWrong = first > 1
  const isGap = distinct.some((major, index) => major > first + index)
  return isStartWrong || isGap ? [HISTORY] : []
}

function repeatedNumbers({ document }: Csaf): string[] {
  return repeated(
    document.tracking.revision_history.map(({ number }, index) => ({ number, index })),
    ({ number }) => number,
    ({ index }) => `${HISTORY}/${index}/number`,
  )
}

function mixedVersions({ document }: Csaf): string[] {
  const { version, revision_history } = document.tracking
  const isOther = (number: string) => isSemantic(number) !== isSemantic(version)
  return revision_history.flatMap(({ number }, index) =>
    isOther(number) ? [`${HISTORY}/${index}/number`] : [],
  )
}

export const TRACKING_TESTS: readonly MandatoryTest[] = [
  {
    id: '6.1.14',
    de: 'Nach Datum geordnet steigen die Versionen nicht.',
    en: 'Sorted by date the versions do not rise.',
    find: isNotAscending,
  },
  {
    id: '6.1.16',
    de: 'Die Version des Dokuments ist nicht die seiner letzten Änderung.',
    en: 'The version of the document is not the one of its last revision.',
    find: isNotLatest,
  },
  {
    id: '6.1.17',
    de: 'Eine Vorversion muss als Entwurf gekennzeichnet sein.',
    en: 'A version before the first must be marked as a draft.',
    find: isUnfinished,
  },
  {
    id: '6.1.18',
    de: 'In der Geschichte eines veröffentlichten Dokuments steht Version 0.',
    en: 'The history of a published document has a version 0.',
    find: historyBeforeFirst,
  },
  {
    id: '6.1.19',
    de: 'In der Geschichte steht eine Vorabversion.',
    en: 'The history has a pre-release.',
    find: historyPreReleases,
  },
  {
    id: '6.1.20',
    de: 'Nur ein Entwurf darf eine Vorabversion sein.',
    en: 'Only a draft may be a pre-release.',
    find: preRelease,
  },
  {
    id: '6.1.21',
    de: 'In der Geschichte fehlt eine Version.',
    en: 'A version is missing in the history.',
    find: gaps,
  },
  {
    id: '6.1.22',
    de: 'Diese Version steht schon in der Geschichte.',
    en: 'This version stands in the history already.',
    find: repeatedNumbers,
  },
  {
    id: '6.1.30',
    de: 'Ganze Zahlen und semantische Versionen sind gemischt.',
    en: 'Integers and semantic versions are mixed.',
    find: mixedVersions,
  },
]
