// How much is kept of devices, and how much of an import is looked at.

/** Devices of a company; reports on others are refused and counted. */
export const DEVICES_MAX = 100_000
/** Installations of a device, files of each, addresses of a device: the newest stay. */
export const INSTALLATIONS_MAX = 1_000
export const FILES_MAX = 1_000
export const ADDRESSES_MAX = 20
/** Characters of a name, a version, a person and the like; what is longer is cut, and the cut is marked. */
export const TEXT_CHARS_MAX = 256
export const PATH_CHARS_MAX = 4_096
/** Products that a source may say it looked for. */
export const LOOKED_FOR_MAX = 1_000
/** Characters of an import, rows of it, columns of a row, characters of a cell. */
export const IMPORT_CHARS_MAX = 64 * 1024 * 1024
export const ROWS_MAX = 1_000_000
export const COLUMNS_MAX = 200
export const CELL_CHARS_MAX = 32_768
/** Lines of a log that are none: after so many it is none. */
export const BROKEN_LINES_MAX = 200
/** Remarks about an import; what follows is counted. */
export const REMARKS_MAX = 100
