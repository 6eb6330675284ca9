// What an import could not take over: where, and a sentence for people. Nothing is left out in silence.
import { REMARKS_MAX } from '../limits.ts'
import type { DeviceReport } from '../report.ts'

export const PROBLEMS = {
  'too-long': {
    de: 'Die Datei ist länger, als ein Import sein darf.',
    en: 'The file is longer than an import may be.',
  },
  empty: { de: 'Die Datei ist leer.', en: 'The file is empty.' },
  'no-header': {
    de: 'In der ersten Zeile steht keine Spalte, die ein Gerät nennt (zum Beispiel „Hostname“, „Seriennummer“).',
    en: 'The first line has no column that names a device (such as "hostname" or "serial number").',
  },
  'no-devices': {
    de: 'Diese Liste zählt Programme zusammen und nennt keine Geräte. Exportieren Sie die Rohdaten je Gerät.',
    en: 'This list adds programs up and names no devices. Export the raw data per device.',
  },
  'column-unknown': { de: 'Diese Spalte wird nicht übernommen.', en: 'This column is not taken over.' },
  quote: {
    de: 'Ein Anführungszeichen in dieser Zeile wird nicht geschlossen. Die Zeile wurde nicht gelesen.',
    en: 'A quotation mark in this line is not closed. The line was not read.',
  },
  long: {
    de: 'Die Zeile ist zu lang oder hat zu viele Spalten. Sie wurde nicht gelesen.',
    en: 'The line is too long or has too many columns. It was not read.',
  },
  nameless: {
    de: 'Die Zeile nennt kein Gerät. Sie wurde nicht gelesen.',
    en: 'The line names no device. It was not read.',
  },
  'rows-left': { de: 'Von hier an wurde nicht weitergelesen.', en: 'Nothing was read from here on.' },
  json: { de: 'Das ist kein gültiges JSON.', en: 'This is no valid JSON.' },
  'row-unknown': {
    de: 'Diese Zeile hat keine Form, die osquery schreibt. Sie wurde nicht gelesen.',
    en: 'This row has no shape that osquery writes. It was not read.',
  },
} as const
export type Problem = keyof typeof PROBLEMS

export interface Remark {
  /** From 1; 0: the file. */
  readonly line: number
  readonly problem: Problem
  /** What stood there: the name of a column. */
  readonly what?: string
}

export interface Imported {
  readonly reports: readonly DeviceReport[]
  readonly remarks: readonly Remark[]
  /** Remarks beyond the limit. */
  readonly remarksLeft: number
  /** Rows that were not read: what they said is unknown. */
  readonly unread: number
}

export class Remarks {
  readonly list: Remark[] = []
  left = 0
  unread = 0

  add(line: number, problem: Problem, what?: string): void {
    if (this.list.length >= REMARKS_MAX) this.left += 1
    else this.list.push({ line, problem, ...(what !== undefined && { what: what.slice(0, 100) }) })
  }

  addUnread(line: number, problem: Problem, rows = 1): void {
    this.unread += rows
    this.add(line, problem)
  }

  with(reports: readonly DeviceReport[]): Imported {
    return { reports, remarks: this.list, remarksLeft: this.left, unread: this.unread }
  }
}
