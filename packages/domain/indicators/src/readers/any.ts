// One document of indicators in whichever format it is.
import { LIMITS, type Reading } from '../model.ts'
import { Collected } from '../remarks.ts'
import { isCsaf, readCsaf } from './csaf.ts'
import { parseJson } from './json.ts'
import { isCsvHeader, readCsv, readList, type Source } from './list.ts'
import { readSigma } from './sigma.ts'
import { isStix, readStix } from './stix.ts'

export function readIndicators(text: string, source: Source): Reading {
  const found = new Collected()
  if (text.length > LIMITS.document) {
    found.remark('document-too-large', '/')
    return found.reading('unknown')
  }
  if (/^\uFEFF?\s*\{/.test(text)) {
    const parsed = parseJson(text)
    if (parsed.ok && isStix(parsed.value)) return readStix(text, source)
    if (parsed.ok && isCsaf(parsed.value)) return readCsaf(text, source)
    if (parsed.ok) found.remark('not-this-format', '/', 'CSAF 2.0, STIX 2.1')
    else found.remark(parsed.error.code, '/', parsed.error.about)
    return found.reading('unknown')
  }
  if (/^detection:/m.test(text) && /^logsource:/m.test(text)) return readSigma(text, source)
  const first =
    text
      .slice(0, LIMITS.lineChars)
      .replace(/^\uFEFF/, '')
      .split(/[\r\n]/)[0] ?? ''
  return isCsvHeader(first) ? readCsv(text, source) : readList(text, source)
}
