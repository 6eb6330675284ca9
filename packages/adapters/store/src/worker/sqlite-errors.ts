// Which SQLite error is it? By primary result code: https://www.sqlite.org/rescode.html

type SqliteCode = 'busy' | 'full' | 'corrupt' | 'readonly' | 'cannot-open' | 'row' | 'other'

const CODES: Readonly<Record<number, SqliteCode>> = {
  5: 'busy',
  8: 'readonly',
  11: 'corrupt',
  13: 'full',
  14: 'cannot-open',
  18: 'row', // TOOBIG
  19: 'row', // CONSTRAINT
  20: 'row', // MISMATCH
  26: 'corrupt', // NOTADB
}

export function isSqliteError(error: unknown): error is Error & { readonly errcode: number } {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
}

export function sqliteCode(error: unknown): SqliteCode | undefined {
  if (!isSqliteError(error)) return undefined
  return CODES[error.errcode & 0xff] ?? 'other'
}
