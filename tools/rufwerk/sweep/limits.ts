// How much of folders and logs is looked at. What is beyond is told and counts as not read.

export const SWEEP_LIMITS = {
  /** Files, folders and links of all folders together. */
  entries: 5_000_000,
  /** Folders in folders. */
  depth: 128,
  /** Bytes of a file of which the hash is made; of larger ones only the name is compared. */
  fileBytes: 4 * 1024 ** 3,
  /** Bytes of a log, unpacked. */
  logBytes: 64 * 1024 ** 3,
  /** Log files of all folders that were given as logs. */
  logs: 10_000,
  /** Found files that are named, and places that could not be read; more are counted. */
  fileHits: 10_000,
  notRead: 1_000,
  /** Indicators of all files together, and those with wildcards. */
  indicators: 500_000,
  /** Bytes read at once. */
  piece: 1024 * 1024,
  unpackedPiece: 256 * 1024,
} as const
