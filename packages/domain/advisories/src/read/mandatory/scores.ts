// CSAF 2.0 §6.1.9 and §6.1.10: what stands beside a CVSS vector follows from it. (§6.1.8, its shape, is
// checked with the shape of the document.)
import type { Csaf, Cvss } from '../csaf.ts'
import { scoresOf, severityOf } from '../cvss.ts'
import { METRICS_2, METRICS_3 } from '../cvss-metrics.ts'
import type { MandatoryTest } from './test.ts'

function everyCvss(csaf: Csaf, find: (cvss: Cvss, pointer: string) => readonly string[]): string[] {
  return (csaf.vulnerabilities ?? []).flatMap(({ scores = [] }, index) =>
    scores.flatMap((score, at) =>
      (['cvss_v2', 'cvss_v3'] as const).flatMap((name) => {
        const cvss = score[name]
        return cvss ? find(cvss, `/vulnerabilities/${index}/scores/${at}/${name}`) : []
      }),
    ),
  )
}

function miscalculated(cvss: Cvss, pointer: string): string[] {
  const scores = scoresOf(cvss.vectorString, cvss.version)
  const other = scoresOf(cvss.vectorString, cvss.version, 'down')
  if (!scores || !other) return []
  return (['base', 'temporal', 'environmental'] as const).flatMap((name) => {
    const [score, severity] = [cvss[`${name}Score`], cvss[`${name}Severity`]]
    const found: string[] = []
    if (score !== undefined && score !== scores[name] && score !== other[name])
      found.push(`${pointer}/${name}Score`)
    const hasSeverity = severity !== undefined && cvss.version !== '2.0'
    if (hasSeverity && severity !== severityOf(scores[name])) found.push(`${pointer}/${name}Severity`)
    return found
  })
}

function inconsistent(cvss: Cvss, pointer: string): string[] {
  const metrics = cvss.version === '2.0' ? METRICS_2 : METRICS_3
  const found = cvss.vectorString.split('/').flatMap((part) => {
    const [name, value] = part.split(':')
    const metric = metrics.find(([, short]) => short === name)
    const given = metric && cvss[metric[0]]
    // A value of the vector that has no name in JSON contradicts nothing.
    if (!metric || typeof given !== 'string' || !Object.values(metric[2]).includes(value ?? '')) return []
    return metric[2][given] === value ? [] : [`${pointer}/${metric[0]}`]
  })
  return [...new Set(found)]
}

export const SCORE_TESTS: readonly MandatoryTest[] = [
  {
    id: '6.1.9',
    de: 'Dieser Wert folgt nicht aus dem CVSS-Vektor.',
    en: 'This value does not follow from the CVSS vector.',
    find: (csaf) => everyCvss(csaf, miscalculated),
  },
  {
    id: '6.1.10',
    de: 'Diese Angabe widerspricht dem CVSS-Vektor.',
    en: 'This field contradicts the CVSS vector.',
    find: (csaf) => everyCvss(csaf, inconsistent),
  },
]
