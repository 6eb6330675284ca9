// What a row of the bench says: a value, its peer's value of the same run, and whether the target is reached.

export interface Row {
  readonly row: string
  readonly value: number
  readonly unit: string
  /** Null when this row has no peer, or when the peer is not on this machine. */
  readonly peer: { readonly name: string; readonly value: number } | null
  readonly ratio: number | null
  readonly target: string
  readonly ok: boolean
  /** What else was measured on the way. */
  readonly notes: string
}

/** A row that is judged by its ratio to a peer; without the peer it is not ok. */
export function ratioRow(given: {
  readonly row: string
  readonly value: number
  readonly unit: string
  readonly peer: { readonly name: string; readonly value: number } | null
  readonly ratioMax: number
  readonly notes: string
}): Row {
  const ratio = given.peer ? given.value / given.peer.value : null
  const { row, value, unit, peer, notes } = given
  const ok = ratio !== null && ratio <= given.ratioMax
  return { row, value, unit, peer, ratio, target: `≤ ${given.ratioMax} × peer`, ok, notes }
}

/** A row with an absolute target. */
export function limitRow(given: {
  readonly row: string
  readonly value: number
  readonly unit: string
  readonly max: number
  readonly notes: string
}): Row {
  const { row, value, unit, max, notes } = given
  return { row, value, unit, peer: null, ratio: null, target: `≤ ${max} ${unit}`, ok: value <= max, notes }
}

export function printRow(row: Row): string {
  const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))
  const peer = row.peer ? `${row.peer.name} ${number(row.peer.value)}` : '–'
  const ratio = row.ratio === null ? '–' : number(row.ratio)
  const cells = [row.row.padEnd(18), `${number(row.value)} ${row.unit} `.padEnd(32), peer.padEnd(28)]
  const verdict = row.ok ? 'ok' : 'MISSED'
  return `${cells.join('')}${ratio.padEnd(8)}${row.target.padEnd(20)}${verdict}  ${row.notes}`
}
